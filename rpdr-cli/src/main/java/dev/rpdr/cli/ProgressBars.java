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
      finish();
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

  /** Ends the bar that is shown, so that a line can be printed; the next one may begin. */
  synchronized void finish() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    finish();
  }
}
