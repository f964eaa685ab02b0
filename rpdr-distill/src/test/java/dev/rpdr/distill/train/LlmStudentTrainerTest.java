package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.ModelException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.StudentManifest;
import dev.rpdr.distill.Students;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.LlmStudent;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.nn.causal.PeftFolder;
import dev.rpdr.nn.causal.Precision;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.tiny.TinyLlm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlmStudentTrainerTest {
  @TempDir static Path checkpoint;
  @TempDir Path folder;

  @BeforeAll
  static void writeCheckpoint() {
    TinyLlm.write(checkpoint);
  }

  private static LlmOptions options(LlmForm form) {
    LlmOptions options = LlmOptions.of(form);
    return options
        .withTraining(options.training().withAccumulation(2))
        .withLora(new LoraOptions(8, 16, .05, "_proj"))
        .withLearningRate(.01)
        .withMaxTokens(1024)
        .withSampling(new ListSampling(4, 3, 0))
        .withSaveEvery(2)
        .withEpochs(form == LlmForm.RANKED_LIST ? 2 : 8);
  }

  private static TrainingSet trainingSet() {
    return TrainingSet.of(TeacherFixture.trainingSet().rankings().subList(0, 4), "fixture");
  }

  @ParameterizedTest
  @CsvSource({
    "NAME_LIKELIHOOD,F32",
    "RANKED_LIST,F32",
    "LETTERS,F32",
    "SCORING_HEAD,F32",
    "NAME_LIKELIHOOD,BF16",
    "RANKED_LIST,BF16",
    "SCORING_HEAD,BF16"
  })
  void a_student_learns_is_saved_and_opened_again(LlmForm form, Precision precision) {
    // given
    List<Double> losses = new ArrayList<>();
    ProgressListener listener =
        (stage, done, all, message) ->
            losses.add(Double.parseDouble(message.replaceAll(".*loss ", "")));
    Path target = folder.resolve("student");
    LlmStudentTrainer trainer =
        LlmStudentTrainer.of(checkpoint, options(form).withPrecision(precision));
    // when
    try (LlmStudent student = trainer.train(trainingSet(), target, listener);
        StudentReranker again = Students.open(target)) {
      // then
      // Letters in an order drawn anew each time are more than a random model can bind.
      if (form != LlmForm.LETTERS) {
        assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0));
      }
      for (Ranking ranking : trainingSet().rankings()) {
        Ranking ours = student.rerank(ranking.request());
        assertThat(again.rerank(ranking.request())).isEqualTo(ours);
      }
      assertThat(student.settings().precision()).isEqualTo(precision);
      assertThat(student.provenance().facts())
          .containsEntry("form", form.label())
          .containsEntry("precision", precision.toString())
          .containsEntry("rankings.learnt", "4")
          .containsEntry("student.kind", "llm");
    }
    assertThat(StudentManifest.read(target).files())
        .containsKeys(PeftFolder.CONFIG, PeftFolder.WEIGHTS)
        .hasSize(form == LlmForm.SCORING_HEAD ? 3 : 2);
    assertThat(folder.resolve("student.training")).doesNotExist();
    Path gguf = folder.resolve("adapter.gguf");
    if (form == LlmForm.SCORING_HEAD) {
      assertThatThrownBy(() -> LlmStudent.writeGguf(target, gguf))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("answers with numbers");
    } else {
      LlmStudent.writeGguf(target, gguf);
      assertThat(gguf).content(StandardCharsets.ISO_8859_1).startsWith("GGUF").contains("lora_a");
    }
  }

  @Test
  void a_training_that_broke_off_goes_on_to_the_same_adapter() throws IOException {
    // given
    LlmStudentTrainer trainer =
        LlmStudentTrainer.of(checkpoint, options(LlmForm.NAME_LIKELIHOOD).withEpochs(3));
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    trainer.train(trainingSet(), whole, ProgressListener.SILENT).close();
    ProgressListener failing =
        (stage, done, all, message) -> {
          if (done == 7) {
            throw new IllegalStateException("the power is out");
          }
        };
    // when
    assertThatThrownBy(() -> trainer.train(trainingSet(), broken, failing).close())
        .hasMessage("the power is out");
    assertThat(broken).doesNotExist();
    List<Long> seen = new ArrayList<>();
    trainer.train(trainingSet(), broken, (stage, done, all, message) -> seen.add(done)).close();
    // then
    assertThat(seen).containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    assertThat(Files.readAllBytes(broken.resolve(PeftFolder.WEIGHTS)))
        .isEqualTo(Files.readAllBytes(whole.resolve(PeftFolder.WEIGHTS)));
  }

  @Test
  void what_does_not_fit_is_refused() throws IOException {
    LlmOptions options = options(LlmForm.NAME_LIKELIHOOD).withEpochs(1);
    Path target = folder.resolve("student");
    assertThatThrownBy(
            () ->
                LlmStudentTrainer.of(checkpoint, options.withMaxTokens(16))
                    .train(trainingSet(), target, ProgressListener.SILENT)
                    .close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no ranking fits into 16 tokens; maxTokens must be larger");
    LlmStudentTrainer.of(checkpoint, options)
        .train(trainingSet(), target, ProgressListener.SILENT)
        .close();
    Path other = TinyLlm.write(folder.resolve("other"));
    byte[] weights = Files.readAllBytes(other.resolve("model.safetensors"));
    weights[weights.length - 2] ^= 1;
    Files.write(other.resolve("model.safetensors"), weights);
    assertThatThrownBy(() -> LlmStudent.open(target, other, RunOptions.defaults()).close())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("other is not the checkpoint that was expected");
    assertThatThrownBy(() -> options.withEpochs(0))
        .hasMessage("epochs and saveEvery must be at least 1, not 0 and 2");
    assertThatThrownBy(() -> options.withTraining(options.training().withLora(null)))
        .hasMessage("training must have LoRA options");
  }
}
