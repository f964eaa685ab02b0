package dev.rpdr.nn.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes low-rank adapters as GGUF, for llama.cpp and Ollama, in the layout of llama.cpp's {@code
 * convert_lora_to_gguf.py}: {@code blk.0.attn_q.weight.lora_a} [rank, in] and {@code .lora_b} [out,
 * rank], the rows of the latter permuted where the base's are.
 */
public final class GgufLora {
  private static final Pattern PROJECTION = Pattern.compile("model\\.layers\\.(\\d+)\\.([\\w.]+)");

  private final CausalConfig config;
  private final int rank;
  private final GgufWriter writer;

  /**
   * @param config of the model that the adapter is for
   * @param alpha the scale's numerator
   */
  public GgufLora(CausalConfig config, int rank, double alpha) {
    this.config = config;
    this.rank = rank;
    writer =
        new GgufWriter()
            .put("general.type", "adapter")
            .put("general.architecture", config.architecture().label())
            .put("adapter.type", "lora")
            .put("adapter.lora.alpha", (float) alpha);
  }

  /**
   * Adds the two matrices of a projection.
   *
   * @param projection such as {@code model.layers.0.self_attn.q_proj}
   * @param a [rank, in]
   * @param b [out, rank]
   */
  public GgufLora add(String projection, float[] a, float[] b) {
    Matcher parts = PROJECTION.matcher(projection);
    if (!parts.matches()) {
      throw new IllegalArgumentException("'" + projection + "' is no projection of a layer");
    }
    String name =
        GgufModel.projection(Integer.parseInt(parts.group(1)), parts.group(2)) + ".weight";
    long in = a.length / rank;
    long out = b.length / rank;
    boolean permuted = GgufModel.isPermuted(config.architecture(), projection + ".");
    writer.add(name + ".lora_a", List.of((long) rank, in), a);
    writer.add(name + ".lora_b", List.of(out, (long) rank), permuted ? permuted(b) : b);
    return this;
  }

  private float[] permuted(float[] b) {
    float[] rows = new float[b.length];
    for (int row = 0; row < b.length / rank; row++) {
      int to = GgufModel.permutedRow(row, config.headSize());
      System.arraycopy(b, row * rank, rows, to * rank, rank);
    }
    return rows;
  }

  /** Writes the file, replacing an older one. */
  public void write(Path file) {
    writer.write(file);
  }
}
