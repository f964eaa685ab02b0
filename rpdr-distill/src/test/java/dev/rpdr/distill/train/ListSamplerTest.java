package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TrainingExample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListSamplerTest {
  /** Twenty candidates n0 … n19, of which the teacher ranked ten: n10 … n19. */
  private static final TrainingExample TWENTY =
      ranking("m", 20, IntStream.range(10, 20).boxed().toList());

  @Test
  void theTeachersBestAreAlwaysThereAndTheRestIsDrawnFromTheRequest() {
    ListSampler sampler = new ListSampler(new ListSampling(8, 4, 0), List.of(TWENTY));
    Set<String> seen = new HashSet<>();
    Random random = new Random(3);

    for (int draw = 0; draw < 100; draw++) {
      TrainingList list = sampler.sample(TWENTY, random);

      assertThat(list.names()).hasSize(8).doesNotHaveDuplicates();
      assertThat(list.names().subList(0, 4)).containsExactly("n10", "n11", "n12", "n13");
      assertThat(list.places()).startsWith(0, 1, 2, 3).isSorted();
      seen.addAll(list.names());
    }

    assertThat(seen).as("all of the request are seen in time").hasSize(20);
  }

  @Test
  void candidatesThatTheTeacherLeftOutTieAfterAllItRanked() {
    TrainingList whole = ListSampler.whole(TWENTY);

    assertThat(whole.names()).startsWith("n10", "n11").endsWith("n8", "n9").hasSize(20);
    assertThat(whole.places()).startsWith(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10);
  }

  @Test
  void randomCandidatesComeFromOtherRequestsAndTieAtTheEnd() {
    TrainingExample other = ranking("other", List.of("x0", "x1", "n10"), List.of(1));
    ListSampler sampler = new ListSampler(new ListSampling(8, 4, 2), List.of(TWENTY, other));

    TrainingList list = sampler.sample(TWENTY, new Random(1));

    assertThat(list.names()).hasSize(8);
    assertThat(list.names().subList(6, 8)).containsExactlyInAnyOrder("x0", "x1");
    assertThat(list.places()[7]).isEqualTo(10);
  }

  @Test
  void aShortRequestGivesAShortListOfAtLeastTwo() {
    TrainingExample two = ranking("m", 2, List.of(1));
    for (ListSampling sampling :
        List.of(
            ListSampling.defaults(),
            new ListSampling(2, 1, 1),
            new ListSampling(2, 1, 0),
            new ListSampling(8, 1, 7))) {
      TrainingList list = new ListSampler(sampling, List.of(two)).sample(two, new Random(0));

      assertThat(list.names()).as("%s", sampling).containsExactly("n1", "n0");
      assertThat(list.places()).containsExactly(0, 1);
    }
  }

  @Test
  void ofTwoEqualNamesOnlyTheBetterPlacedTakesPart() {
    TrainingExample ranking =
        ranking("m", List.of("Neck pain", "Back pain", "Neck pain"), List.of(2, 1, 0));

    TrainingList list = ListSampler.whole(ranking);

    assertThat(list.names()).containsExactly("Neck pain", "Back pain");
    assertThat(list.places()).containsExactly(0, 1);
  }

  @Test
  void aSoftExampleIsOrderedByProbabilityAndEqualNamesAddUp() {
    CandidateList request =
        CandidateList.of(
            Mention.of("m"),
            List.of(
                Entity.of("1", "a"),
                Entity.of("2", "b"),
                Entity.of("3", "c"),
                Entity.of("4", "b"),
                Entity.of("5", "d")));
    TrainingExample soft =
        TrainingExample.soft(request, new double[] {.4, .3, 0, .3, 0}).withWeight(.5);

    TrainingList whole = ListSampler.whole(soft);

    assertThat(whole.names()).containsExactly("b", "a", "c", "d");
    assertThat(whole.places()).containsExactly(0, 1, 2, 2);
    assertThat(whole.probabilities()).containsExactly(.6, .4, 0, 0);
    assertThat(whole.weight()).isEqualTo(.5);
  }

  @Test
  void theProbabilitiesOfDrawnCandidatesSumToOne() {
    CandidateList request =
        CandidateList.of(
            Mention.of("m"),
            List.of(Entity.of("1", "a"), Entity.of("2", "b"), Entity.of("3", "c")));
    TrainingExample soft = TrainingExample.soft(request, new double[] {.5, .3, .2});
    TrainingExample other = ranking("other", List.of("x", "y"), List.of(0));
    ListSampler sampler = new ListSampler(new ListSampling(3, 1, 1), List.of(soft, other));

    TrainingList list = sampler.sample(soft, new Random(4));

    assertThat(list.names()).hasSize(3).startsWith("a");
    assertThat(list.names().get(2)).isIn("x", "y");
    assertThat(list.places()).isSorted();
    double second = list.names().get(1).equals("b") ? .3 : .2;
    assertThat(list.probabilities()).containsExactly(.5 / (.5 + second), second / (.5 + second), 0);
  }

  @Test
  void aRankingWithoutAChoiceTeachesNothing() {
    assertThat(ListSampler.teaches(TWENTY)).isTrue();
    assertThat(ListSampler.teaches(ranking("m", 1, List.of(0)))).isFalse();
    assertThat(ListSampler.teaches(ranking("m", List.of("same", "same"), List.of(0, 1)))).isFalse();
    assertThat(
            ListSampler.teaches(
                TrainingExample.of(Ranking.abstained(TWENTY.ranking().request(), "none fits"))))
        .isFalse();
  }

  @Test
  void theSameSeedDrawsTheSameList() {
    ListSampler sampler = new ListSampler(new ListSampling(8, 2, 0), List.of(TWENTY));

    assertThat(sampler.sample(TWENTY, new Random(5)).names())
        .isEqualTo(sampler.sample(TWENTY, new Random(5)).names())
        .isNotEqualTo(sampler.sample(TWENTY, new Random(6)).names());
  }

  @Test
  void samplingsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new ListSampling(1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(">= 2, not 1");
    assertThatThrownBy(() -> new ListSampling(4, 5, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("teacherBest must be 1 to the list's 4 candidates, not 5");
    assertThatThrownBy(() -> new ListSampling(4, 3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 1")
        .hasMessageContaining("not 2");
  }

  private static TrainingExample ranking(String mention, int size, List<Integer> places) {
    return ranking(mention, IntStream.range(0, size).mapToObj(i -> "n" + i).toList(), places);
  }

  private static TrainingExample ranking(String mention, List<String> names, List<Integer> places) {
    List<Entity> entities = new ArrayList<>();
    for (String name : names) {
      entities.add(Entity.of("id" + entities.size(), name));
    }
    CandidateList request = CandidateList.of(Mention.of(mention), entities);
    return TrainingExample.of(Ranking.byPlaces(request, places, Outcome.ANSWERED));
  }
}
