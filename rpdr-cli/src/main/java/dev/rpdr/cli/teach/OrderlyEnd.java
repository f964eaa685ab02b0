package dev.rpdr.cli.teach;

import dev.rpdr.teacher.call.CallGuard;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * When the process is asked to end (Ctrl-C, kill), no further request is sent, and those under way,
 * paid for as they are, are waited for as long as one may take.
 */
public final class OrderlyEnd {
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook;

  private OrderlyEnd(CallGuard guard, Duration patience) {
    hook =
        new Thread(
            () -> {
              guard.cancel();
              try {
                over.await(patience.toMillis(), TimeUnit.MILLISECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "rpdr-orderly-end");
  }

  /**
   * From now until the run is {@link #over()}.
   *
   * @param guard of the run
   * @param patience how long a request under way may take
   */
  public static OrderlyEnd of(CallGuard guard, Duration patience) {
    OrderlyEnd end = new OrderlyEnd(guard, patience);
    Runtime.getRuntime().addShutdownHook(end.hook);
    return end;
  }

  /** The run is over, whatever came of it. */
  public void over() {
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending and the hook at work
    }
  }
}
