package dev.rpdr.cli;

import dev.rpdr.ProgressListener;
import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows one progress bar at a time, one a stage, on the error stream. */
final class ProgressBars implements ProgressListener, AutoCloseable {
  private final PrintStream stream;
  private String stage = "";
  private @Nullable ProgressBar bar;

  ProgressBars(PrintStream stream) {
    this.stream = stream;
  }

  @Override
  public synchronized void onProgress(String newStage, long done, long total, String message) {
    ProgressBar current = bar;
    if (current == null || !newStage.equals(stage)) {
      close();
      stage = newStage;
      current =
          new ProgressBarBuilder()
              .setTaskName(newStage)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(stream))
              .setUpdateIntervalMillis(System.console() == null ? 10_000 : 200)
              .build();
      bar = current;
    }
    current.maxHint(total);
    current.stepTo(done);
    current.setExtraMessage(message);
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
