package dev.rpdr.testkit.openai;

import dev.rpdr.testkit.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The server's own count. Thread-safe. */
final class Ledger {
  private final List<ServedCall> calls = new ArrayList<>();
  private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
  private long answers;
  private long failures;
  private long refused;
  private long inputTokens;
  private long outputTokens;
  private long undelivered;
  private int now;
  private int most;
  private long firstNanos;
  private long lastNanos;
  private boolean begun;

  synchronized void begin() {
    if (!begun) {
      firstNanos = System.nanoTime();
      lastNanos = firstNanos;
      begun = true;
    }
    now++;
    most = Math.max(most, now);
  }

  synchronized void end() {
    now--;
    lastNanos = System.nanoTime();
  }

  synchronized void served(ServedCall call) {
    calls.add(call);
    Fault fault = call.fault();
    if (fault != null) {
      faults.merge(fault, 1L, Long::sum);
    }
    if (call.answer() == null) {
      failures++;
    } else {
      answers++;
      inputTokens += call.inputTokens();
      outputTokens += call.outputTokens();
    }
  }

  synchronized void refused() {
    refused++;
  }

  synchronized void undelivered() {
    undelivered++;
  }

  synchronized List<ServedCall> calls() {
    return List.copyOf(calls);
  }

  synchronized ServerCounts counts() {
    return new ServerCounts(
        answers + failures + refused,
        answers,
        failures,
        refused,
        inputTokens,
        outputTokens,
        undelivered,
        most,
        Duration.ofNanos(lastNanos - firstNanos),
        faults);
  }
}
