package dev.rpdr.nn.train;

import static dev.rpdr.nn.train.OnnxBuilder.integer;
import static dev.rpdr.nn.train.OnnxBuilder.integers;
import static dev.rpdr.nn.train.OnnxBuilder.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Opening compares with ONNX Runtime: each graph here is proved by being opened. */
class OperatorsTest {
  private static OnnxBuilder graph(long operatorSet) {
    return new OnnxBuilder(operatorSet)
        .input("input_ids")
        .input("attention_mask")
        .weights("table", 1, 50, 4)
        .node("Gather", "x", List.of("table", "input_ids"));
  }

  private static void agrees(OnnxBuilder builder) {
    byte[] onnx = builder.output("y").build();
    try (TrainableGraph graph = TrainableGraph.open(onnx, TrainingOptions.of(2))) {
      double loss = graph.step(f -> f.run(new long[][] {{3, 4, 5}}, ones(), null).square().mean());
      assertThat(loss).isFinite();
    }
  }

  private static long[][] ones() {
    return new long[][] {{1, 1, 1}};
  }

  @Test
  void counts_positions_as_RoBERTa_does() {
    agrees(
        graph(13)
            .weights("positions", 2, 50, 4)
            .longScalar("padding", 0)
            .longScalar("axis", 1)
            .node("Equal", "is_padding", List.of("input_ids", "padding"))
            .node("Not", "is_token", List.of("is_padding"))
            .node("Cast", "token", List.of("is_token"), integer("to", 6))
            .node("CumSum", "counted", List.of("token", "axis"))
            .node("Mul", "kept", List.of("counted", "token"))
            .node("Cast", "kept64", List.of("kept"), integer("to", 7))
            .node("Add", "position", List.of("kept64", "padding"))
            .node("Gather", "p", List.of("positions", "position"))
            .node("Add", "y", List.of("x", "p")));
  }

  @Test
  void masks_attention_by_where_and_expand() {
    agrees(
        graph(14)
            .longs("one", 1)
            .longs("axes12", 1, 2)
            .longs("m1", -1)
            .longs("zero", 0)
            .longs("last", Long.MAX_VALUE)
            .scalar("low", -3.4028235e38f)
            .scalar("none", 0)
            .node("Shape", "shape", List.of("input_ids"))
            .node("Slice", "batch", List.of("shape", "zero", "one", "zero"))
            .node("Slice", "length", List.of("shape", "one", "last", "zero"))
            .node(
                "Concat", "square", List.of("batch", "one", "length", "length"), integer("axis", 0))
            .node("Unsqueeze", "wide", List.of("attention_mask", "axes12"))
            .node("Expand", "mask", List.of("wide", "square"))
            .node("Cast", "kept", List.of("mask"), integer("to", 9))
            .node("Where", "bias", List.of("kept", "none", "low"))
            .node("Transpose", "turned", List.of("x"), integers("perm", 0, 2, 1))
            .node("MatMul", "raw", List.of("x", "turned"))
            .node("Unsqueeze", "scores", List.of("raw", "one"))
            .node("Add", "masked", List.of("scores", "bias"))
            .node("Softmax", "shares", List.of("masked"), integer("axis", -1))
            .node("IsNaN", "broken", List.of("shares"))
            .node("Where", "mended", List.of("broken", "none", "shares"))
            .node("Squeeze", "flat", List.of("mended", "one"))
            .node("MatMul", "y", List.of("flat", "x")));
  }

  @Test
  void computes_with_floats() {
    agrees(
        graph(13)
            .scalar("two", 2)
            .scalar("half", 0.5f)
            .scalar("tenth", 0.1f)
            .scalar("three", 3)
            .longs("pair", 2, 2)
            .nodes("Split", List.of("a", "b"), List.of("x", "pair"), integer("axis", -1))
            .node("Tanh", "t", List.of("a"))
            .node("Sigmoid", "s", List.of("b"))
            .node("Exp", "e", List.of("t"))
            .node("Log", "l", List.of("e"))
            .node("Relu", "r", List.of("l"))
            .node("Neg", "n", List.of("s"))
            .node("Abs", "abs", List.of("n"))
            .node("Sqrt", "q", List.of("abs"))
            .node("Pow", "c", List.of("q", "three"))
            .node("Max", "max", List.of("c", "tenth", "r"))
            .node("Min", "min", List.of("max", "half"))
            .node("Clip", "clipped", List.of("min", "tenth", "half"))
            .node("Reciprocal", "inverse", List.of("clipped"))
            .node("Concat", "both", List.of("inverse", "a"), integer("axis", -1))
            .node("LogSoftmax", "y", List.of("both"), integer("axis", -1)));
  }

  @Test
  void reduces_and_makes_shapes() {
    agrees(
        graph(13)
            .longs("last", -1)
            .longScalar("zero", 0)
            .longScalar("one", 1)
            .longScalar("four", 4)
            .longs("rows", 0, 0, -1)
            .node("ReduceSum", "sum", List.of("x", "last"), integer("keepdims", 1))
            .node("ReduceMax", "max", List.of("x"), integers("axes", -1))
            .node("ReduceMin", "min", List.of("x"), integers("axes", 2))
            .node("ReduceMean", "mean", List.of("x"), integers("axes", 1, 2))
            .node("Add", "s1", List.of("sum", "max"))
            .node("Add", "s2", List.of("s1", "min"))
            .node("Add", "s3", List.of("s2", "mean"))
            .node("Range", "range", List.of("zero", "four", "one"))
            .node("Cast", "steps", List.of("range"), integer("to", 1))
            .node("Mul", "grown", List.of("s3", "steps"))
            .node("Shape", "shape", List.of("grown"))
            .node("ConstantOfShape", "nought", List.of("shape"))
            .node("Add", "sum0", List.of("grown", "nought"))
            .node("Reshape", "shaped", List.of("sum0", "rows"))
            .node("Gather", "column", List.of("shaped", "one"), integer("axis", 2))
            .node("Unsqueeze", "wide", List.of("column", "last"))
            .node("Add", "y", List.of("shaped", "wide")));
  }

  @Test
  void gathers_floats_along_an_inner_axis() {
    agrees(
        graph(13)
            .longs("order", 3, 0, -2)
            .longs("first", 0)
            .longs("second", 2)
            .longs("middle", 1)
            .node("Gather", "picked", List.of("x", "order"), integer("axis", 2))
            .node("Slice", "y", List.of("picked", "first", "second", "middle")));
  }

  @Test
  void normalises_and_activates_as_newer_operator_sets_say() {
    agrees(
        graph(20)
            .weights("scale", 2, 4)
            .weights("shift", 3, 4)
            .node(
                "LayerNormalization",
                "normal",
                List.of("x", "scale", "shift"),
                integer("axis", -1),
                number("epsilon", 1e-6f))
            .node("Gelu", "y", List.of("normal")));
  }

  @Test
  void reads_constants_in_all_their_forms() {
    agrees(
        graph(13)
            .node("Constant", "two", List.of(), number("value_float", 2))
            .node("Constant", "axes", List.of(), integers("value_ints", -1))
            .node("Constant", "index", List.of(), integer("value_int", 1))
            .node("Mul", "doubled", List.of("x", "two"))
            .node("Gather", "column", List.of("doubled", "index"), integer("axis", -1))
            .node("Identity", "same", List.of("column"))
            .node("Unsqueeze", "y", List.of("same", "axes")));
  }

  @Test
  void lists_what_it_knows() {
    assertThat(Operators.known())
        .startsWith("Abs, Add, And, ")
        .contains("Constant", "Identity", "LayerNormalization")
        .doesNotContain("rpdr");
  }
}
