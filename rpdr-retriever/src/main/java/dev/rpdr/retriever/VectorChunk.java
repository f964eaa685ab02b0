package dev.rpdr.retriever;

import dev.rpdr.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The vectors of up to {@link #MAX_NAMES} names as ONNX Runtime multiplies fastest: one row a
 * dimension, one column a name, in direct memory of the platform's byte order.
 *
 * @param bytes {@code float[dimension][names]}, position 0, limit at the end; shared
 * @param dimension how many rows there are
 * @param names how many columns there are
 */
record VectorChunk(ByteBuffer bytes, int dimension, int names) {
  /** Bounds the scores of one run: 256 queries x 65,536 names x 4 bytes are 64 MB. */
  static final int MAX_NAMES = 1 << 16;

  VectorChunk {
    if (bytes.remaining() != dimension * names * Float.BYTES || !bytes.isDirect()) {
      throw new IllegalArgumentException(
          bytes + " does not hold " + dimension + " x " + names + " floats in direct memory");
    }
  }

  /**
   * A chunk of these vectors.
   *
   * @param texts what the vectors are of, for errors; one a vector
   * @throws ModelException if a vector holds what is no finite number
   */
  static VectorChunk of(float[][] vectors, int dimension, List<String> texts) {
    ByteBuffer bytes = allocate(dimension, vectors.length);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (int name = 0; name < vectors.length; name++) {
      checkFinite(vectors[name], texts.get(name));
      for (int d = 0; d < dimension; d++) {
        floats.put(d * vectors.length + name, vectors[name][d]);
      }
    }
    return new VectorChunk(bytes, dimension, vectors.length);
  }

  /** Memory for a chunk, filled with zeros. */
  static ByteBuffer allocate(int dimension, int names) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(dimension * Float.BYTES, names))
        .order(ByteOrder.nativeOrder());
  }

  static void checkFinite(float[] vector, String text) {
    for (float x : vector) {
      if (!Float.isFinite(x)) {
        throw new ModelException(
            "the encoder's vector of '" + text + "' holds " + x + ", which is no finite number");
      }
    }
  }
}
