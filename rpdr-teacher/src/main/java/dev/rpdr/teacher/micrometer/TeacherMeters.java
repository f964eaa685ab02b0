package dev.rpdr.teacher.micrometer;

import dev.rpdr.teacher.call.TeacherEvent;
import dev.rpdr.teacher.call.TeacherListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * Tells a Micrometer registry what a teacher does. Every meter has the tag {@code model}, the name
 * that is asked for; none has a mention or any other text of a patient.
 *
 * <ul>
 *   <li>{@code rpdr.teacher.requests} (counter): requests sent; {@code retry} is true or false
 *   <li>{@code rpdr.teacher.latency} (timer): {@code result} is {@code answered}, or the kind of
 *       failure: {@code http-429}, {@code lost}, …
 *   <li>{@code rpdr.teacher.waits} (timer): time that calls wait; {@code why} is {@code rate},
 *       {@code retry} or {@code circuit}
 *   <li>{@code rpdr.teacher.tokens} (counter): {@code direction} is {@code input} or {@code output}
 *   <li>{@code rpdr.teacher.cost} (counter): in the currency of the meter's prices
 *   <li>{@code rpdr.teacher.mentions} (counter): {@code outcome} is {@code answered}, {@code
 *       repaired}, {@code fell-back} or {@code abstained}
 *   <li>{@code rpdr.teacher.answer.tokens} (summary): tokens of one request, prompt and answer
 * </ul>
 */
public final class TeacherMeters implements TeacherListener {
  private static final String PREFIX = "rpdr.teacher.";

  private final MeterRegistry registry;
  private final Tags common;

  private TeacherMeters(MeterRegistry registry, Tags common) {
    this.registry = registry;
    this.common = common;
  }

  /** A listener that writes to a registry; to be given to a guard. */
  public static TeacherMeters of(MeterRegistry registry) {
    return of(registry, Tags.empty());
  }

  /**
   * As {@link #of(MeterRegistry)}.
   *
   * @param common tags that every meter gets
   */
  public static TeacherMeters of(MeterRegistry registry, Tags common) {
    return new TeacherMeters(
        Objects.requireNonNull(registry, "registry"), Objects.requireNonNull(common, "common"));
  }

  @Override
  public void on(TeacherEvent event) {
    Tags tags = common.and("model", event.model());
    if (event instanceof TeacherEvent.Sent sent) {
      count("requests", tags.and("retry", Boolean.toString(sent.attempt() > 1)), 1);
    } else if (event instanceof TeacherEvent.Answered answered) {
      answered(answered, tags);
    } else if (event instanceof TeacherEvent.Failed failed) {
      time("latency", tags.and("result", failed.kind()), failed.latency());
    } else if (event instanceof TeacherEvent.Waiting waiting) {
      String why = waiting.why().name().toLowerCase(Locale.ROOT);
      time("waits", tags.and("why", why), waiting.time());
    } else if (event instanceof TeacherEvent.Ranked ranked) {
      count("mentions", tags.and("outcome", ranked.outcome().label()), 1);
    }
  }

  private void answered(TeacherEvent.Answered answered, Tags tags) {
    time("latency", tags.and("result", "answered"), answered.latency());
    var usage = answered.spend().usage();
    if (usage != null) {
      count("tokens", tags.and("direction", "input"), usage.inputTokens());
      count("tokens", tags.and("direction", "output"), usage.outputTokens());
      DistributionSummary.builder(PREFIX + "answer.tokens")
          .tags(tags)
          .register(registry)
          .record((double) usage.inputTokens() + usage.outputTokens());
    }
    if (answered.cost() != null) {
      count("cost", tags, answered.cost().doubleValue());
    }
  }

  private void count(String name, Tags tags, double amount) {
    Counter.builder(PREFIX + name).tags(tags).register(registry).increment(amount);
  }

  private void time(String name, Tags tags, Duration time) {
    Timer.builder(PREFIX + name).tags(tags).register(registry).record(time);
  }
}
