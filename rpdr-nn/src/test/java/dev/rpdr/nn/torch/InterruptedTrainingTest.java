package dev.rpdr.nn.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, or a polite kill, in the middle of a training. */
class InterruptedTrainingTest {
  private static final int SIGTERM = 128 + 15;

  @TempDir Path folder;

  @Test
  @DisabledOnOs(OS.WINDOWS) // there a process is always killed at once
  void the_process_ends_between_two_steps_and_does_not_crash_in_native_code() throws Exception {
    Process training =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                EndlessTraining.class.getName())
            .directory(folder.toFile())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    try (BufferedReader output = training.inputReader()) {
      assertThat(output.readLine()).isEqualTo("steps");

      training.destroy();

      assertThat(training.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(training.exitValue())
          .as(Files.readString(folder.resolve("errors")))
          .isEqualTo(SIGTERM);
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).containsExactly(folder.resolve("errors"));
      }
    } finally {
      training.destroyForcibly();
    }
  }

  /** Says {@code steps} once it trains, and goes on until it is killed. */
  static final class EndlessTraining {
    private EndlessTraining() {}

    public static void main(String[] args) {
      Engine engine = DjlEngine.load();
      Gate gate = new Gate("this training");
      try (NDManager manager = engine.newBaseManager()) {
        NDArray weights = manager.ones(new Shape(200, 200), DataType.FLOAT32);
        for (int step = 0; ; step++) {
          gate.train(
              () -> {
                try (NDManager scope = manager.newSubManager();
                    GradientCollector collector = engine.newGradientCollector()) {
                  NDArray leaf = Torch.leaf(scope.zeros(new Shape(200, 200)).add(weights));
                  NDArray x = leaf;
                  for (int i = 0; i < 50; i++) {
                    x = x.matMul(leaf).tanh();
                  }
                  collector.backward(x.sum());
                }
                return true;
              });
          if (step == 2) {
            System.out.println("steps");
          }
        }
      }
    }
  }
}
