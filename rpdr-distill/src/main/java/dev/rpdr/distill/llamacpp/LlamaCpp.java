package dev.rpdr.distill.llamacpp;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.Pair;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The native model. It answers one request at a time, for it holds one sequence; what a prompt has
 * in common with the one before is not computed again.
 *
 * <p>No probabilities are asked for: the binding ends the process where they are (4.2.0).
 */
final class LlamaCpp implements AutoCloseable {
  private static final String MAGIC = "GGUF";

  private final LlamaModel model;

  private LlamaCpp(LlamaModel model) {
    this.model = model;
  }

  static LlamaCpp open(Path checkpoint, @Nullable Path adapter, LlamaCppOptions options) {
    requireGguf(checkpoint);
    if (adapter != null) {
      requireGguf(adapter);
    }
    try {
      ModelParameters parameters =
          new ModelParameters()
              .setModel(checkpoint.toString())
              .setCtxSize(options.context())
              .setThreads(options.threads())
              .setThreadsBatch(options.threads())
              .setParallel(1)
              .disableContextShift()
              .skipWarmup();
      parameters.disableLog();
      if (options.gpuLayers() > 0) {
        parameters.setGpuLayers(options.gpuLayers());
      }
      if (adapter != null) {
        parameters.addLoraAdapter(adapter.toString());
      }
      return new LlamaCpp(new LlamaModel(parameters));
    } catch (RuntimeException e) {
      throw new ModelException(
          "llama.cpp cannot load "
              + checkpoint
              + (adapter == null ? "" : " with the adapter " + adapter)
              + ": "
              + e.getMessage(),
          e);
    } catch (LinkageError e) {
      throw new ModelException(
          "llama.cpp is not there: de.kherud:llama must be on the class path, with natives for this"
              + " system ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** The conversation in the checkpoint's own chat template, up to where the answer begins. */
  synchronized String prompt(String system, String user) {
    return model.applyTemplate(
        new InferenceParameters("").setMessages(system, List.of(new Pair<>("user", user))));
  }

  /** The number of a text's tokens. */
  synchronized int tokens(String text) {
    return model.encode(text).length;
  }

  /**
   * What the model likes best to go on with, of all that a grammar allows; empty allows anything.
   *
   * @param goesOn whether the text begins with that of the call before, whose work is then used
   *     again. Otherwise nothing is: what llama.cpp finds in its cache depends on the calls before,
   *     and so do then the last digits of what it computes, and with them close decisions
   */
  synchronized String complete(String text, String grammar, int mostTokens, boolean goesOn) {
    InferenceParameters parameters =
        new InferenceParameters(text)
            .setTemperature(0)
            .setRepeatPenalty(1)
            .setNPredict(mostTokens)
            .setCachePrompt(goesOn);
    return model.complete(grammar.isEmpty() ? parameters : parameters.setGrammar(grammar));
  }

  @Override
  public synchronized void close() {
    model.close();
  }

  private static void requireGguf(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      if (!new String(in.readNBytes(MAGIC.length()), StandardCharsets.US_ASCII).equals(MAGIC)) {
        throw new ModelException(file + " is no GGUF file, which llama.cpp reads");
      }
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ": " + e, e);
    }
  }
}
