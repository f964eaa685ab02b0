package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/** Makes small ONNX models for tests. */
final class OnnxBuilder {
  final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
  private final long operatorSet;

  OnnxBuilder(long operatorSet) {
    this.operatorSet = operatorSet;
  }

  OnnxBuilder input(String name) {
    graph.addInput(info(name, DataType.INT64));
    return this;
  }

  OnnxBuilder output(String name) {
    graph.addOutput(info(name, DataType.FLOAT));
    return this;
  }

  private static ValueInfoProto info(String name, DataType type) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("batch");
    shape.addDimBuilder().setDimParam("length");
    if (type == DataType.FLOAT) {
      return ValueInfoProto.newBuilder()
          .setName(name)
          .setType(
              TypeProto.newBuilder()
                  .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type.getNumber())))
          .build();
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  OnnxBuilder floats(String name, float[] values, long... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT.getNumber());
    for (long d : dims) {
      tensor.addDims(d);
    }
    for (float v : values) {
      tensor.addFloatData(v);
    }
    graph.addInitializer(tensor);
    return this;
  }

  /** Start values that any language computes alike: sin(100 · seed + i) / 2. */
  OnnxBuilder weights(String name, int seed, long... dims) {
    return floats(name, sines(seed, HostTensor.size(dims)), dims);
  }

  static float[] sines(int seed, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (Math.sin(100.0 * seed + i) / 2);
    }
    return values;
  }

  OnnxBuilder scalar(String name, float value) {
    return floats(name, new float[] {value});
  }

  OnnxBuilder longs(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.INT64.getNumber())
            .addDims(values.length);
    for (long v : values) {
      tensor.addInt64Data(v);
    }
    graph.addInitializer(tensor);
    return this;
  }

  OnnxBuilder longScalar(String name, long value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.INT64.getNumber())
            .addInt64Data(value));
    return this;
  }

  OnnxBuilder node(String op, String output, List<String> inputs, AttributeProto... attributes) {
    return nodes(op, List.of(output), inputs, attributes);
  }

  OnnxBuilder nodes(
      String op, List<String> outputs, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(op)
            .setName("/" + outputs.get(0))
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    for (long v : values) {
      attribute.addInts(v);
    }
    return attribute.build();
  }

  static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  byte[] build() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(operatorSet))
        .setGraph(graph)
        .build()
        .toByteArray();
  }
}
