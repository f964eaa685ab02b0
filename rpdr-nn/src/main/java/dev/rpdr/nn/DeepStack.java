package dev.rpdr.nn;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Runs work on a thread of its own whose stack is deep. ONNX Runtime recurses deeply when it starts
 * and when it opens a graph: seen on a thread of Java's usual megabyte, where an overflow in native
 * code ends the process without an exception.
 */
public final class DeepStack {
  /** In bytes; address space only, memory is taken as it is used. */
  private static final long STACK = 256L << 20;

  private DeepStack() {}

  /**
   * Runs work and waits for it, also when interrupted; the interrupt is then set again.
   *
   * @return what it returns
   * @throws E what it throws of the type given
   */
  public static <T, E extends Exception> T call(Callable<T> work, Class<E> thrown) throws E {
    Objects.requireNonNull(work, "work");
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable body =
        () -> {
          try {
            result.complete(work.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        };
    Thread thread = new Thread(null, body, "onnx-open", STACK);
    thread.setDaemon(true);
    thread.start();
    try {
      // not interruptible: what is being opened has an owner only once it is returned
      return result.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (thrown.isInstance(cause)) {
        throw thrown.cast(cause);
      } else if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      } else if (cause instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("work threw what it does not declare", cause);
    }
  }
}
