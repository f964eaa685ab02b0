package dev.rpdr.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.DataFormatException;
import dev.rpdr.distill.StudentManifest;
import dev.rpdr.eval.Report;
import dev.rpdr.tiny.TinyEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Students whose rankings are judged, softened and added to by other students. */
class NoiseExperimentTest {
  private static final List<String> NAMES =
      List.of("cataract", "glaucoma", "vertigo", "nausea", "insomnia", "fatigue");
  private static final List<String> MENTIONS =
      List.of("cloudy lens", "eye pressure", "room spins", "sick stomach", "no sleep", "no energy");
  private static final String GOOD =
      """
      name: noise
      protocol: LABELS_ONLY
      k: 3
      knowledge-base: {file: codes.tsv, format: tsv, id: 1, name: 2}
      splits:
        test: {file: mentions.tsv, format: tsv, mention: 1, gold: 2}
      mentions:
        more: {file: more.txt, format: txt}
      teachers:
        train: {file: teacher.jsonl}
      students:
        judged: {kind: bi-encoder, base: "TINY", teach: train, pooling: mean, epochs: 1, batch-size: 3, validation-share: 0, label-smoothing: 0.1, noise: {folds: 2, action: weight}}
        further: {kind: cross-encoder, base: "student:judged", teach: train, pooling: mean, epochs: 1, validation-share: 0, label-smoothing: 0.1, noise: {folds: 2, action: soften, share: 0.7, by: judged}, pseudo-labels: {mentions: more, by: [judged], weight: 0.4}}
      systems:
        - {name: judged, kind: student-retriever, student: judged}
        - {name: further, kind: student, student: further, on: judged}
      """;

  @TempDir Path folder;
  private final List<String> stages = new ArrayList<>();

  private Report run(String yaml) {
    try {
      StringBuilder codes = new StringBuilder();
      StringBuilder teacher = new StringBuilder();
      for (int i = 0; i < NAMES.size(); i++) {
        codes.append(i).append('\t').append(NAMES.get(i)).append('\n');
        int next = (i + 1) % NAMES.size();
        teacher.append(
            "{\"mention\": \"%s\", \"candidates\": [{\"id\": \"%d\", \"name\": \"%s\"}, {\"id\": \"%d\", \"name\": \"%s\"}], \"ranking\": [\"%d\"]}%n"
                .formatted(MENTIONS.get(i), next, NAMES.get(next), i, NAMES.get(i), i));
      }
      Files.writeString(folder.resolve("codes.tsv"), codes);
      Files.writeString(folder.resolve("teacher.jsonl"), teacher);
      Files.writeString(folder.resolve("mentions.tsv"), "tired\t5\ndizzy\t2\n");
      Files.writeString(folder.resolve("more.txt"), "sleepless\nNo Energy\nqueasy\n");
      Path tiny = folder.resolve("tiny");
      TinyEncoder.in(tiny);
      Path file =
          Files.writeString(
              folder.resolve("experiment.yaml"), yaml.replace("TINY", tiny.toString()));
      return Experiment.read(
              file,
              folder,
              folder.resolve("out"),
              (stage, done, total, message) -> stages.add(stage))
          .run();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Map<String, String> facts(String student) {
    return StudentManifest.read(folder.resolve("out/students").resolve(student))
        .provenance()
        .facts();
  }

  @Test
  void rankings_are_judged_once_and_pseudo_labels_added() {
    assertThat(run(GOOD).results()).hasSize(2);

    assertThat(facts("judged")).containsEntry("label-smoothing", "0.1");
    assertThat(facts("judged").get("data.noise.weighted")).startsWith("2 folds, seed 42");
    assertThat(facts("further").get("data.noise.softened")).endsWith("teacher's share 0.7");
    assertThat(facts("further"))
        .containsEntry("loss", "smoothed:0.1:list-mle:3")
        .containsEntry("data.pseudo-labels.weight", "0.4")
        .containsEntry("data.pseudo-labels.mentions", "2")
        .containsEntry("data.rankings", "8")
        .containsEntry("rankings.learnt", "8");
    assertThat(folder.resolve("out/students/judged.folds/fold-2.json")).exists();
    assertThat(stages).contains("judged: fold 1/2: train", "judged: fold 2/2: train");
    assertThat(stages)
        .as("the second student uses what the first one's judges said")
        .doesNotContain("further: fold 1/2: train");

    stages.clear();
    run(GOOD);
    assertThat(stages)
        .as("all students are used again")
        .noneMatch(stage -> stage.endsWith("train"));
  }

  @Test
  void impossible_settings_are_refused_with_what_is_allowed() {
    refused(GOOD.replace("action: weight", "action: pray"), "pray", "[filter, soften, weight]");
    refused(GOOD.replace("folds: 2, action: weight", "folds: 1, action: weight"), ">= 2, not 1");
    refused(GOOD.replace("action: weight", "action: weight, share: 0.5"), "soften, not WEIGHT");
    refused(GOOD.replace(", by: judged}", "}"), "students.further.noise", "'judged'", "by 'by'");
    refused(GOOD.replace("by: judged}", "by: nobody}"), "'nobody'", "[judged, further]");
    refused(GOOD.replace("by: [judged]", "by: [further]"), "pseudo-labels.by", "[judged]");
    refused(
        GOOD.replace("mentions: more,", "mentions: less,"),
        "pseudo-labels.mentions",
        "[more, test]");
    refused(GOOD.replace("by: [judged]", "by: []"), "at least one must be a bi-encoder");
    refused(GOOD.replace("weight: 0.4", "weight: 4"), "pseudo-labels.weight", "not 4.0");
    refused(GOOD.replace("weight: 0.4", "min-confidence: 2"), "min-confidence", "not 2.0");
  }

  private void refused(String yaml, String... parts) {
    assertThatThrownBy(() -> run(yaml))
        .isInstanceOf(DataFormatException.class)
        .message()
        .contains(List.of(parts));
  }
}
