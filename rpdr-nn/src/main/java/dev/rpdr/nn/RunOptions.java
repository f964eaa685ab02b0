package dev.rpdr.nn;

import java.util.Objects;

/**
 * How a model is executed. It decides speed and memory, not what comes out (but for the last bits
 * of a float). Immutable.
 *
 * @param device where it runs
 * @param threads how many processor threads work at once, 1 to 1024; on a CUDA device they only
 *     serve what cannot run there
 * @param tokenBudget the most tokens of one batch, padding included (a longer text is a batch by
 *     itself); {@link #DEVICE_DEFAULT} for what was measured to be best for the device
 */
public record RunOptions(Device device, int threads, int tokenBudget) {
  /** The token budget that leaves the choice to the device. */
  public static final int DEVICE_DEFAULT = 0;

  private static final int CPU_TOKEN_BUDGET = 256;
  private static final int CUDA_TOKEN_BUDGET = 16_384;
  private static final int MAX_THREADS = 1024;

  public RunOptions {
    Objects.requireNonNull(device, "device");
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads must be 1 to " + MAX_THREADS + ", not " + threads);
    }
    if (tokenBudget < 0) {
      throw new IllegalArgumentException(
          "tokenBudget must be at least 1, or 0 for the device's default, not " + tokenBudget);
    }
  }

  /** The processor with all its cores. */
  public static RunOptions defaults() {
    return new RunOptions(Device.cpu(), Runtime.getRuntime().availableProcessors(), DEVICE_DEFAULT);
  }

  public RunOptions withDevice(Device device) {
    return new RunOptions(device, threads, tokenBudget);
  }

  public RunOptions withThreads(int threads) {
    return new RunOptions(device, threads, tokenBudget);
  }

  public RunOptions withTokenBudget(int tokenBudget) {
    return new RunOptions(device, threads, tokenBudget);
  }

  /** The token budget on the device that was in fact opened. */
  int tokenBudgetOn(Device opened) {
    if (tokenBudget != DEVICE_DEFAULT) {
      return tokenBudget;
    }
    return opened.kind() == Device.Kind.CPU ? CPU_TOKEN_BUDGET : CUDA_TOKEN_BUDGET;
  }

  /** How many batches run at once on the device that was in fact opened. */
  int workersOn(Device opened) {
    return opened.kind() == Device.Kind.CPU ? threads : 1;
  }
}
