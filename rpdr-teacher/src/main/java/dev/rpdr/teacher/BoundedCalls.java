package dev.rpdr.teacher;

import dev.rpdr.NonRetriableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls a function for many inputs, a bounded number at once, results in the order of inputs. */
final class BoundedCalls {
  private BoundedCalls() {}

  /**
   * Calls. After a failure nothing more is begun; what is under way is waited for, so that its
   * results are not lost to a journal; then the first failure, in the order of inputs, is thrown,
   * with the others suppressed in it.
   *
   * @param concurrency how many calls at once, ≥ 1; with 1 the calling thread does all
   */
  static <I, O> List<O> map(List<I> inputs, int concurrency, Function<I, O> call) {
    if (concurrency == 1 || inputs.size() < 2) {
      return inputs.stream().map(call).toList();
    }
    AtomicBoolean failed = new AtomicBoolean();
    ExecutorService pool =
        Executors.newFixedThreadPool(Math.min(concurrency, inputs.size()), BoundedCalls::daemon);
    try {
      List<Future<@Nullable O>> futures = new ArrayList<>(inputs.size());
      for (I input : inputs) {
        futures.add(pool.submit(() -> failed.get() ? null : call(input, call, failed)));
      }
      return collect(futures);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NonRetriableException("interrupted while asking the teacher", e);
    } finally {
      failed.set(true);
      pool.shutdown();
    }
  }

  private static <I, O> O call(I input, Function<I, O> call, AtomicBoolean failed) {
    try {
      return call.apply(input);
    } catch (RuntimeException | Error e) {
      failed.set(true);
      throw e;
    }
  }

  private static <O> List<O> collect(List<Future<@Nullable O>> futures)
      throws InterruptedException {
    List<O> results = new ArrayList<>(futures.size());
    Throwable failure = null;
    for (Future<@Nullable O> future : futures) {
      try {
        O result = future.get();
        if (result != null) {
          results.add(result);
        }
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (failure == null) {
          failure = cause;
        } else if (failure != cause) {
          failure.addSuppressed(cause);
        }
      }
    }
    if (failure instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return results;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "rpdr-teacher");
    thread.setDaemon(true);
    return thread;
  }
}
