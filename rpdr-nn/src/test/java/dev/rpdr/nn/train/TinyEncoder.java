package dev.rpdr.nn.train;

import static dev.rpdr.nn.train.OnnxBuilder.integers;

import ai.djl.ndarray.NDArray;
import dev.rpdr.nn.Pooling;
import java.util.List;
import java.util.function.Function;

/**
 * One residual block with layer normalisation and GELU as exporters take them apart: x = E[ids], x
 * + gelu(norm(x)·W1 + b1)·W2 + b2. Six tokens, four hidden units.
 */
final class TinyEncoder {
  static final long[][] IDS = {{1, 2, 3}, {4, 5, 0}};
  static final long[][] MASK = {{1, 1, 1}, {1, 1, 0}};

  private TinyEncoder() {}

  static byte[] onnx() {
    return builder().build();
  }

  static OnnxBuilder builder() {
    return new OnnxBuilder(11)
        .input("input_ids")
        .input("attention_mask")
        .output("hidden")
        .weights("table", 1, 6, 4)
        .weights("norm.weight", 2, 4)
        .weights("norm.bias", 3, 4)
        .weights("onnx::MatMul_1", 4, 4, 8)
        .weights("inner.dense.bias", 5, 8)
        .weights("onnx::MatMul_2", 6, 8, 4)
        .weights("outer.dense.bias", 7, 4)
        .scalar("two", 2)
        .scalar("epsilon", 1e-5f)
        .scalar("sqrt2", 1.4142135f)
        .scalar("one", 1)
        .scalar("half", 0.5f)
        .node("Gather", "x", List.of("table", "input_ids"))
        .node("ReduceMean", "mean", List.of("x"), integers("axes", -1))
        .node("Sub", "centred", List.of("x", "mean"))
        .node("Pow", "squares", List.of("centred", "two"))
        .node("ReduceMean", "variance", List.of("squares"), integers("axes", -1))
        .node("Add", "variance_e", List.of("variance", "epsilon"))
        .node("Sqrt", "deviation", List.of("variance_e"))
        .node("Div", "normal", List.of("centred", "deviation"))
        .node("Mul", "scaled", List.of("normal", "norm.weight"))
        .node("Add", "norm", List.of("scaled", "norm.bias"))
        .node("MatMul", "inner/MatMul", List.of("norm", "onnx::MatMul_1"))
        .node("Add", "inner", List.of("inner.dense.bias", "inner/MatMul"))
        .node("Div", "inner_s", List.of("inner", "sqrt2"))
        .node("Erf", "erf", List.of("inner_s"))
        .node("Add", "erf_1", List.of("erf", "one"))
        .node("Mul", "product", List.of("inner", "erf_1"))
        .node("Mul", "gelu", List.of("product", "half"))
        .node("MatMul", "outer/MatMul", List.of("gelu", "onnx::MatMul_2"))
        .node("Add", "outer", List.of("outer/MatMul", "outer.dense.bias"))
        .node("Add", "hidden", List.of("x", "outer"));
  }

  /** The mean square distance of pooled texts from fixed vectors. */
  static Function<Forward, NDArray> loss() {
    return forward -> {
      NDArray pooled = forward.pool(forward.run(IDS, MASK, null), MASK, Pooling.MEAN);
      return pooled.sub(forward.manager().create(targets())).square().mean();
    };
  }

  static float[][] targets() {
    float[][] targets = new float[2][4];
    for (int i = 0; i < 8; i++) {
      targets[i / 4][i % 4] = i % 3 - 1;
    }
    return targets;
  }

  static float[] hidden(TrainableGraph graph) {
    return graph.evaluate(forward -> forward.run(IDS, MASK, null).toFloatArray());
  }
}
