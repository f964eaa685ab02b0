package dev.rpdr.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Fingerprint;
import dev.rpdr.ProgressListener;
import dev.rpdr.eval.Report;
import dev.rpdr.teacher.Reply;
import dev.rpdr.teacher.journal.WrittenMentions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentFileTest {
  private static final String GOOD =
      """
      name: small
      protocol: LABELS_ONLY
      k: 3
      knowledge-base: {file: codes.tsv, format: tsv, id: 1, name: 2}
      splits:
        test: {file: mentions.tsv, format: tsv, mention: 1, gold: 2}
      candidates:
        given: {file: candidates.json, layout: biosyn}
      systems:
        - {name: word, kind: tfidf, analysis: word}
        - {name: given, kind: candidates, on: given}
      """;

  @TempDir Path folder;

  private Report run(String yaml) {
    try {
      Files.writeString(folder.resolve("codes.tsv"), "1\tSenile cataract\n2\tGlaucoma\n");
      Files.writeString(folder.resolve("mentions.tsv"), "cataract\t1\nGlaucoma\t2\n");
      Files.writeString(
          folder.resolve("candidates.json"),
          "{\"queries\": [{\"mentions\": [{\"mention\": \"cataract\", \"candidates\": [{\"labelcui\": \"2\"}, {\"labelcui\": \"1\"}]}, {\"mention\": \"glaucoma\", \"candidates\": [{\"labelcui\": \"2\"}]}]}]}");
      Path file = Files.writeString(folder.resolve("experiment.yaml"), yaml);
      return Experiment.read(file, folder, folder.resolve("out"), ProgressListener.SILENT).run();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void refused(String yaml, String... parts) {
    assertThatThrownBy(() -> run(yaml))
        .isInstanceOf(DataFormatException.class)
        .message()
        .contains("experiment.yaml")
        .contains(List.of(parts));
  }

  @Test
  void a_small_experiment_without_encoders_runs() {
    assertThat(run(GOOD).markdown()).contains("word").contains("given").contains("LABELS_ONLY");
    assertThat(folder.resolve("out/report.json")).exists();
  }

  @Test
  void unknown_keys_kinds_and_references_are_refused_with_the_known_ones() {
    refused(GOOD + "colour: red\n", "colour", "knowledge-base");
    refused(GOOD.replace("kind: tfidf", "kind: magic"), "magic", "tfidf");
    refused(GOOD.replace("on: given", "on: gone"), "systems.given.on", "'gone'", "[given, word]");
    refused(
        GOOD + "  - {name: both, kind: hybrid, of: [word, both]}\n",
        "systems.both.of",
        "'both'",
        "[word]");
    refused(GOOD + "seen: [train]\n", "seen", "'train'");
    refused(GOOD + "evaluate: [dev]\n", "evaluate", "'dev'", "[test]");
    refused(GOOD + "compare: [\"word > gone\"]\n", "compare", "'gone'", "[word, given]");
    refused(GOOD + "compare: [\"word\"]\n", "one > other");
    refused(
        GOOD
            + "students: {s: {kind: bi-encoder, base: \"maven:x\", teach: nobody, pooling: mean}}\n",
        "students.s.teach",
        "'nobody'");
    refused(
        GOOD
            + "teachers: {t: {file: t.jsonl}}\nstudents: {s: {kind: cross-encoder, base: \"student:later\", teach: t, pooling: cls}}\n",
        "students.s.base",
        "'later'");
  }

  @Test
  void missing_and_impossible_values_are_named() {
    refused(GOOD.replace("k: 3", "k: 0"), "k must be >= 1, not 0");
    refused(GOOD.replace("name: small\n", ""), "name is missing");
    refused(GOOD.replace(", analysis: word", ""), "systems.word", "analysis");
    refused(GOOD.replace("protocol: LABELS_ONLY", "protocol: ANYTHING"), "ANYTHING", "LABELS_ONLY");
    refused(GOOD.replace("name: given, kind", "name: word, kind"), "'word' stands twice");
  }

  @Test
  void a_file_of_another_hash_and_an_absent_one_are_refused() {
    String absent = GOOD.replace("mentions.tsv", "absent.tsv");
    String changed = GOOD.replace("file: codes.tsv,", "file: codes.tsv, sha256: 00,");
    String right =
        GOOD.replace(
            "file: codes.tsv,",
            "file: codes.tsv, sha256: "
                + Fingerprint.ofBytes(
                    "1\tSenile cataract\n2\tGlaucoma\n".getBytes(StandardCharsets.UTF_8))
                + ",");

    assertThatThrownBy(() -> run(absent))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("absent.tsv")
        .hasMessageContaining("--data");
    assertThatThrownBy(() -> run(changed))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("codes.tsv")
        .hasMessageContaining("not 00");
    assertThat(run(right).markdown()).contains("word");
  }

  @Test
  void recorded_candidates_rank_as_they_stand_ignoring_case() {
    assertThat(run(GOOD).results()).hasSize(2);
    assertThat(folder.resolve("out/predictions/given.jsonl"))
        .content()
        .contains("\"rank\":2")
        .contains("\"rank\":1");
  }

  @Test
  void whatALanguageModelWroteIsKnowledge() throws IOException {
    Path written = folder.resolve("written.jsonl");
    try (WrittenMentions file = WrittenMentions.open(written, "a model")) {
      file.append(
          List.of(new Entity("1", "Senile cataract", List.of("cloudy lens"), null)),
          new Reply("1: cloudy lens", null, null, null, null));
    }
    String with = GOOD + "knowledge: {words: {file: written.jsonl, format: written}}\n";

    assertThat(run(with).markdown()).contains("word");
    Files.writeString(written, "{}\n");
    assertThatThrownBy(() -> run(with))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("holds no written mentions");
  }
}
