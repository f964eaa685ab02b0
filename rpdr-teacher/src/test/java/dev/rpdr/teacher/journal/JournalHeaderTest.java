package dev.rpdr.teacher.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.RpdrPipeline;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.TrainingSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the header says, and that it keeps the answers of different runs apart. */
class JournalHeaderTest {
  private static final String TEACHER = "model=gpt template=aa top=5 temperature=0.0";
  private static final KnowledgeBase KB =
      KnowledgeBase.of(List.of(Entity.of("1", "Nausea"), Entity.of("2", "Vomiting")));
  private static final KnowledgeBase OTHER_KB = KnowledgeBase.of(List.of(Entity.of("1", "Nausea")));

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve("journal.jsonl");
  }

  private TrainingSet teach(String teacher, KnowledgeBase knowledgeBase, HeaderCheck check) {
    try (FileJournal journal = FileJournal.open(path, check)) {
      return RpdrPipeline.builder(knowledgeBase)
          .retriever((mention, k) -> CandidateList.of(mention, List.of(knowledgeBase.entity(0))))
          .teacher(Answers.keeping(teacher))
          .build()
          .teach(Stream.of(Mention.of("felt sick")), journal);
    }
  }

  @Test
  void aPipelinesRunIsNamedInTheHeader() throws IOException {
    teach(TEACHER, KB, HeaderCheck.STRICT);

    assertThat(Files.readAllLines(path).get(0))
        .matches(
            "\\{\"format\":\"rpdr-journal\",\"version\":2,\"created\":\"[^\"]+Z\",\"teacher\":\""
                + TEACHER
                + "\",\"model\":\"gpt\",\"template\":\"aa\",\"knowledge-base\":\""
                + KB.fingerprint()
                + "\"}");
    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.header())
          .hasValueSatisfying(
              header ->
                  assertThat(header.scope())
                      .isEqualTo(new JournalScope(TEACHER, KB.fingerprint())));
    }
  }

  @Test
  void theSameRunGoesOn() {
    teach(TEACHER, KB, HeaderCheck.STRICT);
    TrainingSet again = teach(TEACHER, KB, HeaderCheck.STRICT);

    assertThat(again.size()).isEqualTo(1);
    assertThat(RecordedTeacher.read(path).size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "model=gpt2 template=aa top=5 temperature=0.0, model: 'gpt' in the journal; 'gpt2' in this run",
    "model=gpt template=bb top=5 temperature=0.0, template: 'aa' in the journal; 'bb' in this run",
    "model=gpt template=aa top=9 temperature=0.0, settings: 'top=5 temperature=0.0' in the journal; 'top=9 temperature=0.0' in this run",
  })
  void anotherTeacherIsRefusedByNameOfWhatDiffers(String teacher, String difference)
      throws IOException {
    teach(TEACHER, KB, HeaderCheck.STRICT);
    byte[] before = Files.readAllBytes(path);

    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> teach(teacher, KB, HeaderCheck.STRICT))
        .withMessageContaining("journal.jsonl belongs to another run: ")
        .withMessageContaining(difference.replace("; ", ", "))
        .withMessageContaining("HeaderCheck.LENIENT");
    assertThat(Files.readAllBytes(path)).isEqualTo(before);
  }

  @Test
  void anotherKnowledgeBaseIsRefusedByName() {
    teach(TEACHER, KB, HeaderCheck.STRICT);

    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> teach(TEACHER, OTHER_KB, HeaderCheck.STRICT))
        .withMessageContaining("another run: knowledge base: '" + KB.fingerprint())
        .withMessageContaining(OTHER_KB.fingerprint());
  }

  @Test
  void allDifferencesAreNamedAtOnce() {
    assertThat(
            new JournalScope(TEACHER, "k1")
                .differences(new JournalScope("model=x template=y z=1", "k2")))
        .hasSize(4)
        .allSatisfy(d -> assertThat(d).matches("(model|template|settings|knowledge base): .*"));
    assertThat(new JournalScope(TEACHER, null).differences(JournalScope.UNKNOWN)).isEmpty();
    assertThat(new JournalScope("my teacher", null).differences(new JournalScope("yours", null)))
        .containsExactly("settings: 'my teacher' in the journal, 'yours' in this run");
  }

  @Test
  void theCallerMayUseAForeignJournalAllTheSame() {
    teach(TEACHER, KB, HeaderCheck.STRICT);

    assertThatNoException()
        .isThrownBy(() -> teach("model=other template=bb", OTHER_KB, HeaderCheck.LENIENT));
    assertThat(JournalSummary.of(path).records()).isEqualTo(2);
  }

  @Test
  void aJournalOfVersion1IsReadAndContinued() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("version-1.jsonl")) {
      Files.copy(Objects.requireNonNull(in), path);
    }
    List<Entity> entities =
        List.of(
            Entity.of("422587007", "Nausea"),
            Entity.of("422400008", "Vomiting"),
            Entity.of("16331000", "Heartburn"));
    String identity = JournalSummary.of(path).teachers().firstKey();
    TeacherLlm silent =
        Answers.teacher(
            identity,
            request -> {
              throw new NonRetriableException("must not be asked");
            });

    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(silent);
      TeacherAnswer first =
          journaling.rank(CandidateList.of(Mention.of("threw up twice"), entities));
      TeacherAnswer second =
          journaling.rank(
              CandidateList.of(Mention.in("After lunch I felt sick.", 14, 23), entities));

      assertThat(journal.size()).isEqualTo(3);
      assertThat(journal.header()).hasValueSatisfying(h -> assertThat(h.version()).isEqualTo(1));
      assertThat(first.ranking().ids()).containsExactly("422400008", "422587007", "16331000");
      assertThat(first.model()).isEqualTo("gpt-test-2026-01");
      assertThat(first.usage()).isEqualTo(new TeacherAnswer.Usage(120, 7));
      assertThat(first.latency()).isNull();
      assertThat(second.ranking().outcome().reason()).isEqualTo("missing appended: 1");
      journal
          .journaling(Answers.reversing(identity))
          .rank(CandidateList.of(Mention.of("dizzy"), entities));
    }
    assertThat(JournalCheck.of(path).lines())
        .containsExactly("4 sound records, 0 faults in " + path);
    assertThat(RecordedTeacher.read(path).size()).isEqualTo(4);
  }

  @Test
  void aFaultyHeaderIsNamed() throws IOException {
    Files.writeString(path, "{\"format\":\"rpdr-journal\",\"version\":2,\"created\":\"noon\"}\n");

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> FileJournal.open(path))
        .withMessageContaining("line 1: 'created' must be a time as in ISO 8601, not 'noon'");
  }
}
