package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.rpdr.ModelException;
import dev.rpdr.nn.torch.Torch;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Matrix products, activations and normalisation. */
final class NeuralOperators {
  /** An attribute of our own: this node follows the rule of operator sets before 13. */
  static final String FLATTENS = "rpdr.flattens";

  private NeuralOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("MatMul", Operator.tensor(c -> c.array(0).matMul(c.array(1))));
    to.put("Gemm", Operator.tensor(NeuralOperators::gemm));
    to.put(Operators.LINEAR, Operator.tensor(NeuralOperators::linear));
    to.put(Operators.LORA_LINEAR, Operator.tensor(NeuralOperators::loraLinear));
    to.put(Operators.DROPOUT, Operator.tensor(NeuralOperators::dropout));
    to.put("Relu", Operator.tensor(c -> Activation.relu(c.array(0))));
    to.put("Sigmoid", Operator.tensor(c -> Activation.sigmoid(c.array(0))));
    to.put("Gelu", Operator.tensor(NeuralOperators::gelu));
    to.put("Softmax", Operator.tensor(c -> softmax(c, false)));
    to.put("LogSoftmax", Operator.tensor(c -> softmax(c, true)));
    to.put("LayerNormalization", Operator.tensor(NeuralOperators::layerNorm));
  }

  private static NDArray gemm(Call call) {
    Attributes attributes = call.attributes();
    NDArray a = call.array(0);
    NDArray b = call.array(1);
    a = attributes.integer("transA", 0) != 0 ? a.transpose() : a;
    b = attributes.integer("transB", 0) != 0 ? b.transpose() : b;
    NDArray product = a.matMul(b);
    float alpha = attributes.number("alpha", 1);
    product = alpha == 1 ? product : Torch.times(product, alpha);
    if (!call.has(2)) {
      return product;
    }
    float beta = attributes.number("beta", 1);
    return product.add(beta == 1 ? call.array(2) : Torch.times(call.array(2), beta));
  }

  private static NDArray linear(Call call) {
    NDArray weight = call.array(1);
    boolean transposed = call.attributes().integer("transB", 0) != 0;
    @Nullable NDArray bias = call.has(2) ? call.array(2) : null;
    return Torch.linear(call.array(0), transposed ? weight : weight.transpose(), bias);
  }

  private static NDArray loraLinear(Call call) {
    NDArray x = call.array(0);
    float rate = call.attributes().number("dropout", 0);
    NDArray dropped = rate > 0 && call.mode().training() ? Torch.dropout(x, rate) : x;
    NDArray low = Torch.linear(dropped, call.array(3).transpose(), null);
    NDArray delta = Torch.linear(low, call.array(4).transpose(), null);
    float scale = call.attributes().number("scale", 1);
    return linear(call).add(scale == 1 ? delta : Torch.times(delta, scale));
  }

  private static NDArray dropout(Call call) {
    NDArray x = call.array(0);
    return call.mode().training()
        ? Torch.dropout(x, call.mode().dropout())
        : x.reshape(x.getShape());
  }

  private static NDArray gelu(Call call) {
    NDArray x = call.array(0);
    if (call.attributes().string("approximate", "none").equals("tanh")) {
      NDArray cubic = Torch.times(x.mul(x).mul(x), 0.044715);
      NDArray inner = Torch.times(x.add(cubic), Math.sqrt(2 / Math.PI));
      return Torch.times(x, 0.5).mul(inner.tanh().add(1));
    }
    return Torch.gelu(x);
  }

  private static NDArray softmax(Call call, boolean log) {
    NDArray x = call.array(0);
    int rank = x.getShape().dimension();
    // Before operator set 13 the axis was 1 by default, and all from it on was normalised together.
    boolean flattens = call.attributes().has(FLATTENS);
    int axis = HostTensor.axis(call.attributes().integer("axis", flattens ? 1 : -1), rank);
    if (flattens && axis != rank - 1) {
      throw new ModelException(
          "%s normalises dimensions %d to %d together (operator set before 13): not supported"
              .formatted(call.node(), axis, rank - 1));
    }
    return log ? Torch.logSoftmax(x, axis) : Torch.softmax(x, axis);
  }

  private static NDArray layerNorm(Call call) {
    NDArray x = call.array(0);
    NDArray scale = call.array(1);
    int rank = x.getShape().dimension();
    int axis = HostTensor.axis(call.attributes().integer("axis", -1), rank);
    long[] normalized = Arrays.copyOfRange(x.getShape().getShape(), axis, rank);
    if (!Arrays.equals(normalized, scale.getShape().getShape())) {
      throw new ModelException(
          "%s scales by %s what is normalised over %s"
              .formatted(call.node(), scale.getShape(), Arrays.toString(normalized)));
    }
    NDArray shift = call.has(2) ? call.array(2) : call.manager().zeros(new Shape(normalized));
    return Torch.layerNorm(x, scale, shift, call.attributes().number("epsilon", 1e-5f));
  }
}
