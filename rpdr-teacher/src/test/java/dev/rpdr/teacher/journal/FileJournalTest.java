package dev.rpdr.teacher.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FileJournalTest extends JournalFixture {
  @Test
  void anAnswerIsAskedOnceAndComesBackTheSame() {
    CandidateList request =
        new CandidateList(
            Mention.in("I felt sick.", 2, 11).withId("m1"),
            List.of(new Candidate(Entity.of("1", "Nausea", "Sick"), 0.9)));
    TeacherAnswer fresh;
    try (FileJournal journal = FileJournal.open(path)) {
      fresh = journal.journaling(teacher("t")).rank(request);
      assertThat(journal.journaling(teacher("t")).rank(request)).isEqualTo(fresh);
      assertThat(journal.appended()).isEqualTo(1);
      assertThat(journal.replayed()).isEqualTo(1);
    }
    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.size()).isEqualTo(1);
      assertThat(journal.journaling(teacher("t")).rank(request)).isEqualTo(fresh);
    }
    assertThat(asked).hasValue(1);
    assertThat(fresh.rawText()).contains("😀");
  }

  @Test
  void aRankingsOwnScoresComeBack() {
    CandidateList request = request(1);
    TeacherLlm scoring =
        TeacherLlm.of("s", r -> Ranking.byScore(r, new double[] {0.1 + 0.2, 1e-300}));
    TeacherAnswer fresh;
    try (FileJournal journal = FileJournal.open(path)) {
      fresh = journal.journaling(scoring).rank(request);
    }
    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.journaling(scoring).rank(request)).isEqualTo(fresh);
    }
  }

  @Test
  void theAnswerIsOnDiskBeforeItIsReturned() throws IOException {
    try (FileJournal journal = FileJournal.open(path)) {
      journal.journaling(teacher("t")).rank(request(7));

      List<String> lines = Files.readAllLines(path);
      assertThat(lines).hasSize(2);
      assertThat(lines.get(0)).startsWith("{\"format\":\"rpdr-journal\",\"version\":2,");
      assertThat(lines.get(1))
          .contains(
              "\"teacher\":\"t\"",
              "\"mention\":\"mention 7\"",
              "\"candidates\":[{\"id\":\"e1\",\"name\":\"Nausea\"},{\"id\":\"e2\",\"name\":\"呕吐\"}]",
              "\"ranking\":[\"e2\",\"e1\"],\"outcome\":\"repaired\",\"reason\":\"prose ignored\"",
              "\"model\":\"m-2026\",\"input-tokens\":12,\"output-tokens\":3");
    }
  }

  @Test
  void anotherTeacherMentionContextOrCandidateIsAnotherRequest() {
    List<Entity> entities = List.of(Entity.of("1", "Nausea"), Entity.of("2", "Vomiting"));
    List<CandidateList> requests =
        List.of(
            CandidateList.of(Mention.of("sick"), entities),
            CandidateList.of(Mention.of("Sick"), entities),
            CandidateList.of(Mention.in("so sick", 3, 7), entities),
            CandidateList.of(Mention.in("very sick", 5, 9), entities),
            CandidateList.of(Mention.of("sick"), entities.subList(0, 1)),
            CandidateList.of(Mention.of("sick"), List.of(entities.get(1), entities.get(0))),
            CandidateList.of(
                Mention.of("sick"), List.of(entities.get(0), Entity.of("2", "Emesis"))));
    try (FileJournal journal = FileJournal.open(path, HeaderCheck.LENIENT)) {
      journal.journaling(teacher("t")).rankAll(requests);
      assertThat(asked).hasValue(requests.size());
      journal.journaling(teacher("u")).rank(requests.get(0));
      assertThat(asked).hasValue(requests.size() + 1);
      assertThat(journal.size()).isEqualTo(requests.size() + 1);
    }
  }

  @Test
  void scoresSynonymsAndIdsAreTheCallersOwn() {
    CandidateList other =
        new CandidateList(
            Mention.of("mention 1").withId("x"),
            List.of(
                new Candidate(Entity.of("e1", "Nausea", "Queasiness"), 3),
                new Candidate(Entity.of("e2", "呕吐"), 2)));
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(teacher("t"));
      journaling.rank(request(1));

      Ranking ranking = journaling.rank(other).ranking();

      assertThat(asked).hasValue(1);
      assertThat(ranking.request()).isEqualTo(other);
      assertThat(ranking.ids()).containsExactly("e2", "e1");
      assertThat(ranking.candidates().get(1).entity().synonyms()).containsExactly("Queasiness");
    }
  }

  @Test
  void aSecondWriterIsRefusedAndAReaderIsNot() {
    write(1);
    try (FileJournal journal = FileJournal.open(path)) {
      assertThatExceptionOfType(NonRetriableException.class)
          .isThrownBy(() -> FileJournal.open(path))
          .withMessageContaining("is already open in this process; one writer at a time");
      assertThat(RecordedTeacher.read(path).size()).isEqualTo(journal.size());
    }
    FileJournal.open(path).close();
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> FileJournal.open(folder.resolve("no/journal.jsonl")))
        .withMessageContaining("does not exist");
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> FileJournal.open(folder))
        .withMessageContaining("cannot open the journal");
  }

  @Test
  void aClosedJournalRefusesToWrite() {
    FileJournal journal = FileJournal.open(path);
    TeacherLlm journaling = journal.journaling(teacher("t"));
    journal.close();
    journal.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> journaling.rank(request(1)))
        .withMessageContaining("is closed");
  }

  @Test
  void aFailureIsNotKept() {
    AtomicInteger calls = new AtomicInteger();
    TeacherLlm flaky =
        TeacherLlm.of(
            "flaky",
            request -> {
              if (calls.getAndIncrement() == 0) {
                throw new RetriableException("busy");
              }
              return Ranking.asRetrieved(request);
            });
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(flaky);
      assertThatExceptionOfType(RetriableException.class)
          .isThrownBy(() -> journaling.rank(request(1)));
      assertThat(journal.size()).isZero();
      assertThat(journaling.rank(request(1)).ranking().ids()).containsExactly("e1", "e2");
    }
  }
}
