package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.rpdr.ModelException;
import dev.rpdr.nn.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Element-wise operators and reductions, for integers on the host and floats on the device. */
final class ArithmeticOperators {
  private ArithmeticOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("Add", binary(Long::sum, NDArray::add));
    to.put("Sub", binary((a, b) -> a - b, NDArray::sub));
    to.put("Mul", binary((a, b) -> a * b, NDArray::mul));
    to.put("Div", binary((a, b) -> a / b, NDArray::div));
    to.put("Mod", binary(Math::floorMod, NDArray::mod));
    to.put("Pow", binary((a, b) -> Math.round(Math.pow((double) a, (double) b)), NDArray::pow));
    to.put("Min", variadic(Math::min, NDArray::minimum));
    to.put("Max", variadic(Math::max, NDArray::maximum));
    to.put("Equal", comparison((a, b) -> a == b ? 1 : 0, NDArray::eq));
    to.put("Greater", comparison((a, b) -> a > b ? 1 : 0, NDArray::gt));
    to.put("GreaterOrEqual", comparison((a, b) -> a >= b ? 1 : 0, NDArray::gte));
    to.put("Less", comparison((a, b) -> a < b ? 1 : 0, NDArray::lt));
    to.put("LessOrEqual", comparison((a, b) -> a <= b ? 1 : 0, NDArray::lte));
    to.put("And", comparison((a, b) -> a & b, NDArray::logicalAnd));
    to.put("Or", comparison((a, b) -> a | b, NDArray::logicalOr));
    to.put("Not", unary(a -> a == 0 ? 1 : 0, NDArray::logicalNot));
    to.put("Neg", unary(a -> -a, NDArray::neg));
    to.put("Abs", unary(Math::abs, NDArray::abs));
    to.put("IsNaN", unary(null, NDArray::isNaN));
    to.put("Sqrt", unary(null, NDArray::sqrt));
    to.put("Reciprocal", unary(null, Torch::reciprocal));
    to.put("Exp", unary(null, NDArray::exp));
    to.put("Log", unary(null, NDArray::log));
    to.put("Erf", unary(null, NDArray::erf));
    to.put("Tanh", unary(null, NDArray::tanh));
    to.put(Operators.SQUARE, unary(a -> a * a, NDArray::square));
    to.put("Clip", Operator.one(ArithmeticOperators::clip));
    to.put("Where", Operator.one(ArithmeticOperators::where));
    to.put("Cast", Operator.one(ArithmeticOperators::cast));
    to.put("CumSum", Operator.one(ArithmeticOperators::cumulativeSum));
    to.put("ReduceMean", Operator.tensor(ArithmeticOperators::mean));
    to.put("ReduceSum", reduction(Long::sum, (x, axis) -> x.sum(new int[] {axis}, true)));
    to.put("ReduceMax", reduction(Math::max, (x, axis) -> Torch.max(x, axis, true)));
    to.put("ReduceMin", reduction(Math::min, (x, axis) -> Torch.min(x, axis, true)));
    to.put("ReduceProd", reduction((a, b) -> a * b, null));
  }

  private static Operator binary(LongBinaryOperator host, BinaryOperator<NDArray> device) {
    return Operator.one(
        call ->
            call.allOnHost()
                ? HostTensor.zip(call.host(0), call.host(1), host, call.host(0).isBoolean())
                : new Value.Tensor(device.apply(call.array(0), call.array(1))));
  }

  private static Operator comparison(LongBinaryOperator host, BinaryOperator<NDArray> device) {
    return Operator.one(
        call ->
            call.allOnHost()
                ? HostTensor.zip(call.host(0), call.host(1), host, true)
                : new Value.Tensor(device.apply(call.condition(0), call.condition(1))));
  }

  private static Operator variadic(LongBinaryOperator host, BinaryOperator<NDArray> device) {
    Operator two = binary(host, device);
    return call -> {
      List<Value> folded = List.of(call.value(0));
      for (int i = 1; i < call.arity(); i++) {
        List<@Nullable Value> pair = Arrays.asList(folded.get(0), call.value(i));
        folded = two.apply(new Call(call.node(), call.manager(), pair, call.mode()));
      }
      return folded;
    };
  }

  private static Operator unary(@Nullable LongUnaryOperator host, UnaryOperator<NDArray> device) {
    return Operator.one(
        call ->
            host != null && call.onHost(0)
                ? call.host(0).map(host)
                : new Value.Tensor(device.apply(call.array(0))));
  }

  private static Value clip(Call call) {
    if (call.onHost(0)) {
      long low = call.has(1) ? call.host(1).data()[0] : Long.MIN_VALUE;
      long high = call.has(2) ? call.host(2).data()[0] : Long.MAX_VALUE;
      return call.host(0).map(v -> Math.min(Math.max(v, low), high));
    }
    NDArray x = call.array(0);
    float low = call.attributes().number("min", -Float.MAX_VALUE);
    float high = call.attributes().number("max", Float.MAX_VALUE);
    if (call.has(1)) {
      low = call.array(1).getFloat();
    }
    if (call.has(2)) {
      high = call.array(2).getFloat();
    }
    return new Value.Tensor(x.clip(low, high));
  }

  private static Value where(Call call) {
    if (call.allOnHost()) {
      return HostTensor.where(call.host(0), call.host(1), call.host(2));
    }
    return new Value.Tensor(Torch.where(call.condition(0), call.array(1), call.array(2)));
  }

  private static Value cast(Call call) {
    int to = (int) call.attributes().integer("to", 0);
    TensorProto.DataType type = TensorProto.DataType.forNumber(to);
    if (type == null) {
      throw new ModelException("%s casts to the unknown type %d".formatted(call.node(), to));
    }
    return switch (type) {
      case FLOAT, DOUBLE -> new Value.Tensor(toFloats(call));
      case INT64, INT32, INT16, INT8, UINT8 -> toHost(call).asInteger();
      case BOOL -> toHost(call).asBoolean();
      default ->
          throw new ModelException(
              "%s casts to %s; only FLOAT, integers and BOOL are supported"
                  .formatted(call.node(), type));
    };
  }

  private static NDArray toFloats(Call call) {
    if (call.value(0) instanceof HostTensor host) {
      return call.floats(host);
    }
    NDArray x = call.array(0);
    return x.getDataType() == DataType.FLOAT32
        ? x.reshape(x.getShape())
        : x.toType(DataType.FLOAT32, false);
  }

  private static HostTensor toHost(Call call) {
    if (call.value(0) instanceof HostTensor host) {
      return host;
    }
    NDArray x = call.array(0);
    long[] values = new long[Math.toIntExact(x.size())];
    if (x.getDataType() == DataType.BOOLEAN) {
      boolean[] flags = x.toBooleanArray();
      for (int i = 0; i < values.length; i++) {
        values[i] = flags[i] ? 1 : 0;
      }
    } else {
      float[] floats = x.toFloatArray();
      for (int i = 0; i < values.length; i++) {
        values[i] = (long) floats[i];
      }
    }
    return HostTensor.of(x.getShape().getShape(), values);
  }

  private static Value cumulativeSum(Call call) {
    if (call.attributes().integer("exclusive", 0) != 0
        || call.attributes().integer("reverse", 0) != 0) {
      throw new ModelException("%s is exclusive or reversed: not supported".formatted(call.node()));
    }
    int axis = (int) call.host(1).data()[0];
    return call.onHost(0)
        ? call.host(0).cumulativeSum(axis)
        : new Value.Tensor(call.array(0).cumSum(axis));
  }

  private static NDArray mean(Call call) {
    NDArray x = call.array(0);
    int[] axes = resolvedAxes(call, x.getShape().dimension());
    boolean keep = call.attributes().integer("keepdims", 1) != 0;
    if (axes.length == 1) {
      return Torch.mean(x, axes[0], keep);
    }
    long count = 1;
    for (int axis : axes) {
      count *= x.getShape().get(axis);
    }
    return Torch.times(x.sum(axes, keep), 1.0 / count);
  }

  private static Operator reduction(
      LongBinaryOperator host,
      java.util.function.@Nullable BiFunction<NDArray, Integer, NDArray> device) {
    return Operator.one(
        call -> {
          boolean keep = call.attributes().integer("keepdims", 1) != 0;
          if (call.onHost(0)) {
            long[] axes = call.axes(1);
            return axes.length == 0 && call.attributes().integer("noop_with_empty_axes", 0) != 0
                ? call.host(0)
                : call.host(0).reduce(axes, keep, host);
          }
          NDArray x = call.array(0);
          if (device == null) {
            throw new ModelException("%s is supported for integers only".formatted(call.node()));
          }
          int[] axes = resolvedAxes(call, x.getShape().dimension());
          NDArray reduced = x;
          for (int axis : axes) {
            reduced = device.apply(reduced, axis);
          }
          if (!keep) {
            long[] dropped = Arrays.stream(axes).asLongStream().toArray();
            reduced =
                reduced.reshape(
                    new Shape(HostTensor.squeezed(reduced.getShape().getShape(), dropped)));
          }
          return new Value.Tensor(reduced);
        });
  }

  /** The axes of a reduction of floats, counted from the front; all where none is given. */
  private static int[] resolvedAxes(Call call, int rank) {
    long[] axes = call.axes(1);
    int[] resolved = new int[axes.length == 0 ? rank : axes.length];
    for (int i = 0; i < resolved.length; i++) {
      resolved[i] = axes.length == 0 ? i : HostTensor.axis(axes[i], rank);
    }
    return resolved;
  }
}
