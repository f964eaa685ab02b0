package dev.rpdr.teacher.call;

import dev.rpdr.Outcome;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What happens while a teacher is asked. Further kinds may be added. */
public interface TeacherEvent {
  /** The model that is asked. */
  String model();

  /**
   * A request is being sent.
   *
   * @param attempt 1 for the first request of a call, more for its retries
   */
  record Sent(Call call, int attempt) implements TeacherEvent {
    @Override
    public String model() {
      return call.model();
    }
  }

  /**
   * A request was answered.
   *
   * @param cost what it cost by the guard's meter, or null where the guard has none
   * @param latency from sending it to having its answer
   */
  record Answered(Call call, Spend spend, @Nullable BigDecimal cost, Duration latency)
      implements TeacherEvent {
    @Override
    public String model() {
      return call.model();
    }
  }

  /**
   * A request failed.
   *
   * @param kind {@code http-} and the status where the service refused it, {@code lost} where no
   *     reply came or it could not be read, {@code other-retriable}, or {@code final} where asking
   *     again will not help
   * @param retried whether it will be tried again
   * @param latency from sending it to its failure
   */
  record Failed(Call call, String kind, boolean retried, Duration latency) implements TeacherEvent {
    @Override
    public String model() {
      return call.model();
    }
  }

  /** A call is about to wait. */
  record Waiting(Call call, Why why, Duration time) implements TeacherEvent {
    @Override
    public String model() {
      return call.model();
    }

    /** Why calls wait. */
    public enum Why {
      /** The limit on requests or tokens a minute. */
      RATE,
      /** Until the next try after a failure. */
      RETRY,
      /** The circuit is open: the service has been failing. */
      CIRCUIT
    }
  }

  /** A mention was ranked. */
  record Ranked(String model, Outcome outcome) implements TeacherEvent {}
}
