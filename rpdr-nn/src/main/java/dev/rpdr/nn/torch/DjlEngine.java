package dev.rpdr.nn.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import dev.rpdr.ModelException;
import dev.rpdr.nn.OfflineDjl;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads DJL's PyTorch engine without letting it use the network (see {@link OfflineDjl}): native
 * libraries come from a Maven artifact.
 */
public final class DjlEngine {
  /** DJL collects gradients for one step at a time in a process. */
  public static final ReentrantLock TRAINING = new ReentrantLock();

  /** Maven Central holds no CUDA build of this version. */
  private static final String CUDA_HINT =
      "For CUDA, set PYTORCH_LIBRARY_PATH to the lib folder of LibTorch 2.7.1 for CUDA 12.8, with"
          + " PYTORCH_VERSION=2.7.1 and PYTORCH_FLAVOR=cu128.";

  private static final Logger log = LoggerFactory.getLogger(DjlEngine.class);
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,2}))?");

  private DjlEngine() {}

  /** The engine; throws {@link ModelException} naming the missing artifact where it cannot load. */
  public static Engine load() {
    OfflineDjl.ensure();
    try {
      Engine engine = Engine.getEngine("PyTorch");
      LastStep.ensure();
      return engine;
    } catch (RuntimeException | LinkageError e) {
      throw new ModelException(
          ("the PyTorch engine cannot be loaded: %s. Training needs the native library on the class"
                  + " path: ai.djl.pytorch:pytorch-native-cpu:2.7.1 with classifier linux-x86_64,"
                  + " win-x86_64 or osx-aarch64. "
                  + CUDA_HINT
                  + " Nothing is fetched over the network")
              .formatted(e.getMessage()),
          e);
    }
  }

  /** Reads {@code cpu}, {@code cuda} or {@code cuda:1}. */
  public static boolean isDevice(String name) {
    return name.equals("cpu") || CUDA.matcher(name).matches();
  }

  /** The device of that name, which must be there. */
  public static Device device(Engine engine, String name) {
    Matcher cuda = CUDA.matcher(name);
    if (!cuda.matches()) {
      return Device.cpu();
    }
    int index = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
    int count = engine.getGpuCount();
    if (index >= count) {
      throw new ModelException(
          "device '%s' is not there: PyTorch sees %d CUDA devices. %s"
              .formatted(name, count, CUDA_HINT));
    }
    return Device.gpu(index);
  }

  /**
   * When the process is asked to end (Ctrl-C, kill) while gradients are computed, it ends after
   * that step: PyTorch takes itself apart as the process exits, and what still runs inside it then
   * crashes.
   */
  private static final class LastStep {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static {
      try {
        Runtime.getRuntime().addShutdownHook(new Thread(LastStep::await, "rpdr-last-step"));
      } catch (IllegalStateException e) {
        // the process is ending already
      }
    }

    private static void ensure() {
      // registered when this class was loaded, once
    }

    /** Keeps the lock, so that no step begins any more. */
    private static void await() {
      try {
        if (!TRAINING.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
          log.warn("a training step was under way for {} when the process ended", PATIENCE);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
