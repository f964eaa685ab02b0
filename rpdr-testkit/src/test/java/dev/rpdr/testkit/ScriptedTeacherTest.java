package dev.rpdr.testkit;

import static dev.rpdr.testkit.RpdrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptedTeacherTest {
  private static final List<Entity> ENTITIES =
      List.of(Entity.of("1", "angina"), Entity.of("2", "infarction"), Entity.of("3", "cramp"));

  private static CandidateList request(String text) {
    return CandidateList.of(Mention.of(text), ENTITIES);
  }

  @Test
  void ranksExactlyAsTheScriptSays() {
    ScriptedTeacher teacher = ScriptedTeacher.builder().rank("heart attack", "2", "1").build();
    Ranking ranking = teacher.rank(request("heart attack")).ranking();
    assertThat(ranking).hasIds("2", "1").hasOutcome(Outcome.ANSWERED);
  }

  @Test
  void prefersWhatIsThereAndKeepsTheRest() {
    ScriptedTeacher teacher = ScriptedTeacher.builder().prefer("leg", "9", "3").build();
    assertThat(teacher.rank(request("leg")).ranking()).hasIds("3", "1", "2");
  }

  @Test
  void theFirstRuleThatFitsDecidesAndOthersFallThrough() {
    ScriptedTeacher teacher =
        ScriptedTeacher.builder()
            .whenMention(mention -> mention.text().startsWith("no "))
            .answer(request -> Ranking.abstained(request, "negated"))
            .rank("no pain", "1")
            .otherwise(Ranking::asRetrieved)
            .build();
    assertThat(teacher.rank(request("no pain")).ranking())
        .hasOutcome(Outcome.Abstained.class)
        .hasReasonContaining("negated");
    assertThat(teacher.rank(request("pain")).ranking()).hasIds("1", "2", "3");
  }

  @Test
  void failsAsOftenAsTheScriptSays() {
    RetriableException busy = new RetriableException("HTTP 503");
    ScriptedTeacher teacher =
        ScriptedTeacher.builder()
            .failsFirst(2, "pain", busy)
            .rank("pain", "1")
            .fails("broken", busy)
            .build();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> teacher.rank(request("pain"))).isSameAs(busy);
      assertThatThrownBy(() -> teacher.rank(request("broken"))).isSameAs(busy);
    }
    assertThat(teacher.rank(request("pain")).ranking()).hasIds("1");
    assertThatThrownBy(() -> teacher.rank(request("broken"))).isSameAs(busy);
    assertThat(teacher.requestCount()).isEqualTo(6);
  }

  @Test
  void remembersRequestsInOrder() {
    ScriptedTeacher teacher = ScriptedTeacher.builder().otherwise(Ranking::asRetrieved).build();
    teacher.rankAll(List.of(request("a"), request("b")));
    assertThat(teacher.requests()).containsExactly(request("a"), request("b"));
  }

  @Test
  void remembersEveryRequestOfSeveralThreads() {
    ScriptedTeacher teacher = ScriptedTeacher.builder().otherwise(Ranking::asRetrieved).build();
    int threads = Together.call(() -> teacher.rankAll(List.of(request("a"), request("b")))).size();
    assertThat(teacher.requestCount()).isEqualTo(2 * threads);
  }

  @Test
  void namesTheMentionThatIsNotScripted() {
    ScriptedTeacher teacher = ScriptedTeacher.builder().rank("a", "1").build();
    assertThatThrownBy(() -> teacher.rank(request("b")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "nothing is scripted for mention 'b' with candidates [1, 2, 3]; add rank(...),"
                + " whenMention(...) or otherwise(...)");
  }

  @Test
  void refusesAScriptThatCannotBeFollowed() {
    ScriptedTeacher teacher = ScriptedTeacher.builder().rank("a", "7").build();
    assertThatThrownBy(() -> teacher.rank(request("a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the script ranks '7' for 'a', but the candidates are [1, 2, 3]");
    assertThatThrownBy(() -> ScriptedTeacher.builder().rank("a", "1", "1"))
        .hasMessage("the script ranks an entity twice: [1, 1]");
    assertThatThrownBy(() -> ScriptedTeacher.builder().identity(" "))
        .hasMessage("identity must not be blank");
    assertThatThrownBy(
            () -> ScriptedTeacher.builder().failsFirst(0, "a", new RetriableException("x")))
        .hasMessage("times must be >= 1, not 0");
  }
}
