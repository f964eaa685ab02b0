package dev.rpdr.teacher.call;

import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.call.TeacherEvent.Waiting.Why;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A guard of short waits, what it tells, and requests to pass it. */
abstract class CallGuardFixture {
  static final RetryRule QUICK =
      RetryRule.DEFAULT.withWaits(Duration.ofMillis(1), Duration.ofMillis(4));
  private static final Call CALL = new Call("heart attack", "m", 1, new Usage(100, 10));

  final List<TeacherEvent> events = Collections.synchronizedList(new ArrayList<>());

  CallGuard.Builder quick() {
    return CallGuard.builder().retries(QUICK).listener(events::add);
  }

  static <T> T ask(CallGuard guard, Supplier<T> attempt) {
    return guard.call(CALL, attempt, text -> new Spend("m-1", new Usage(90, 9)));
  }

  /** Fails with each of these in turn, then answers. */
  static Supplier<String> failing(RuntimeException... failures) {
    AtomicInteger next = new AtomicInteger();
    return () -> {
      int i = next.getAndIncrement();
      if (i < failures.length) {
        throw failures[i];
      }
      return "A";
    };
  }

  static RefusedException busy(@Nullable Duration retryAfter) {
    return new RefusedException("HTTP 429", null, 429, retryAfter);
  }

  static void thread(Runnable task) {
    Thread thread = new Thread(task, "call-guard-test");
    thread.setDaemon(true);
    thread.start();
  }

  List<Duration> waits(Why why) {
    return List.copyOf(events).stream()
        .filter(TeacherEvent.Waiting.class::isInstance)
        .map(TeacherEvent.Waiting.class::cast)
        .filter(event -> event.why() == why)
        .map(TeacherEvent.Waiting::time)
        .toList();
  }
}
