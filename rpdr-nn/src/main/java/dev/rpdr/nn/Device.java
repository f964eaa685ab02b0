package dev.rpdr.nn;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a graph is executed: on the processor, or on a CUDA device, which needs the artifact {@code
 * com.microsoft.onnxruntime:onnxruntime_gpu} in place of {@code onnxruntime} and an NVIDIA driver.
 * A CUDA device that is not there is refused when a model is opened, unless {@link #orCpu()} allows
 * the processor instead; the model then logs it and says so in its provenance.
 *
 * @param kind the kind of device
 * @param id the CUDA device's number, 0 or more; 0 for the processor
 * @param fallback whether the processor may stand in; never for the processor itself
 */
public record Device(Kind kind, int id, boolean fallback) {
  private static final Pattern CUDA = Pattern.compile("cuda:(\\d{1,4})(\\?)?");

  /** The kinds of device. */
  public enum Kind {
    CPU,
    CUDA
  }

  public Device {
    Objects.requireNonNull(kind, "kind");
    if (id < 0 || (kind == Kind.CPU && id != 0)) {
      throw new IllegalArgumentException(
          "device id must be 0 or more for CUDA and 0 for the CPU, not " + id);
    }
    if (kind == Kind.CPU && fallback) {
      throw new IllegalArgumentException("the CPU has no device to fall back to");
    }
  }

  /** The processor. */
  public static Device cpu() {
    return new Device(Kind.CPU, 0, false);
  }

  /** The CUDA device of a number, and nothing else. */
  public static Device cuda(int id) {
    return new Device(Kind.CUDA, id, false);
  }

  /**
   * Reads what {@link #toString()} writes.
   *
   * @param text {@code cpu}, {@code cuda:0}, or {@code cuda:0?} where the processor may stand in
   */
  public static Device parse(String text) {
    Objects.requireNonNull(text, "text");
    if (text.equals("cpu")) {
      return cpu();
    }
    Matcher cuda = CUDA.matcher(text);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "unknown device '" + text + "': allowed are cpu, cuda:N, and cuda:N? (CPU if it fails)");
    }
    return new Device(Kind.CUDA, Integer.parseInt(cuda.group(1)), cuda.group(2) != null);
  }

  /** This device, or the processor where it cannot be used. */
  public Device orCpu() {
    return kind == Kind.CPU ? this : new Device(kind, id, true);
  }

  @Override
  public String toString() {
    return kind == Kind.CPU ? "cpu" : "cuda:" + id + (fallback ? "?" : "");
  }
}
