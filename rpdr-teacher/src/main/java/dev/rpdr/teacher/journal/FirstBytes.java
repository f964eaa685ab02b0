package dev.rpdr.teacher.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** The first bytes of a channel as a stream, so that a file may grow while it is read. */
final class FirstBytes extends InputStream {
  private final ReadableByteChannel channel;
  private long left;

  FirstBytes(ReadableByteChannel channel, long size) {
    this.channel = channel;
    this.left = size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int n = channel.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, left)));
    left = n < 0 ? 0 : left - n;
    return n;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
