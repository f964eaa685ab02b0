package dev.rpdr.nn.checkpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a tensor's numbers lie in a file. Quantised types hold blocks with scales of their own. */
public enum TensorType {
  /** 32-bit floats. */
  F32("F32", 0, 1, 4, (from, to, at) -> to[at] = from.getFloat()),
  /** IEEE half precision. */
  F16("F16", 1, 1, 2, (from, to, at) -> to[at] = HalfFloats.fromHalf(from.getShort())),
  /** The upper half of a 32-bit float. */
  BF16("BF16", 30, 1, 2, (from, to, at) -> to[at] = HalfFloats.fromBrain(from.getShort())),
  /** 32 numbers of 4 bits and a scale. */
  Q4_0("", 2, 32, 18, Quantised::q4Symmetric),
  /** 32 numbers of 4 bits, a scale and a minimum. */
  Q4_1("", 3, 32, 20, Quantised::q4WithMinimum),
  /** 32 numbers of 8 bits and a scale. */
  Q8_0("", 8, 32, 34, Quantised::q8),
  /** 256 numbers of 4 bits in 8 groups whose 6-bit scales and minima have scales themselves. */
  Q4_K("", 12, 256, 144, Quantised::q4Super),
  /** 256 numbers of 6 bits in 16 groups whose 8-bit scales have a scale themselves. */
  Q6_K("", 14, 256, 210, Quantised::q6Super);

  private final String safetensors;
  private final int gguf;
  private final int block;
  private final int blockBytes;
  private final BlockDecoder decoder;

  TensorType(String safetensors, int gguf, int block, int blockBytes, BlockDecoder decoder) {
    this.safetensors = safetensors;
    this.gguf = gguf;
    this.block = block;
    this.blockBytes = blockBytes;
    this.decoder = decoder;
  }

  /** Reads one block, little-endian, from the buffer's position into an array. */
  @FunctionalInterface
  interface BlockDecoder {
    void decode(ByteBuffer from, float[] to, int at);
  }

  /** How many numbers lie in one block; 1 where the type is not quantised. */
  public int block() {
    return block;
  }

  /** The bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** The bytes of so many numbers, a multiple of {@link #block()}. */
  long bytes(long numbers) {
    return numbers / block * blockBytes;
  }

  /** Decodes whole blocks. */
  void decode(ByteBuffer from, float[] to, int count) {
    for (int at = 0; at < count; at += block) {
      decoder.decode(from, to, at);
    }
  }

  int ggufId() {
    return gguf;
  }

  static Optional<TensorType> ofSafetensors(String name) {
    return Arrays.stream(values())
        .filter(type -> !name.isEmpty() && type.safetensors.equals(name))
        .findFirst();
  }

  static Optional<TensorType> ofGguf(int id) {
    return Arrays.stream(values()).filter(type -> type.gguf == id).findFirst();
  }

  /** The types of safetensors, for messages. */
  static String safetensorsNames() {
    return Arrays.stream(values())
        .map(type -> type.safetensors)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.joining(", "));
  }

  /** The types of GGUF, for messages. */
  static String ggufNames() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }
}
