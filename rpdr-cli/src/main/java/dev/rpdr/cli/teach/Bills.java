package dev.rpdr.cli.teach;

import dev.rpdr.teacher.call.CallCounts;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.cost.CostMeter;
import java.util.List;
import java.util.stream.Stream;

/** What a run asked and spent, for people. */
public final class Bills {
  private Bills() {}

  /** The requests that went through a guard, in one line. */
  public static String requests(CallGuard guard) {
    CallCounts counts = guard.counts();
    return "%d requests: %d answers, %d failures"
        .formatted(counts.requests(), counts.answers(), counts.failures());
  }

  /** What was spent, a line a model and their sum. */
  public static List<String> spent(CostMeter meter) {
    return meter.bill().toString().lines().map(line -> "bill: " + line).toList();
  }

  /** Both. */
  public static String[] of(CallGuard guard, CostMeter meter) {
    return Stream.concat(Stream.of(requests(guard)), spent(meter).stream()).toArray(String[]::new);
  }
}
