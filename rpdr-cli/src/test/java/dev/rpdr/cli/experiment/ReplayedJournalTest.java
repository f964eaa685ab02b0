package dev.rpdr.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rpdr.Dataset;
import dev.rpdr.Evaluation;
import dev.rpdr.Fingerprint;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import dev.rpdr.RpdrPipeline;
import dev.rpdr.TeacherLlm;
import dev.rpdr.TrainingSet;
import dev.rpdr.eval.AccuracyEvaluator;
import dev.rpdr.io.Column;
import dev.rpdr.io.DatasetReader;
import dev.rpdr.io.KnowledgeBaseReader;
import dev.rpdr.io.TableFormat;
import dev.rpdr.teacher.journal.FileJournal;
import dev.rpdr.teacher.journal.JournalCheck;
import dev.rpdr.teacher.journal.JournalImport;
import dev.rpdr.teacher.journal.RecordedTeacher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recorded rankings, imported into a journal and replayed through the pipeline, score what {@code
 * raw-llm} does in experiments/askapatient.yaml and chip-cdn.yaml: first each file's hash, then the
 * numbers.
 */
class ReplayedJournalTest {
  @TempDir Path folder;

  @Test
  void askAPatientOnSapBertsCandidates() {
    KnowledgeBase concepts =
        KnowledgeBaseReader.builder(TableFormat.tsv(), Column.parse("1"), Column.parse("2"))
            .build()
            .read(
                checked(
                    "askapatient/derived/concepts.tsv",
                    "c1bda6716cafad8e9250e488d3f2e44b3c99b1410f11c56a524640beac173ea0"));
    Dataset test =
        DatasetReader.builder(
                TableFormat.tsv().withCharset(StandardCharsets.ISO_8859_1),
                Column.parse("3"),
                Column.parse("1"))
            .build()
            .read(
                "test",
                checked(
                    "askapatient/AskAPatient.fold-0.test.txt",
                    "f129a0d1e80b96bb169fd0a42a361a6d44401e829cd0eaa8ebd8667f93489c8b"));
    CandidateFile sapBert =
        CandidateFile.read(
            checked(
                "sapbert-candidates/askapatient.test_sapbert.json",
                "d7123ac0d1bc20bde84cedd9413ca037a907a77bf96ce3e231a63d7b0c42b533"),
            CandidateFile.Layout.BIOSYN,
            concepts);
    Path recorded =
        checked(
            "teacher/askapatient.test.jsonl",
            "cfae2fe9dc397ab9bf393966d00fae5ef9b1ac4641fa37bdf42a27e700cfcdd3");

    Evaluation replayed = replay(recorded, concepts, sapBert, test);

    assertThat(replayed.all().n()).isEqualTo(867);
    assertThat(replayed.accuracyAt(1)).isCloseTo(.8074, within(.00005));
    assertThat(replayed.accuracyAt(5)).isCloseTo(.9008, within(.00005));
  }

  @Test
  void chipCdnOnTheCandidatesThatTheTeacherWasShown() {
    KnowledgeBase icd10 =
        KnowledgeBaseReader.builder(TableFormat.tsv(), Column.parse("2"), Column.parse("2"))
            .mergeRepeatedIds()
            .build()
            .read(
                checked(
                    "chip-cdn/derived/icd10-beijing-v601.tsv",
                    "bcac14dc5096308bf4eef4677cbdfb7a7b6b9ec7933d9221b93ea0cc63723671"));
    Path recorded =
        checked(
            "teacher/chip-cdn.dev.jsonl",
            "101a0aa2534f9376a78053e27c9efcada6af04ff562ca436cc392fb4b8ef2250");
    Set<String> mentions =
        RecordedTeacher.read(recorded).rankings().stream()
            .map(ranking -> ranking.mention().text())
            .collect(Collectors.toSet());
    List<LabelledMention> dev =
        DatasetReader.builder(TableFormat.tsv(), Column.parse("1"), Column.parse("2"))
            .composite("##")
            .build()
            .read(
                "dev",
                checked(
                    "chip-cdn/derived/dev.resolved.tsv",
                    "f2efe80851888edb0bcd6eca692635690aee681ae7110148e6dcf82473f430bf"))
            .mentions()
            .stream()
            .filter(labelled -> mentions.contains(labelled.mention().text()))
            .toList();

    Evaluation replayed =
        replay(
            recorded,
            icd10,
            CandidateFile.read(recorded, CandidateFile.Layout.TEACHER, icd10),
            new Dataset("dev", dev));

    assertThat(replayed.all().n()).isEqualTo(500);
    assertThat(replayed.accuracyAt(1)).isCloseTo(.552, within(.00005));
    assertThat(replayed.accuracyAt(5)).isCloseTo(.734, within(.00005));
  }

  /** Imports, then teaches from the import into a further journal, then from that one alone. */
  private Evaluation replay(
      Path recorded, KnowledgeBase knowledgeBase, CandidateFile candidates, Dataset dataset) {
    Path imported = folder.resolve("imported.jsonl");
    JournalImport.of(recorded).from(knowledgeBase).writeTo(imported);
    TeacherLlm teacher = RecordedTeacher.read(imported).lenient().ignoringCase();
    RpdrPipeline pipeline =
        RpdrPipeline.builder(knowledgeBase)
            .retriever(candidates)
            .teacher(teacher)
            .candidates(20)
            .build();
    Path path = folder.resolve("replayed.jsonl");
    TrainingSet rankings;
    try (FileJournal journal = FileJournal.open(path)) {
      rankings = pipeline.teach(dataset.unlabelled().stream(), journal);
    }
    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(pipeline.teach(dataset.unlabelled().stream(), journal)).isEqualTo(rankings);
      assertThat(journal.appended()).isZero();
    }
    assertThat(JournalCheck.of(path).isSound()).isTrue();
    return AccuracyEvaluator.builder().build().evaluate(dataset, rankings.rankings());
  }

  private static Path checked(String name, String sha256) {
    Path file = Path.of(System.getProperty("rpdr.data", "no-such-folder"), name);
    assumeTrue(
        Files.exists(file), () -> "data set " + name + " is not in the folder rpdr.data names");
    assertThat(Fingerprint.ofFile(file)).as("SHA-256 of %s", name).isEqualTo(sha256);
    return file;
  }
}
