package dev.rpdr.nn.checkpoint;

import dev.rpdr.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What GGUF's metadata and names mean in Hugging Face's terms. */
final class GgufModel {
  /** Factors of the rotary embedding; not a weight. */
  static final String ROPE_FACTORS = "rope_freqs.weight";

  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,6})\\.(\\w+)\\.(weight|bias)");
  private static final Map<String, String> OUTER =
      Map.of(
          "token_embd.weight", CausalConfig.EMBEDDING,
          "output_norm.weight", CausalConfig.NORM,
          "output.weight", CausalConfig.HEAD);
  private static final Map<String, String> INNER =
      Map.of(
          "attn_norm", "input_layernorm",
          "attn_q", "self_attn.q_proj",
          "attn_k", "self_attn.k_proj",
          "attn_v", "self_attn.v_proj",
          "attn_output", "self_attn.o_proj",
          "ffn_norm", "post_attention_layernorm",
          "ffn_gate", "mlp.gate_proj",
          "ffn_up", "mlp.up_proj",
          "ffn_down", "mlp.down_proj");

  private GgufModel() {}

  /** The Hugging Face name of a GGUF name, or the same where there is none. */
  static String name(String gguf) {
    Matcher block = BLOCK.matcher(gguf);
    if (block.matches() && INNER.containsKey(block.group(2))) {
      return CausalConfig.layer(Integer.parseInt(block.group(1)))
          + INNER.get(block.group(2))
          + "."
          + block.group(3);
    }
    return OUTER.getOrDefault(gguf, gguf);
  }

  /** The GGUF name of a layer's projection, such as {@code self_attn.q_proj}. */
  static String projection(int layer, String projection) {
    return INNER.entrySet().stream()
        .filter(entry -> entry.getValue().equals(projection))
        .map(entry -> "blk.%d.%s".formatted(layer, entry.getKey()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no projection '" + projection + "'"));
  }

  /** The configuration; {@code ropeFactors} are empty where the file has none. */
  static CausalConfig config(GgufFile file, Optional<float[]> ropeFactors) {
    Architecture architecture =
        Architecture.of(file.text("general.architecture"), file.path().toString());
    String prefix = architecture.label() + ".";
    int hidden = Math.toIntExact(file.require(prefix + "embedding_length"));
    int heads = Math.toIntExact(file.require(prefix + "attention.head_count"));
    int headSize = (int) file.number(prefix + "attention.key_length").orElse(hidden / heads);
    long rotated = file.number(prefix + "rope.dimension_count").orElse(headSize);
    if (rotated != headSize) {
      throw new ModelException(
          "%s: rope.dimension_count is %d for heads of %d: partial rotation is not supported"
              .formatted(file.path(), rotated, headSize));
    }
    StoredTensor embedding =
        find(file, "token_embd.weight")
            .orElseThrow(
                () -> new ModelException(file.path() + ": tensor 'token_embd.weight' is missing"));
    List<Integer> ends = new ArrayList<>();
    file.number("tokenizer.ggml.eos_token_id").ifPresent(id -> ends.add((int) id));
    try {
      return new CausalConfig(
          architecture,
          Math.toIntExact(embedding.shape().get(0)),
          hidden,
          Math.toIntExact(file.require(prefix + "feed_forward_length")),
          Math.toIntExact(file.require(prefix + "block_count")),
          heads,
          (int) file.number(prefix + "attention.head_count_kv").orElse(heads),
          headSize,
          file.decimal(prefix + "attention.layer_norm_rms_epsilon").orElse(1e-5),
          file.decimal(prefix + "rope.freq_base").orElse(10_000),
          scaling(file, prefix, ropeFactors),
          find(file, "output.weight").isEmpty(),
          find(file, "blk.0.attn_q.bias").isPresent(),
          find(file, "blk.0.attn_output.bias").isPresent(),
          find(file, "blk.0.ffn_up.bias").isPresent(),
          (int) file.number(prefix + "context_length").orElse(2048),
          ends);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new ModelException(file.path() + ": " + e.getMessage(), e);
    }
  }

  private static RopeScaling scaling(GgufFile file, String prefix, Optional<float[]> factors) {
    if (factors.isPresent()) {
      return RopeScaling.Factors.of(factors.get());
    }
    String type = file.text(prefix + "rope.scaling.type");
    return switch (type) {
      case "", "none" -> RopeScaling.NONE;
      case "linear" ->
          new RopeScaling.Linear(file.decimal(prefix + "rope.scaling.factor").orElse(1));
      default ->
          throw new ModelException(
              "%s: rope scaling '%s' is not supported; supported are none, linear and rope_freqs"
                  .formatted(file.path(), type));
    };
  }

  static Optional<StoredTensor> find(GgufFile file, String name) {
    return file.tensors().stream().filter(tensor -> tensor.name().equals(name)).findFirst();
  }

  /**
   * Whether the rows of a tensor are permuted: llama.cpp interleaves the two halves of each head's
   * rotary pairs in query and key projections of Llama, and of no other architecture here.
   */
  static boolean isPermuted(Architecture architecture, String name) {
    return architecture == Architecture.LLAMA
        && (name.contains(".self_attn.q_proj.") || name.contains(".self_attn.k_proj."));
  }

  /** Where the row of an unpermuted tensor lies in a permuted one. */
  static int permutedRow(int row, int headSize) {
    int head = row / headSize * headSize;
    int within = row % headSize;
    int half = headSize / 2;
    return head + within % half * 2 + within / half;
  }
}
