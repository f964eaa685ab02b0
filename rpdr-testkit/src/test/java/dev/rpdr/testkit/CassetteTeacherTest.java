package dev.rpdr.testkit;

import static dev.rpdr.testkit.RpdrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CassetteTeacherTest implements TeacherLlmContract {
  private static final Entity ANGINA = Entity.of("1", "Angina");
  private static final Entity INFARCTION = Entity.of("2", "Myocardial infarction");
  private static final Entity CRAMP = Entity.of("3", "Cramp");

  @TempDir Path folder;

  @Override
  public TeacherLlm teacher() {
    Path path = folder.resolve("contract.jsonl");
    CassetteTeacher recording =
        CassetteTeacher.recording(path, TeacherLlm.of("real", Ranking::asRetrieved));
    requests().forEach(recording::rank);
    return CassetteTeacher.replay(path);
  }

  private static CandidateList request(String mention, Entity... entities) {
    return CandidateList.of(Mention.of(mention), List.of(entities));
  }

  @Test
  void whatWasRecordedOnceIsReplayedWithAllItsFacts() {
    CandidateList asked =
        CandidateList.of(Mention.in("a heart attack in 2020", 2, 14), List.of(ANGINA, INFARCTION));
    TeacherAnswer answer =
        new TeacherAnswer(
            Ranking.byPlaces(asked, List.of(1), new Outcome.Repaired("surplus dropped: 1")),
            "B > B",
            "m-2026-01",
            new TeacherAnswer.Usage(120, 7),
            "stop",
            Duration.ofMillis(80));
    CountingTeacher real = new CountingTeacher(answer);
    Path path = folder.resolve("heart.jsonl");

    TeacherAnswer first = CassetteTeacher.recordOnce(path, () -> real).rank(asked);
    CassetteTeacher replaying =
        CassetteTeacher.recordOnce(
            path,
            () -> {
              throw new AssertionError("nobody is asked again");
            });

    assertThat(first).isEqualTo(answer);
    assertThat(replaying.rank(asked)).isEqualTo(answer).hasModel("m-2026-01").hasUsage(120, 7);
    assertThat(replaying.identity()).isEqualTo("counting");
    assertThat(replaying.size()).isEqualTo(1);
    assertThat(real.asked).isEqualTo(1);
  }

  @Test
  void aCassetteThatHasGrownAsksOnlyForWhatIsNew() {
    Path path = folder.resolve("grown.jsonl");
    ScriptedTeacher real = ScriptedTeacher.builder().otherwise(Ranking::asRetrieved).build();
    CassetteTeacher.recording(path, real).rank(request("a", ANGINA));

    CassetteTeacher.recording(path, real)
        .rankAll(List.of(request("a", ANGINA), request("b", CRAMP), request("b", CRAMP)));

    assertThat(real.requestCount()).isEqualTo(2);
    assertThat(CassetteTeacher.replay(path).size()).isEqualTo(2);
  }

  @Test
  void aMissingRequestIsNamedBesideTheNearestRecordedOne() {
    Path path = folder.resolve("near.jsonl");
    CassetteTeacher recording =
        CassetteTeacher.recording(path, TeacherLlm.of("real", Ranking::asRetrieved));
    recording.rank(request("leg cramp", CRAMP));
    recording.rank(request("heart attack", ANGINA, INFARCTION));

    assertThatThrownBy(
            () -> CassetteTeacher.replay(path).rank(request("hart attack", ANGINA, CRAMP)))
        .isInstanceOf(NonRetriableException.class)
        .hasMessage(
            "the cassette "
                + path
                + " holds no answer to 'hart attack' with 2 candidates [1, 3]; the nearest of its"
                + " 2 is the one to 'heart attack' with 2 candidates [1, 2] (1 in common). Record"
                + " it with CassetteTeacher.recording(path, real teacher), or match by mention"
                + " with lenient()");
  }

  @Test
  void aStrictCassetteKnowsOneOrderALenientOneTheMention() {
    Path path = folder.resolve("strict.jsonl");
    CassetteTeacher.recording(
            path, ScriptedTeacher.builder().rank("heart attack", "2", "1", "3").build())
        .rank(request("heart attack", ANGINA, INFARCTION, CRAMP));
    CassetteTeacher strict = CassetteTeacher.replay(path);
    CandidateList other =
        request(" Heart attack", CRAMP, INFARCTION, Entity.of("9", "Something new"));

    assertThatThrownBy(() -> strict.rank(other)).hasMessageContaining("holds no answer");
    assertThat(strict.lenient().rank(other).ranking())
        .isAnswerTo(other)
        .hasIds("2", "3")
        .hasOutcome(new Outcome.Repaired("candidates not on the cassette left out: 1"));
    assertThatThrownBy(() -> strict.lenient().rank(request("leg", CRAMP)))
        .hasMessageContaining("holds no answer to 'leg'")
        .hasMessageNotContaining("lenient()");
  }

  @Test
  void failuresAreNotRecorded() {
    Path path = folder.resolve("failing.jsonl");
    CassetteTeacher teacher =
        CassetteTeacher.recording(
            path,
            ScriptedTeacher.builder()
                .failsFirst(1, "a", new RetriableException("busy"))
                .otherwise(Ranking::asRetrieved)
                .build());
    CandidateList asked = request("a", ANGINA);

    assertThatThrownBy(() -> teacher.rank(asked)).hasMessage("busy");
    assertThat(teacher.size()).isZero();
    assertThat(teacher.rank(asked).ranking()).hasIds("1");
  }

  @Test
  void aWrongFileIsRefusedByNameAndLine() throws IOException {
    Path path = folder.resolve("wrong.jsonl");
    assertThatThrownBy(() -> CassetteTeacher.replay(path))
        .hasMessageContaining("there is no cassette " + path)
        .hasMessageContaining("recordOnce");
    Files.writeString(path, "{\"format\":\"rpdr-journal\",\"version\":1}\n");
    assertThatThrownBy(() -> CassetteTeacher.replay(path))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("line 1 is no header of a cassette");
    CassetteTeacher.recording(
            folder.resolve("good.jsonl"), TeacherLlm.of("x", Ranking::asRetrieved))
        .rank(request("a", ANGINA));
    Files.writeString(
        path,
        Files.readString(folder.resolve("good.jsonl"))
            .replace("\"ranking\":[\"1\"]", "\"ranking\":[\"7\"]"));
    assertThatThrownBy(() -> CassetteTeacher.replay(path))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("'7' is ranked but is no candidate");
  }

  @Test
  void anotherTeacherDoesNotContinueACassette() {
    Path path = folder.resolve("one.jsonl");
    CassetteTeacher.recording(path, TeacherLlm.of("one", Ranking::asRetrieved));
    assertThatThrownBy(
            () -> CassetteTeacher.recording(path, TeacherLlm.of("two", Ranking::asRetrieved)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was recorded with 'one', not with 'two'");
  }

  private static final class CountingTeacher implements TeacherLlm {
    private final TeacherAnswer answer;
    private int asked;

    private CountingTeacher(TeacherAnswer answer) {
      this.answer = answer;
    }

    @Override
    public TeacherAnswer rank(CandidateList request) {
      asked++;
      return answer;
    }

    @Override
    public String identity() {
      return "counting";
    }
  }
}
