package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CascadeStudentTest {
  private static final CandidateList COUGH =
      CandidateList.of(
          Mention.of("tickly throat"),
          List.of(Entity.of("1", "Cough"), Entity.of("2", "Fever"), Entity.of("3", "Itch")));

  private final Fixed first = new Fixed(Map.of("1", .5, "2", .4, "3", .1));
  private final Fixed second = new Fixed(Map.of("1", -1.0, "2", 2.0, "3", 0.0));

  @Test
  void logProbabilitiesOfBothAreJoined() {
    CascadeStudent cascade = CascadeStudent.of(first, second, new CascadeOptions(.1, .5, 1, 0));

    Ranking ranking = cascade.rerank(COUGH);

    double a = Math.log(Math.exp(5) + Math.exp(4) + Math.exp(1));
    double b = Math.log(Math.exp(-1) + Math.exp(2) + Math.exp(0));
    assertThat(ranking.ids()).containsExactly("2", "1", "3");
    assertThat(ranking.candidates().get(0).score())
        .isCloseTo((4 - a + .5 * (2 - b)) / 1.5, within(1e-12));
    assertThat(ranking.candidates().get(1).score())
        .isCloseTo((5 - a + .5 * (-1 - b)) / 1.5, within(1e-12));
  }

  @Test
  void whereTheFirstIsSureTheSecondIsNotAsked() {
    // softmax(.5, .4, .1 at .1) is .72, .27, .01
    CascadeStudent cascade = CascadeStudent.of(first, second, new CascadeOptions(.1, 1, .7, 0));

    assertThat(cascade.rerank(COUGH).ids()).containsExactly("1", "2", "3");
    assertThat(second.asked).isEmpty();
    assertThat(cascade.askedShare()).isZero();
    CascadeStudent stricter = cascade.with(new CascadeOptions(.1, 1, .75, 0));
    assertThat(stricter.rerank(COUGH).best()).map(Entity::id).contains("2");
    assertThat(second.asked).containsExactly("tickly throat");
    assertThat(stricter.askedShare()).isEqualTo(1);
  }

  @Test
  void rankingsThatWereMadeBeforeAreJoinedTheSame() {
    for (double sure : new double[] {.7, .75}) {
      CascadeOptions options = new CascadeOptions(.1, 1, sure, .2);
      Ranking quick = first.rerank(COUGH);
      Ranking careful = second.rerank(COUGH);

      assertThat(CascadeStudent.join(List.of(quick), List.of(careful), options))
          .containsExactly(CascadeStudent.of(first, second, options).rerank(COUGH));
      assertThatThrownBy(() -> CascadeStudent.join(List.of(quick), List.of(), options))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("1 rankings of the first student, but 0 of the second");
    }
  }

  @Test
  void theOrderOfTheRequestMayCount() {
    CascadeStudent cascade = CascadeStudent.of(first, second, new CascadeOptions(.1, 0, 1, 100));

    assertThat(cascade.rerank(COUGH).ids()).containsExactly("1", "2", "3");
    CandidateList turned =
        CandidateList.of(
            COUGH.mention(), List.of(COUGH.entity(2), COUGH.entity(1), COUGH.entity(0)));
    assertThat(cascade.rerank(turned).ids()).containsExactly("3", "2", "1");
  }

  @Test
  void theSecondMayLeaveNothingOut() {
    StudentReranker forgetful = new Fixed(Map.of("1", 1.0));
    CascadeStudent cascade = CascadeStudent.of(first, forgetful, CascadeOptions.defaults());

    assertThatThrownBy(() -> cascade.rerank(COUGH))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("left out '2' of 'tickly throat'");
  }

  @Test
  void closingClosesBoth() {
    CascadeStudent.of(first, second, CascadeOptions.defaults()).close();

    assertThat(first.closed).isTrue();
    assertThat(second.closed).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 0, temperature must be a finite number > 0",
    ".05, -1, 1, 0, weight must be a finite number >= 0",
    ".05, 1, 1.5, 0, sure must be a finite number 0 to 1",
    ".05, 1, 1, NaN, placeWeight must be a finite number >= 0"
  })
  void optionsOutOfRangeAreRefused(
      double temperature, double weight, double sure, double placeWeight, String message) {
    assertThatThrownBy(() -> new CascadeOptions(temperature, weight, sure, placeWeight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  /** Scores by id; those without one are left out. */
  private static final class Fixed implements StudentReranker {
    private final Map<String, Double> scores;
    private final List<String> asked = new ArrayList<>();
    private boolean closed;

    Fixed(Map<String, Double> scores) {
      this.scores = scores;
    }

    @Override
    public Ranking rerank(CandidateList request) {
      asked.add(request.mention().text());
      List<Entity> known =
          request.candidates().stream()
              .map(candidate -> candidate.entity())
              .filter(entity -> scores.containsKey(entity.id()))
              .toList();
      CandidateList part = CandidateList.of(request.mention(), known);
      return Ranking.byScore(
          part, known.stream().mapToDouble(entity -> scores.get(entity.id())).toArray());
    }

    @Override
    public Provenance provenance() {
      return Provenance.none();
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
