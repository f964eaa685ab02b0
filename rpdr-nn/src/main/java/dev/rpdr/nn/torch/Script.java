package dev.rpdr.nn.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A function of tensors written in TorchScript, for operations that DJL's binding does not have.
 * Gradients pass through it like through any operation. Thread-safe; lives as long as the process.
 *
 * <p>PyTorch reads TorchScript from a zip archive only, so one is made in memory: the code of a
 * class {@code F} with a method {@code forward}, and a pickled object of that class, which has no
 * attributes. Version 3 of the format is the oldest that every PyTorch since 1.6 reads.
 */
final class Script {
  /** Protocol 2; the class __torch__.F, called without arguments; its empty state; stop. */
  private static final String OBJECT = "\u0080\u0002c__torch__\nF\n)\u0081}b.";

  /** Protocol 2; an empty tuple; stop. */
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private final PtSymbolBlock module;

  private Script(PtSymbolBlock module) {
    this.module = module;
  }

  /**
   * @param parameters names of the tensors that it takes, at least one, divided by commas
   * @param statements lines of code, the last of which returns a tensor
   */
  static Script of(String parameters, String... statements) {
    StringBuilder code = new StringBuilder("class F(Module):\n");
    code.append("  __parameters__ = []\n  __buffers__ = []\n  def forward(self: __torch__.F");
    for (String parameter : parameters.split(",")) {
      code.append(", ").append(parameter.strip()).append(": Tensor");
    }
    code.append(") -> Tensor:\n");
    for (String statement : statements) {
      code.append("    ").append(statement).append('\n');
    }
    Engine engine = DjlEngine.load();
    PtNDManager manager = (PtNDManager) engine.newBaseManager();
    try {
      byte[] archive = archive(code.toString());
      return new Script(
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] archive(String code) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      entry(zip, "data.pkl", OBJECT);
      entry(zip, "code/__torch__.py", code);
      entry(zip, "constants.pkl", NO_CONSTANTS);
      entry(zip, "version", "3\n");
    }
    return bytes.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("archive/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }

  /** Calls it; what it returns is owned by the first input's manager. */
  NDArray call(NDArray... inputs) {
    // As if training: otherwise no gradients could ever pass through what is returned.
    return IValueUtils.forward(module, new NDList(inputs), true).singletonOrThrow();
  }
}
