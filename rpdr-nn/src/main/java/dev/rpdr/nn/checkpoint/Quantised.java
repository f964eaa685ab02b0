package dev.rpdr.nn.checkpoint;

import java.nio.ByteBuffer;

/**
 * The blocks of ggml's quantised types, as its <a
 * href="https://github.com/ggml-org/ggml/blob/master/src/ggml-quants.c">reference</a> lays them
 * out. All read little-endian from the buffer's position.
 */
final class Quantised {
  private Quantised() {}

  /** half d; 16 bytes: low nibbles are the first 16 numbers, high ones the last. x = d(q - 8). */
  static void q4Symmetric(ByteBuffer from, float[] to, int at) {
    float d = HalfFloats.fromHalf(from.getShort());
    for (int i = 0; i < 16; i++) {
      int q = from.get();
      to[at + i] = d * ((q & 15) - 8);
      to[at + 16 + i] = d * ((q >> 4 & 15) - 8);
    }
  }

  /** half d, half m; then as above. x = d·q + m. */
  static void q4WithMinimum(ByteBuffer from, float[] to, int at) {
    float d = HalfFloats.fromHalf(from.getShort());
    float m = HalfFloats.fromHalf(from.getShort());
    for (int i = 0; i < 16; i++) {
      int q = from.get();
      to[at + i] = d * (q & 15) + m;
      to[at + 16 + i] = d * (q >> 4 & 15) + m;
    }
  }

  /** half d; 32 signed bytes. x = d·q. */
  static void q8(ByteBuffer from, float[] to, int at) {
    float d = HalfFloats.fromHalf(from.getShort());
    for (int i = 0; i < 32; i++) {
      to[at + i] = d * from.get();
    }
  }

  /** half d, half m; 12 bytes with 8 scales and 8 minima of 6 bits; 128 bytes of nibbles. */
  static void q4Super(ByteBuffer from, float[] to, int at) {
    float d = HalfFloats.fromHalf(from.getShort());
    float m = HalfFloats.fromHalf(from.getShort());
    byte[] packed = new byte[12];
    from.get(packed);
    byte[] nibbles = new byte[128];
    from.get(nibbles);
    for (int group = 0; group < 8; group++) {
      float scale = d * scale(packed, group);
      float minimum = m * minimum(packed, group);
      int shift = 4 * (group & 1);
      for (int i = 0; i < 32; i++) {
        int q = nibbles[group / 2 * 32 + i] >> shift & 15;
        to[at + group * 32 + i] = scale * q - minimum;
      }
    }
  }

  private static int scale(byte[] packed, int group) {
    return group < 4
        ? packed[group] & 63
        : packed[group + 4] & 15 | (packed[group - 4] >> 6 & 3) << 4;
  }

  private static int minimum(byte[] packed, int group) {
    return group < 4
        ? packed[group + 4] & 63
        : packed[group + 4] >> 4 & 15 | (packed[group] >> 6 & 3) << 4;
  }

  /** 128 bytes of low nibbles, 64 of upper pairs of bits, 16 signed scales, half d. */
  static void q6Super(ByteBuffer from, float[] to, int at) {
    byte[] low = new byte[128];
    from.get(low);
    byte[] high = new byte[64];
    from.get(high);
    byte[] scales = new byte[16];
    from.get(scales);
    float d = HalfFloats.fromHalf(from.getShort());
    for (int i = 0; i < 256; i++) {
      int half = i / 128;
      int quarter = i % 128 / 32;
      int l = i % 32;
      int nibble = low[half * 64 + quarter % 2 * 32 + l] >> 4 * (quarter / 2) & 15;
      int bits = high[half * 32 + l] >> 2 * quarter & 3;
      to[at + i] = d * scales[i / 16] * ((nibble | bits << 4) - 32);
    }
  }
}
