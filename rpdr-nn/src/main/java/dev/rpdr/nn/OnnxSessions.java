package dev.rpdr.nn;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.rpdr.ModelException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens sessions of ONNX Runtime on the device asked for, or on the one allowed instead. */
final class OnnxSessions {
  private static final Logger log = LoggerFactory.getLogger(OnnxSessions.class);

  private OnnxSessions() {}

  /**
   * A session and where it runs.
   *
   * @param device the device in fact opened, without fallback
   */
  record Opened(OrtSession session, Device device) {}

  static Opened open(ModelFiles files, RunOptions run) {
    Device device = run.device();
    if (device.kind() == Device.Kind.CPU) {
      return new Opened(onCpu(files), device);
    }
    try {
      return new Opened(onCuda(files, device, run.threads()), Device.cuda(device.id()));
    } catch (ModelException e) {
      if (!device.fallback()) {
        throw e;
      }
      log.warn("{}; running on the CPU instead, as allowed", e.getMessage());
      return new Opened(onCpu(files), Device.cpu());
    }
  }

  /** One thread a run: batches run side by side, which was measured to be faster (BatchRunner). */
  private static OrtSession onCpu(ModelFiles files) {
    try (SessionOptions options = common()) {
      options.setIntraOpNumThreads(1);
      return session(files, options);
    } catch (OrtException e) {
      throw new ModelException(
          files.name() + ": ONNX Runtime cannot open " + ModelFiles.ONNX + ": " + e.getMessage(),
          e);
    }
  }

  private static OrtSession onCuda(ModelFiles files, Device device, int threads) {
    // The environment owns the logger that the CUDA provider's options already need.
    OnnxEnvironment.get();
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      throw new ModelException(
          "cannot use cuda:"
              + device.id()
              + ": this ONNX Runtime is built without CUDA: put the artifact"
              + " com.microsoft.onnxruntime:onnxruntime_gpu on the classpath in place of"
              + " com.microsoft.onnxruntime:onnxruntime, in the same version");
    }
    try (SessionOptions options = common();
        OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.id())) {
      options.setIntraOpNumThreads(threads);
      // Full float precision, so that vectors made on either device compare.
      cuda.add("use_tf32", "0");
      // Batches differ in shape: growing by what is asked for keeps the arena near its need.
      cuda.add("arena_extend_strategy", "kSameAsRequested");
      options.addCUDA(cuda);
      return session(files, options);
    } catch (OrtException e) {
      throw new ModelException(
          "cannot use cuda:"
              + device.id()
              + " for "
              + files.name()
              + ": is there such a GPU, with an NVIDIA driver and the CUDA and cuDNN libraries that"
              + " onnxruntime_gpu was built for? ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  private static SessionOptions common() throws OrtException {
    OnnxEnvironment.get(); // before anything else of ONNX Runtime
    SessionOptions options = new SessionOptions();
    options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
    // What goes wrong is thrown with its message; it need not be printed as well.
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    return options;
  }

  /** From a folder the file itself is opened, so that weights kept beside it are found. */
  private static OrtSession session(ModelFiles files, SessionOptions options) throws OrtException {
    OrtEnvironment environment = OnnxEnvironment.get();
    Optional<Path> path = files.onnxPath();
    return DeepStack.call(
        () ->
            path.isPresent()
                ? environment.createSession(path.get().toString(), options)
                : environment.createSession(files.onnx(), options),
        OrtException.class);
  }
}
