package dev.rpdr.nn.train;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Readable names for weights that exporters left without one ({@code onnx::MatMul_787}): taken from
 * the bias beside it, or from the node that reads it.
 */
final class WeightNames {
  private static final Pattern ANONYMOUS =
      Pattern.compile("(?:onnx::\\w+|_?v_|val_|t_)?_?\\d+|_to_copy.*|const.*_\\d+");

  private final Map<String, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Set<String> matrices = new LinkedHashSet<>();

  /** Names the initializers of a fused graph. */
  WeightNames(Graph graph) {
    for (Node node : graph.nodes()) {
      if (node.op().equals(Operators.LINEAR)) {
        String key = node.input(1);
        matrices.add(names.computeIfAbsent(key, k -> unique(readable(node))));
      }
    }
  }

  /** The readable name, or the name itself where there is no better one. */
  String of(String key) {
    return names.getOrDefault(key, key);
  }

  /** Names of the weights of matrix products, in the graph's order. */
  List<String> matrices() {
    return List.copyOf(matrices);
  }

  private static String readable(Node node) {
    String key = node.input(1);
    if (!ANONYMOUS.matcher(key).matches()) {
      return key;
    }
    String bias = node.input(2);
    if (bias.endsWith(".bias")) {
      return bias.substring(0, bias.length() - "bias".length()) + "weight";
    }
    String path = node.name().replaceFirst("^/", "").replaceFirst("/?(MatMul|Gemm)(_\\d+)?$", "");
    return path.isEmpty() ? key : path.replace('/', '.') + ".weight";
  }

  private String unique(String name) {
    String candidate = name;
    for (int i = 2; !taken.add(candidate); i++) {
      candidate = name + "#" + i;
    }
    return candidate;
  }
}
