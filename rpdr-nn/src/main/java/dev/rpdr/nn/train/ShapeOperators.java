package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.rpdr.ModelException;
import dev.rpdr.nn.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that arrange values without computing new ones. */
final class ShapeOperators {
  private ShapeOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("Shape", Operator.one(ShapeOperators::shape));
    to.put("Size", Operator.one(c -> scalar(HostTensor.size(c.value(0).dims()))));
    to.put("Reshape", Operator.one(ShapeOperators::reshape));
    to.put("Flatten", Operator.one(ShapeOperators::flatten));
    to.put("Unsqueeze", Operator.one(ShapeOperators::unsqueeze));
    to.put("Squeeze", Operator.one(ShapeOperators::squeeze));
    to.put("Transpose", Operator.one(ShapeOperators::transpose));
    to.put("Expand", Operator.one(ShapeOperators::expand));
    to.put("Concat", Operator.one(ShapeOperators::concat));
    to.put("Slice", Operator.one(ShapeOperators::slice));
    to.put("Gather", Operator.one(ShapeOperators::gather));
    to.put("Range", Operator.one(ShapeOperators::range));
    to.put("ConstantOfShape", Operator.one(ShapeOperators::constantOfShape));
    to.put("Split", ShapeOperators::split);
  }

  private static HostTensor scalar(long value) {
    return HostTensor.of(new long[0], new long[] {value});
  }

  private static Value reshaped(NDArray x, long[] dims) {
    return new Value.Tensor(x.reshape(new Shape(dims)));
  }

  private static Value shape(Call call) {
    long[] dims = call.value(0).dims();
    int from = bound(call.attributes().integer("start", 0), dims.length);
    int to = bound(call.attributes().integer("end", dims.length), dims.length);
    return HostTensor.vector(Arrays.copyOfRange(dims, from, Math.max(from, to)));
  }

  private static int bound(long at, int rank) {
    return (int) Math.min(Math.max(at < 0 ? at + rank : at, 0), rank);
  }

  private static Value reshape(Call call) {
    long[] shape = call.host(1).data();
    if (call.onHost(0)) {
      return call.host(0).reshape(shape);
    }
    NDArray x = call.array(0);
    boolean allowZero = call.attributes().integer("allowzero", 0) != 0;
    return reshaped(x, HostTensor.resolveShape(x.getShape().getShape(), shape, allowZero));
  }

  private static Value flatten(Call call) {
    NDArray x = call.array(0);
    int rank = x.getShape().dimension();
    long at = call.attributes().integer("axis", 1);
    int axis = (int) (at < 0 ? at + rank : at);
    long[] dims = x.getShape().getShape();
    return reshaped(x, new long[] {HostTensor.size(Arrays.copyOf(dims, axis)), -1});
  }

  private static Value unsqueeze(Call call) {
    long[] axes = call.axes(1);
    return call.onHost(0)
        ? call.host(0).unsqueeze(axes)
        : reshaped(call.array(0), HostTensor.unsqueezed(call.value(0).dims(), axes));
  }

  private static Value squeeze(Call call) {
    long[] axes = call.axes(1);
    return call.onHost(0)
        ? call.host(0).squeeze(axes)
        : reshaped(call.array(0), HostTensor.squeezed(call.value(0).dims(), axes));
  }

  private static Value transpose(Call call) {
    int rank = call.value(0).dims().length;
    int[] permutation =
        Arrays.stream(call.attributes().integers("perm")).mapToInt(Math::toIntExact).toArray();
    if (permutation.length == 0) {
      permutation = IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    }
    return call.onHost(0)
        ? call.host(0).transpose(permutation)
        : new Value.Tensor(Torch.permute(call.array(0), permutation));
  }

  private static Value expand(Call call) {
    long[] target = HostTensor.broadcast(call.value(0).dims(), call.host(1).data());
    return call.onHost(0)
        ? call.host(0).expand(target)
        : new Value.Tensor(call.array(0).broadcast(new Shape(target)));
  }

  private static Value concat(Call call) {
    int axis = (int) call.attributes().integer("axis", 0);
    if (call.allOnHost()) {
      List<HostTensor> parts = new ArrayList<>();
      for (int i = 0; i < call.arity(); i++) {
        parts.add(call.host(i));
      }
      return HostTensor.concat(parts, axis);
    }
    NDList parts = new NDList();
    for (int i = 0; i < call.arity(); i++) {
      parts.add(call.array(i));
    }
    return new Value.Tensor(
        NDArrays.concat(parts, HostTensor.axis(axis, parts.get(0).getShape().dimension())));
  }

  private static Value slice(Call call) {
    Attributes attributes = call.attributes();
    long[] starts = call.has(1) ? call.host(1).data() : attributes.integers("starts");
    long[] ends = call.has(2) ? call.host(2).data() : attributes.integers("ends");
    long[] axes = call.has(3) ? call.host(3).data() : attributes.integers("axes");
    if (axes.length == 0) {
      axes = LongStream.range(0, starts.length).toArray();
    }
    Value x = call.value(0);
    for (int i = 0; i < starts.length; i++) {
      long step = call.has(4) ? call.host(4).data()[i] : 1;
      x = slice(call, x, HostTensor.axis(axes[i], x.dims().length), starts[i], ends[i], step);
    }
    return x;
  }

  private static Value slice(Call call, Value x, int axis, long start, long end, long step) {
    if (x instanceof HostTensor host) {
      return host.slice(axis, start, end, step);
    }
    if (step < 1) {
      throw new ModelException("%s slices floats backwards".formatted(call.node()));
    }
    HostTensor.SliceRange range = HostTensor.SliceRange.of(x.dims()[axis], start, end, step);
    NDArray array = ((Value.Tensor) x).array();
    return new Value.Tensor(
        Torch.slice(array, axis, range.start(), range.start() + range.length() * step, step));
  }

  private static Value gather(Call call) {
    HostTensor index = call.host(1);
    int axis = HostTensor.axis(call.attributes().integer("axis", 0), call.value(0).dims().length);
    if (call.onHost(0)) {
      return call.host(0).gather(index, axis);
    }
    NDArray x = call.array(0);
    long[] dims = x.getShape().getShape();
    HostTensor rows = inRange(call, index, dims[axis]);
    if (rows.rank() == 0) {
      long row = rows.data()[0];
      NDArray one = Torch.slice(x, axis, row, row + 1, 1);
      return reshaped(one, HostTensor.squeezed(one.getShape().getShape(), new long[] {axis}));
    }
    if (axis == 0 && dims.length == 2) {
      return new Value.Tensor(Torch.embedding(call.longs(rows), x));
    }
    return gatherAlong(call, x, rows, axis);
  }

  /** Moves the axis to the front, takes rows of what is then a table, and moves it back. */
  private static Value gatherAlong(Call call, NDArray x, HostTensor rows, int axis) {
    long[] dims = x.getShape().getShape();
    int rank = dims.length;
    int[] toFront =
        IntStream.concat(IntStream.of(axis), IntStream.range(0, rank).filter(i -> i != axis))
            .toArray();
    NDArray table = Torch.permute(x, toFront).reshape(new Shape(dims[axis], -1));
    HostTensor flat = rows.reshape(new long[] {-1});
    NDArray picked = Torch.embedding(call.longs(flat), table);
    long[] before = Arrays.copyOfRange(dims, 0, axis);
    long[] after = Arrays.copyOfRange(dims, axis + 1, rank);
    long[] moved =
        LongStream.concat(
                LongStream.of(flat.data().length),
                LongStream.concat(LongStream.of(before), LongStream.of(after)))
            .toArray();
    int[] back =
        IntStream.concat(
                IntStream.rangeClosed(1, axis),
                IntStream.concat(IntStream.of(0), IntStream.range(axis + 1, rank)))
            .toArray();
    NDArray placed = Torch.permute(picked.reshape(new Shape(moved)), back);
    return reshaped(placed, HostTensor.gathered(dims, rows.dims(), axis));
  }

  private static HostTensor inRange(Call call, HostTensor index, long size) {
    boolean negative = false;
    for (long i : index.data()) {
      if (i < -size || i >= size) {
        throw new IllegalArgumentException(
            "%s asks for row %d of a table of %d rows".formatted(call.node(), i, size));
      }
      negative |= i < 0;
    }
    return negative ? index.map(i -> i < 0 ? i + size : i) : index;
  }

  private static Value range(Call call) {
    long start = call.host(0).data()[0];
    long limit = call.host(1).data()[0];
    long step = call.host(2).data()[0];
    long count = Math.max(0, -Math.floorDiv(start - limit, step));
    return HostTensor.vector(LongStream.range(0, count).map(i -> start + i * step).toArray());
  }

  private static Value constantOfShape(Call call) {
    long[] dims = call.host(0).data();
    TensorProto value = call.attributes().tensor("value");
    if (!call.attributes().has("value") || Initializer.isFloat(value)) {
      float v = call.attributes().has("value") ? Initializer.floats(value)[0] : 0f;
      return new Value.Tensor(call.manager().full(new Shape(dims), v));
    }
    HostTensor one = Initializer.integers(value);
    return HostTensor.filled(dims, one.data()[0], one.isBoolean());
  }

  private static List<Value> split(Call call) {
    long[] dims = call.value(0).dims();
    int axis = HostTensor.axis(call.attributes().integer("axis", 0), dims.length);
    long[] parts = call.has(1) ? call.host(1).data() : call.attributes().integers("split");
    int count = call.node().outputs().size();
    if (parts.length == 0) {
      long each = -Math.floorDiv(-dims[axis], (long) count);
      parts = new long[count];
      for (int i = 0; i < count; i++) {
        parts[i] = Math.min(each, dims[axis] - i * each);
      }
    }
    List<Value> values = new ArrayList<>();
    long from = 0;
    for (long part : parts) {
      values.add(slice(call, call.value(0), axis, from, from + part, 1));
      from += part;
    }
    return values;
  }
}
