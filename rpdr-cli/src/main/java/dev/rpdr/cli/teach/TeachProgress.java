package dev.rpdr.cli.teach;

import dev.rpdr.ProgressListener;
import dev.rpdr.teacher.call.TeacherEvent;
import dev.rpdr.teacher.call.TeacherListener;
import dev.rpdr.teacher.cost.CostMeter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Tells how a run gets on: rate, money, time left, failures. Thread-safe. */
public final class TeachProgress implements TeacherListener {
  private static final double SECOND = 1e9;

  private final ProgressListener bar;
  private final CostMeter meter;
  private final LongSupplier nanos;
  private long total = -1;
  private long before;
  private long now;
  private long failures;
  private long start;

  /**
   * A progress that nothing is known of yet.
   *
   * @param bar shows it
   * @param meter of the run
   */
  public TeachProgress(ProgressListener bar, CostMeter meter) {
    this(bar, meter, System::nanoTime);
  }

  TeachProgress(ProgressListener bar, CostMeter meter, LongSupplier nanos) {
    this.bar = bar;
    this.meter = meter;
    this.nanos = nanos;
  }

  /**
   * The run begins.
   *
   * @param newTotal how many rankings there will be, votes each
   * @param answeredBefore how many of them are in the journal
   */
  public synchronized void begin(long newTotal, long answeredBefore) {
    total = newTotal;
    before = answeredBefore;
    start = nanos.getAsLong();
    show();
  }

  @Override
  public synchronized void on(TeacherEvent event) {
    if (event instanceof TeacherEvent.Ranked) {
      now++;
    } else if (event instanceof TeacherEvent.Failed) {
      failures++;
    } else {
      return;
    }
    show();
  }

  private void show() {
    bar.onProgress("teach", Math.min(before + now, total), total, message());
  }

  private String message() {
    double seconds = (nanos.getAsLong() - start) / SECOND;
    double rate = seconds > 0 ? now / seconds : 0;
    String spent = meter.spent().setScale(4, RoundingMode.HALF_UP).toPlainString();
    BigDecimal budget = meter.budget();
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%.1f/s, %s", rate, spent));
    text.append(budget == null ? " " : " of " + budget.toPlainString() + " ");
    text.append(meter.prices().currency());
    long left = total - before - now;
    if (rate > 0 && left > 0) {
      text.append(", ")
          .append(readable(Duration.ofSeconds(Math.round(left / rate))))
          .append(" left");
    }
    if (failures > 0) {
      text.append(", ").append(failures).append(" requests failed");
    }
    return text.toString();
  }

  private static String readable(Duration time) {
    return time.toHours() > 0
        ? time.toHours() + " h " + time.toMinutesPart() + " min"
        : time.toMinutes() > 0
            ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
            : time.toSeconds() + " s";
  }
}
