package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.rpdr.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the values of an ONNX tensor. */
final class Initializer {
  private Initializer() {}

  static long[] dims(TensorProto tensor) {
    return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
  }

  static boolean isFloat(TensorProto tensor) {
    return tensor.getDataType() == DataType.FLOAT.getNumber();
  }

  static DataType type(TensorProto tensor) {
    DataType type = DataType.forNumber(tensor.getDataType());
    return type == null ? DataType.UNDEFINED : type;
  }

  static void requireInline(TensorProto tensor) {
    if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
      throw new ModelException(
          ("initializer '%s' lies in an external data file; only graphs whose weights are inside"
                  + " the .onnx file (at most 2 GB) can be trained")
              .formatted(tensor.getName()));
    }
  }

  static float[] floats(TensorProto tensor) {
    requireInline(tensor);
    if (!isFloat(tensor)) {
      throw new ModelException(
          "tensor '%s' has type %s; only FLOAT (32 bits) is supported, export the model without half precision or quantization"
              .formatted(tensor.getName(), type(tensor)));
    }
    float[] values = new float[HostTensor.size(dims(tensor))];
    if (tensor.getFloatDataCount() == values.length && values.length > 0) {
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
    } else {
      raw(tensor, values.length, Float.BYTES).asFloatBuffer().get(values);
    }
    return values;
  }

  /** Integers and booleans of any width. */
  static HostTensor integers(TensorProto tensor) {
    requireInline(tensor);
    long[] dims = dims(tensor);
    int size = HostTensor.size(dims);
    long[] values = new long[size];
    DataType type = type(tensor);
    switch (type) {
      case INT64 -> {
        if (tensor.getInt64DataCount() == size && size > 0) {
          for (int i = 0; i < size; i++) {
            values[i] = tensor.getInt64Data(i);
          }
        } else {
          raw(tensor, size, Long.BYTES).asLongBuffer().get(values);
        }
      }
      case INT32 -> {
        ByteBuffer raw = tensor.getInt32DataCount() == size ? null : raw(tensor, size, 4);
        for (int i = 0; i < size; i++) {
          values[i] = raw == null ? tensor.getInt32Data(i) : raw.getInt();
        }
      }
      case BOOL, INT8, UINT8 -> {
        ByteBuffer raw = tensor.getInt32DataCount() == size ? null : raw(tensor, size, 1);
        for (int i = 0; i < size; i++) {
          values[i] = raw == null ? tensor.getInt32Data(i) : raw.get();
          if (type == DataType.UINT8) {
            values[i] &= 0xff;
          }
        }
      }
      default ->
          throw new ModelException(
              "tensor '%s' has type %s, which is not supported".formatted(tensor.getName(), type));
    }
    return new HostTensor(dims, values, type == DataType.BOOL);
  }

  /** Puts other values of the same shape in. */
  static void replace(TensorProto.Builder tensor, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    tensor.clearFloatData().setRawData(ByteString.copyFrom(bytes));
  }

  private static ByteBuffer raw(TensorProto tensor, int size, int width) {
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (raw.remaining() != (long) size * width) {
      throw new ModelException(
          "tensor '%s' holds %d bytes where its shape needs %d"
              .formatted(tensor.getName(), raw.remaining(), (long) size * width));
    }
    return raw;
  }
}
