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
import java.util.function.ToIntFunction;

/**
 * Tells how a run that costs money gets on: rate, money, time left, failures. Thread-safe; begin it
 * before anything is asked.
 */
public final class PaidProgress implements TeacherListener {
  private static final double SECOND = 1e9;

  private final String stage;
  private final ToIntFunction<TeacherEvent> steps;
  private final ProgressListener bar;
  private final CostMeter meter;
  private final LongSupplier nanos;
  private long total = -1;
  private long before;
  private long now;
  private long failures;
  private long start;

  private PaidProgress(
      String stage,
      ToIntFunction<TeacherEvent> steps,
      ProgressListener bar,
      CostMeter meter,
      LongSupplier nanos) {
    this.stage = stage;
    this.steps = steps;
    this.bar = bar;
    this.meter = meter;
    this.nanos = nanos;
  }

  /**
   * Counts mentions that are ranked, as the stage {@code teach}.
   *
   * @param bar shows it
   * @param meter of the run
   */
  public static PaidProgress ofRankings(ProgressListener bar, CostMeter meter) {
    return ofRankings(bar, meter, System::nanoTime);
  }

  static PaidProgress ofRankings(ProgressListener bar, CostMeter meter, LongSupplier nanos) {
    return new PaidProgress(
        "teach", event -> event instanceof TeacherEvent.Ranked ? 1 : 0, bar, meter, nanos);
  }

  /**
   * Counts the entities of requests that are answered, as the stage {@code write}.
   *
   * @param bar shows it
   * @param meter of the run
   */
  public static PaidProgress ofWriting(ProgressListener bar, CostMeter meter) {
    return new PaidProgress(
        "write",
        event -> event instanceof TeacherEvent.Answered answered ? answered.call().mentions() : 0,
        bar,
        meter,
        System::nanoTime);
  }

  /**
   * The run begins.
   *
   * @param newTotal how many steps there will be: rankings, votes each, or entities
   * @param answeredBefore how many of them were paid for by an earlier run
   */
  public synchronized void begin(long newTotal, long answeredBefore) {
    total = newTotal;
    before = answeredBefore;
    start = nanos.getAsLong();
    show();
  }

  @Override
  public synchronized void on(TeacherEvent event) {
    int done = steps.applyAsInt(event);
    if (event instanceof TeacherEvent.Failed) {
      failures++;
    } else if (done == 0) {
      return;
    }
    now += done;
    show();
  }

  private void show() {
    bar.onProgress(stage, Math.min(before + now, total), total, message());
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
