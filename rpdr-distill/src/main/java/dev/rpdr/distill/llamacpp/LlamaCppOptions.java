package dev.rpdr.distill.llamacpp;

/**
 * How llama.cpp runs a model.
 *
 * @param context the most tokens of a prompt and its answer, 64 to 131,072
 * @param threads of the processor, ≥ 1
 * @param gpuLayers how many layers a GPU holds, ≥ 0; the natives on Maven Central have none
 */
public record LlamaCppOptions(int context, int threads, int gpuLayers) {
  private static final int LEAST_CONTEXT = 64;
  private static final int MOST_CONTEXT = 131_072;

  public LlamaCppOptions {
    if (context < LEAST_CONTEXT || context > MOST_CONTEXT) {
      throw new IllegalArgumentException("context must be 64 to 131072 tokens, not " + context);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be >= 1, not " + threads);
    }
    if (gpuLayers < 0) {
      throw new IllegalArgumentException("gpuLayers must be >= 0, not " + gpuLayers);
    }
  }

  /** 1024 tokens, as many threads as there are processors, no GPU. */
  public static LlamaCppOptions defaults() {
    return new LlamaCppOptions(1024, Runtime.getRuntime().availableProcessors(), 0);
  }

  /** The same with another context. */
  public LlamaCppOptions withContext(int newContext) {
    return new LlamaCppOptions(newContext, threads, gpuLayers);
  }

  /** The same with another number of threads. */
  public LlamaCppOptions withThreads(int newThreads) {
    return new LlamaCppOptions(context, newThreads, gpuLayers);
  }
}
