package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The attributes of a node, with defaults for those that are absent. */
final class Attributes {
  static final Attributes NONE = new Attributes(Map.of());
  private final Map<String, AttributeProto> byName;

  private Attributes(Map<String, AttributeProto> byName) {
    this.byName = byName;
  }

  static Attributes of(List<AttributeProto> attributes) {
    Map<String, AttributeProto> byName = new LinkedHashMap<>();
    attributes.forEach(a -> byName.put(a.getName(), a));
    return new Attributes(byName);
  }

  Attributes with(String name, float value) {
    Map<String, AttributeProto> copy = new LinkedHashMap<>(byName);
    copy.put(name, AttributeProto.newBuilder().setName(name).setF(value).build());
    return new Attributes(copy);
  }

  Attributes with(String name, long value) {
    Map<String, AttributeProto> copy = new LinkedHashMap<>(byName);
    copy.put(name, AttributeProto.newBuilder().setName(name).setI(value).build());
    return new Attributes(copy);
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  long integer(String name, long otherwise) {
    AttributeProto a = byName.get(name);
    return a == null ? otherwise : a.getI();
  }

  float number(String name, float otherwise) {
    AttributeProto a = byName.get(name);
    return a == null ? otherwise : a.getF();
  }

  long[] integers(String name) {
    AttributeProto a = byName.get(name);
    return a == null ? new long[0] : a.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  String string(String name, String otherwise) {
    AttributeProto a = byName.get(name);
    return a == null ? otherwise : a.getS().toString(StandardCharsets.UTF_8);
  }

  TensorProto tensor(String name) {
    AttributeProto a = byName.get(name);
    return a == null ? TensorProto.getDefaultInstance() : a.getT();
  }

  float[] numbers(String name) {
    AttributeProto a = byName.get(name);
    float[] values = new float[a == null ? 0 : a.getFloatsCount()];
    for (int i = 0; i < values.length && a != null; i++) {
      values[i] = a.getFloats(i);
    }
    return values;
  }
}
