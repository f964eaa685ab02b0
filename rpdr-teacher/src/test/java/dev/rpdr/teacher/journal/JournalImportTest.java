package dev.rpdr.teacher.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Fingerprint;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Ranking;
import dev.rpdr.RpdrPipeline;
import dev.rpdr.TeacherLlm;
import dev.rpdr.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalImportTest {
  private static final String LINE =
      "{\"mention\":\"sick\",\"candidates\":[{\"name\":\"Nausea\"},{\"name\":\"Itch\"}],"
          + "\"ranking\":[\"Itch\",\"Nausea\"]}\n";

  @TempDir Path folder;

  @Test
  void importedAnswersStandUnderTheIdentityAsked() throws IOException {
    Path recorded = Files.writeString(folder.resolve("r.jsonl"), LINE + LINE);
    KnowledgeBase kb = KnowledgeBase.of(List.of(Entity.of("1", "Nausea")));
    Path journal = folder.resolve("j.jsonl");

    long written = JournalImport.of(recorded).as("model=m").from(kb).writeTo(journal);

    assertThat(written).isEqualTo(1);
    JournalSummary summary = JournalSummary.of(journal);
    assertThat(summary.teachers()).isEqualTo(Map.of("model=m", 1L));
    assertThat(summary.header().scope()).isEqualTo(new JournalScope("model=m", kb.fingerprint()));
    assertThat(JournalCheck.of(journal).isSound()).isTrue();
  }

  @Test
  void contradictionsJournalsAndExistingTargetsAreRefused() throws IOException {
    Path recorded =
        Files.writeString(
            folder.resolve("r.jsonl"),
            LINE + LINE.replace("[\"Itch\",\"Nausea\"]", "[\"Nausea\"]"));
    Path journal = folder.resolve("j.jsonl");

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> JournalImport.of(recorded).as("t").writeTo(journal))
        .withMessageContaining("two different answers for 'sick'");
    assertThat(journal).doesNotExist();
    Files.writeString(recorded, LINE);
    JournalImport.of(recorded).writeTo(journal);
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> JournalImport.of(recorded).writeTo(journal))
        .withMessageContaining("is there already");
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> JournalImport.of(journal).writeTo(folder.resolve("k.jsonl")))
        .withMessageContaining("is a journal already");
  }

  /** Known files: first the hash, then that the pipeline gets every ranking out of the journal. */
  @ParameterizedTest
  @CsvSource({
    "askapatient.train.jsonl, 2000, 3e72d4c98c1567ccc823f1fcba2b24830a1fa4f3bacef663a393449bf86c7dcf",
    "askapatient.test.jsonl, 561, cfae2fe9dc397ab9bf393966d00fae5ef9b1ac4641fa37bdf42a27e700cfcdd3",
    "chip-cdn.train.jsonl, 1000, 1c0bb79c6af3a75d99fbf7c373536d5278ac68ffecd352328aabe56661c2d078",
    "chip-cdn.dev.jsonl, 500, 101a0aa2534f9376a78053e27c9efcada6af04ff562ca436cc392fb4b8ef2250",
  })
  void theRecordedSetsReplayThroughThePipelineAsRecorded(String name, int size, String sha256) {
    Path data = Path.of(System.getProperty("rpdr.data", "none"));
    assumeTrue(Files.isDirectory(data), "no data sets at " + data + " (system property rpdr.data)");
    Path recorded = data.resolve("teacher").resolve(name);
    assertThat(Fingerprint.ofFile(recorded)).isEqualTo(sha256);
    Path path = folder.resolve("journal.jsonl");

    assertThat(JournalImport.of(recorded).writeTo(path)).isEqualTo(size);

    assertThat(JournalCheck.of(path).lines())
        .containsExactly(size + " sound records, 0 faults in " + path);
    List<Ranking> expected = RecordedTeacher.read(recorded).rankings();
    Map<Mention, CandidateList> shown = new HashMap<>();
    expected.forEach(ranking -> shown.put(ranking.mention(), ranking.request()));
    TeacherLlm silent =
        TeacherLlm.of(
            RecordedTeacher.read(path).identity(),
            request -> {
              throw new NonRetriableException("must not be asked");
            });
    try (FileJournal journal = FileJournal.open(path)) {
      TrainingSet set =
          RpdrPipeline.builder(KnowledgeBase.of(List.of(Entity.of("1", "unused here"))))
              .retriever((mention, k) -> Objects.requireNonNull(shown.get(mention)))
              .teacher(silent)
              .build()
              .teach(expected.stream().map(Ranking::mention), journal);

      assertThat(set.rankings()).isEqualTo(expected);
      assertThat(journal.replayed()).isEqualTo(size);
      assertThat(journal.appended()).isZero();
    }
  }
}
