package dev.rpdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordsTest {
  private static final Entity INFARCTION =
      Entity.of("22298006", "Myocardial infarction", "Heart attack");
  private static final Entity ANGINA = Entity.of("194828000", "Angina");
  private static final CandidateList REQUEST =
      CandidateList.of(Mention.of("heart attack"), List.of(ANGINA, INFARCTION));

  @Test
  void a_mention_is_cut_out_of_its_context() {
    Mention mention = Mention.in("He had a heart attack.", 9, 21);

    assertThat(mention.text()).isEqualTo("heart attack");
    assertThat(mention.withId("m1").context()).isEqualTo(mention.context());
  }

  @Test
  void a_blank_mention_and_offsets_outside_the_context_are_refused() {
    assertThatThrownBy(() -> new Mention(" ", null, "m7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("blank")
        .hasMessageContaining("m7");
    assertThatThrownBy(() -> new Mention.Context("abc", 2, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[2, 5)")
        .hasMessageContaining("3 characters");
  }

  @Test
  void an_entity_copies_its_synonyms_and_drops_repeats_and_its_own_name() {
    List<String> synonyms =
        new ArrayList<>(List.of("Heart attack", "MI", "Heart attack", "Infarction"));

    Entity entity = new Entity("1", "MI", synonyms, null);
    synonyms.clear();

    assertThat(entity.names()).containsExactly("MI", "Heart attack", "Infarction");
    assertThatThrownBy(() -> Entity.of("9", "name", " "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("synonym")
        .hasMessageContaining("9");
  }

  @Test
  void candidates_of_one_list_differ_and_scores_are_finite() {
    assertThatThrownBy(() -> CandidateList.of(Mention.of("x"), List.of(ANGINA, ANGINA)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("194828000")
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> new Candidate(ANGINA, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
    assertThat(REQUEST.top(1).ids()).containsExactly("194828000");
    assertThatThrownBy(() -> REQUEST.top(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void a_ranking_sorts_by_score_and_keeps_the_request_order_of_equal_scores() {
    assertThat(Ranking.byScore(REQUEST, new double[] {.1, .9}).ids())
        .containsExactly("22298006", "194828000");
    assertThat(Ranking.byScore(REQUEST, new double[] {.5, .5}).ids())
        .containsExactly("194828000", "22298006");
    assertThatThrownBy(() -> Ranking.byScore(REQUEST, new double[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 scores for 2 candidates");
  }

  @Test
  void a_ranking_is_closed_over_its_request() {
    Entity stranger = Entity.of("0", "Stranger");

    assertThatThrownBy(
            () -> new Ranking(REQUEST, List.of(new Candidate(stranger, 1)), Outcome.ANSWERED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'0' is not among the candidates");
    assertThatThrownBy(() -> Ranking.byPlaces(REQUEST, List.of(0, 0), Outcome.ANSWERED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> Ranking.byPlaces(REQUEST, List.of(2), Outcome.ANSWERED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("place 2");
    assertThatThrownBy(
            () ->
                new Ranking(
                    REQUEST,
                    List.of(new Candidate(ANGINA, 1), new Candidate(INFARCTION, 2)),
                    Outcome.ANSWERED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not increase");
  }

  @Test
  void an_abstained_ranking_is_empty_and_one_that_fell_back_is_the_request() {
    assertThat(Ranking.abstained(REQUEST, "unsure").best()).isEmpty();
    assertThat(Ranking.fellBack(REQUEST, "empty answer").ids()).isEqualTo(REQUEST.ids());
    assertThatThrownBy(
            () -> new Ranking(REQUEST, REQUEST.candidates(), new Outcome.Abstained("unsure")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void an_outcome_is_read_back_from_its_label_and_reason() {
    for (Outcome outcome :
        List.of(
            Outcome.ANSWERED,
            new Outcome.Repaired("a"),
            new Outcome.FellBack("b"),
            new Outcome.Abstained("c"))) {
      assertThat(Outcome.of(outcome.label(), outcome.reason())).isEqualTo(outcome);
    }
    assertThatThrownBy(() -> Outcome.of("lost", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'lost'")
        .hasMessageContaining("abstained");
    assertThatThrownBy(() -> new Outcome.Repaired(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reason");
  }

  @Test
  void a_training_set_leaves_out_what_teaches_nothing_and_counts_it() {
    Ranking good = Ranking.byPlaces(REQUEST, List.of(1, 0), Outcome.ANSWERED);

    TrainingSet set =
        TrainingSet.of(
            List.of(good, Ranking.fellBack(REQUEST, "empty"), Ranking.abstained(REQUEST, "none")),
            "teacher");

    assertThat(set.rankings()).containsExactly(good);
    assertThat(set.provenance().facts())
        .containsEntry("outcome.answered", "1")
        .containsEntry("outcome.fell-back", "1")
        .containsEntry("outcome.abstained", "1")
        .containsEntry("rankings", "1");
  }

  @Test
  void the_hash_of_a_training_set_changes_with_the_teachers_order() {
    TrainingSet one =
        TrainingSet.of(List.of(Ranking.byPlaces(REQUEST, List.of(1, 0), Outcome.ANSWERED)), "t");
    TrainingSet other =
        TrainingSet.of(List.of(Ranking.byPlaces(REQUEST, List.of(0, 1), Outcome.ANSWERED)), "t");

    assertThat(one.provenance().facts().get("rankings.sha256"))
        .isNotEqualTo(other.provenance().facts().get("rankings.sha256"));
    assertThat(one.filter("none", ranking -> false).provenance().facts())
        .containsEntry("filter.none", "0 of 1")
        .containsEntry("rankings", "0");
  }

  @Test
  void provenance_merges_under_a_prefix_and_refuses_blanks() {
    Provenance provenance =
        Provenance.none().with("seed", 7).with("base", Provenance.of(Map.of("sha256", "ab")));

    assertThat(provenance.facts())
        .containsExactly(Map.entry("base.sha256", "ab"), Map.entry("seed", "7"));
    assertThatThrownBy(() -> provenance.with("seed", " "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seed");
  }

  @Test
  void gold_knows_all_ids_of_all_parts() {
    Gold composite = new Gold(List.of(Set.of("D1", "D2"), Set.of("D3")));

    assertThat(composite.ids()).containsExactlyInAnyOrder("D1", "D2", "D3");
    assertThatThrownBy(() -> new Gold(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one part");
    assertThatThrownBy(() -> Gold.of(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("blank");
  }

  @Test
  void an_answer_keeps_its_facts_under_another_ranking() {
    TeacherAnswer answer =
        new TeacherAnswer(
            Ranking.asRetrieved(REQUEST),
            "B > A",
            "m-2026-01",
            new TeacherAnswer.Usage(120, 7),
            "stop",
            Duration.ofMillis(80));
    Ranking other = Ranking.byPlaces(REQUEST, List.of(1, 0), Outcome.ANSWERED);

    TeacherAnswer changed = answer.withRanking(other);

    assertThat(changed.ranking()).isEqualTo(other);
    assertThat(changed).usingRecursiveComparison().ignoringFields("ranking").isEqualTo(answer);
    assertThat(TeacherAnswer.of(other).latency()).isNull();
    assertThatThrownBy(
            () -> new TeacherAnswer(other, null, null, null, null, Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("latency must be >= 0, not PT-0.001S");
  }

  @Test
  void a_ranking_may_say_how_sure_it_is_and_the_hash_of_a_training_set_covers_it() {
    Ranking unsaid = Ranking.byPlaces(REQUEST, List.of(1, 0), Outcome.ANSWERED);
    Ranking sure = unsaid.withConfidence(0.8);

    assertThat(unsaid.confidence()).isNull();
    assertThat(sure.confidence()).isEqualTo(0.8);
    assertThat(sure).isNotEqualTo(unsaid);
    assertThat(hash(sure))
        .isNotEqualTo(hash(unsaid))
        .isNotEqualTo(hash(unsaid.withConfidence(0.7)));
    for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> unsaid.withConfidence(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("confidence must be from 0 to 1, not " + wrong);
    }
  }

  private static String hash(Ranking ranking) {
    return String.valueOf(
        TrainingSet.of(List.of(ranking), "t").provenance().facts().get("rankings.sha256"));
  }

  @Test
  void an_example_is_a_ranking_with_a_weight_above_0_and_at_most_1() {
    TrainingExample example =
        TrainingExample.of(Ranking.byPlaces(REQUEST, List.of(1, 0), Outcome.ANSWERED));

    assertThat(example.weight()).isEqualTo(1);
    assertThat(example.soft()).isFalse();
    for (double wrong : new double[] {0, -.1, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> example.withWeight(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the weight of an example must be above 0 and at most 1, not " + wrong);
    }
  }

  @Test
  void a_soft_example_ranks_by_its_probabilities_which_sum_to_1() {
    TrainingExample soft = TrainingExample.soft(REQUEST, probabilities(.3, .7));

    assertThat(soft.ranking().ids().subList(0, 2))
        .containsExactly(REQUEST.entity(1).id(), REQUEST.entity(0).id());
    assertThat(soft.ranking().confidence()).isEqualTo(.7);
    for (double[] wrong : List.of(probabilities(.3, .6), probabilities(1.2, -.2))) {
      assertThatThrownBy(() -> TrainingExample.soft(REQUEST, wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be probabilities")
          .hasMessageContaining(REQUEST.mention().text());
    }
  }

  @Test
  void weights_and_probabilities_are_part_of_a_training_sets_hash() {
    Ranking ranking = Ranking.byPlaces(REQUEST, List.of(1, 0), Outcome.ANSWERED);
    TrainingSet plain = TrainingSet.of(List.of(ranking), "t");
    TrainingSet half = plain.weighted(.5);
    TrainingSet soft =
        TrainingSet.ofExamples(List.of(TrainingExample.soft(REQUEST, probabilities(.3, .7))), "t");
    TrainingSet softer =
        TrainingSet.ofExamples(List.of(TrainingExample.soft(REQUEST, probabilities(.4, .6))), "t");

    assertThat(half.examples().get(0).weight()).isEqualTo(.5);
    assertThat(half.provenance().facts()).containsEntry("weight", "0.5");
    assertThat(List.of(plain, half, soft, softer))
        .extracting(set -> set.provenance().facts().get("rankings.sha256"))
        .doesNotHaveDuplicates();
    assertThat(plain.and("more", soft).size()).isEqualTo(2);
    assertThatThrownBy(() -> plain.weighted(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0.0");
  }

  private static double[] probabilities(double first, double second) {
    double[] all = new double[REQUEST.size()];
    all[0] = first;
    all[1] = second;
    return all;
  }
}
