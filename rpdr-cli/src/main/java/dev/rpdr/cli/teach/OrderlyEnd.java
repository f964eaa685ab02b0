package dev.rpdr.cli.teach;

import dev.rpdr.teacher.call.CallGuard;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * When the process is asked to end (Ctrl-C, kill), no further request is sent, and those under way,
 * paid for as they are, are waited for as long as one may take.
 */
public final class OrderlyEnd implements AutoCloseable {
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  private OrderlyEnd(CallGuard guard, Duration patience) {
    hook =
        new Thread(
            () -> {
              guard.cancel();
              try {
                done.await(patience.toMillis(), TimeUnit.MILLISECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "rpdr-orderly-end");
  }

  /**
   * From now until it is closed.
   *
   * @param guard of the run
   * @param patience how long a request under way may take
   */
  public static OrderlyEnd of(CallGuard guard, Duration patience) {
    OrderlyEnd end = new OrderlyEnd(guard, patience);
    Runtime.getRuntime().addShutdownHook(end.hook);
    return end;
  }

  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending and the hook at work
    }
  }
}
