package dev.rpdr.nn.causal;

import dev.rpdr.nn.checkpoint.CausalConfig;
import dev.rpdr.nn.checkpoint.Checkpoint;
import dev.rpdr.nn.checkpoint.CheckpointWriter;
import dev.rpdr.nn.checkpoint.GgufLora;
import dev.rpdr.nn.checkpoint.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Low-rank matrices beside a model's projections (Hu et al., "LoRA", 2021): a projection W becomes
 * {@code W + alpha/rank · B·A} with A [rank, in] and B [out, rank], as PEFT has them. Immutable;
 * thread-safe.
 */
public final class LoraAdapter {
  private final int rank;
  private final double alpha;
  private final Map<String, float[]> matrices;

  private LoraAdapter(int rank, double alpha, Map<String, float[]> matrices) {
    this.rank = rank;
    this.alpha = alpha;
    this.matrices = Collections.unmodifiableMap(matrices);
  }

  /**
   * An adapter of given matrices.
   *
   * @param matrices by name: {@code model.layers.0.self_attn.q_proj.lora_A.weight} and so on, both
   *     of a projection or neither, row-major; the map is copied, the arrays must not be changed
   * @throws IllegalArgumentException where a name is no projection of this configuration, a matrix
   *     has no partner or another size
   */
  public static LoraAdapter of(
      CausalConfig config, int rank, double alpha, Map<String, float[]> matrices) {
    if (rank < 1 || !(alpha > 0)) {
      throw new IllegalArgumentException(
          "rank must be at least 1 and alpha above 0, not %d and %s".formatted(rank, alpha));
    }
    Map<String, float[]> ordered = new LinkedHashMap<>();
    projections(config)
        .forEach(
            (name, shape) -> {
              float[] a = matrices.get(a(name));
              float[] b = matrices.get(b(name));
              if (a == null && b == null) {
                return;
              }
              check(a(name), a, rank, shape.get(1));
              check(b(name), b, shape.get(0), rank);
              ordered.put(a(name), Objects.requireNonNull(a));
              ordered.put(b(name), Objects.requireNonNull(b));
            });
    for (String name : matrices.keySet()) {
      if (!ordered.containsKey(name)) {
        throw new IllegalArgumentException(
            "'%s' is no low-rank matrix of a projection of this model".formatted(name));
      }
    }
    if (ordered.isEmpty()) {
      throw new IllegalArgumentException("an adapter must hold at least one pair of matrices");
    }
    return new LoraAdapter(rank, alpha, ordered);
  }

  /**
   * An adapter that changes nothing yet, as PEFT starts one: A uniform in ±1/√in, B zero.
   *
   * @param pattern searched for in the projections' names, such as {@code q_proj|v_proj}
   * @throws IllegalArgumentException where it matches none
   */
  static LoraAdapter start(
      CausalConfig config, int rank, double alpha, String pattern, Random random) {
    Pattern wanted = Pattern.compile(pattern);
    Map<String, float[]> matrices = new LinkedHashMap<>();
    projections(config)
        .forEach(
            (name, shape) -> {
              if (wanted.matcher(name).find()) {
                int in = Math.toIntExact(shape.get(1));
                float[] a = new float[rank * in];
                float bound = (float) (1 / Math.sqrt(in));
                for (int i = 0; i < a.length; i++) {
                  a[i] = (2 * random.nextFloat() - 1) * bound;
                }
                matrices.put(a(name), a);
                matrices.put(b(name), new float[Math.toIntExact(shape.get(0)) * rank]);
              }
            });
    if (matrices.isEmpty()) {
      throw new IllegalArgumentException(
          "the LoRA pattern '%s' matches no projection; there are %s"
              .formatted(pattern, config.projections().keySet()));
    }
    return of(config, rank, alpha, matrices);
  }

  private static void check(String name, float @Nullable [] values, long rows, long columns) {
    if (values == null) {
      throw new IllegalArgumentException("matrix '%s' is missing".formatted(name));
    }
    if (values.length != rows * columns) {
      throw new IllegalArgumentException(
          "matrix '%s' must have %d numbers [%d, %d], not %d"
              .formatted(name, rows * columns, rows, columns, values.length));
    }
  }

  /** All projections of all layers with their shapes [out, in]. */
  static Map<String, List<Long>> projections(CausalConfig config) {
    Map<String, List<Long>> all = new LinkedHashMap<>();
    for (int i = 0; i < config.layers(); i++) {
      String layer = CausalConfig.layer(i);
      config.projections().forEach((name, shape) -> all.put(layer + name, shape));
    }
    return all;
  }

  static String a(String projection) {
    return projection + ".lora_A.weight";
  }

  static String b(String projection) {
    return projection + ".lora_B.weight";
  }

  /** The inner dimension. */
  public int rank() {
    return rank;
  }

  /** The scale's numerator. */
  public double alpha() {
    return alpha;
  }

  /** What the product of the two matrices is multiplied by. */
  public double scale() {
    return alpha / rank;
  }

  /** The matrices by name, in the model's order; shared, not to be changed. */
  public Map<String, float[]> matrices() {
    return matrices;
  }

  /** The projections that have matrices, such as {@code model.layers.0.self_attn.q_proj}. */
  public List<String> projections() {
    String ending = a("");
    List<String> names = new ArrayList<>();
    for (String name : matrices.keySet()) {
      if (name.endsWith(ending)) {
        names.add(name.substring(0, name.length() - ending.length()));
      }
    }
    return names;
  }

  /** A [rank, in] of a projection that has one. */
  float[] down(String projection) {
    return Objects.requireNonNull(matrices.get(a(projection)), projection);
  }

  /** B [out, rank] of a projection that has one. */
  float[] up(String projection) {
    return Objects.requireNonNull(matrices.get(b(projection)), projection);
  }

  /** Adds {@code scale · B·A} to a weight [out, in] that it stands beside. */
  void mergeInto(String projection, float[] weight) {
    float[] a = down(projection);
    float[] b = up(projection);
    int in = a.length / rank;
    int out = b.length / rank;
    float scale = (float) scale();
    for (int row = 0; row < out; row++) {
      for (int k = 0; k < rank; k++) {
        float factor = scale * b[row * rank + k];
        for (int column = 0; column < in; column++) {
          weight[row * in + column] += factor * a[k * in + column];
        }
      }
    }
  }

  /**
   * Writes the model with this adapter merged into its weights, as a Hugging Face folder.
   *
   * @param base the checkpoint that the adapter was trained on
   * @param folder holds no weights yet
   * @param type F32, F16 or BF16
   */
  public void merge(Checkpoint base, Path folder, TensorType type) {
    of(base.config(), rank, alpha, matrices);
    List<String> adapted = projections();
    CheckpointWriter.write(
        base,
        (name, values) -> {
          String projection = name.replaceFirst("\\.weight$", "");
          if (adapted.contains(projection)) {
            mergeInto(projection, values);
          }
          return values;
        },
        folder,
        type);
  }

  /** Writes this as a GGUF adapter, for llama.cpp and Ollama. */
  public void writeGguf(CausalConfig config, Path file) {
    GgufLora gguf = new GgufLora(config, rank, alpha);
    projections().forEach(name -> gguf.add(name, down(name), up(name)));
    gguf.write(file);
  }
}
