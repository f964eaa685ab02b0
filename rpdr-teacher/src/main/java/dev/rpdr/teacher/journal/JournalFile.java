package dev.rpdr.teacher.journal;

import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file under a journal: locked against other writers, appended to line by line, each on disk
 * before {@link #append} returns. Thread-safe.
 *
 * <p>It is written through a {@link RandomAccessFile} and not a channel, because an interrupted
 * thread would close a channel for all others.
 */
final class JournalFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFile.class);

  /** The locked byte lies beyond any content, so that a mandatory lock keeps no reader out. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private static final int BUFFER = 1 << 16;

  private final Path path;
  private final RandomAccessFile file;
  private final FileLock lock;
  private long end;
  private boolean closed;
  private @Nullable String broken;

  private JournalFile(Path path, RandomAccessFile file, FileLock lock) {
    this.path = path;
    this.file = file;
    this.lock = lock;
  }

  /** Opens a file for writing; a test hands in one that fails. */
  @FunctionalInterface
  interface Opener {
    RandomAccessFile open(Path path) throws IOException;
  }

  /**
   * Opens and locks the file and reads it. A new or empty file gets {@code header}; a last line
   * without a line break is torn: it is given one if it is a whole record, otherwise cut off.
   *
   * @param line receives each complete line but the header, and its number, counted from 1
   */
  static JournalFile open(Path path, Opener opener, String header, LineReader line) {
    RandomAccessFile file = null;
    try {
      file = opener.open(path);
      JournalFile journal = new JournalFile(path, file, lock(path, file));
      journal.read(header, line);
      return journal;
    } catch (IOException e) {
      close(file, e);
      throw new NonRetriableException("cannot open the journal " + path + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      close(file, e);
      throw e;
    }
  }

  /** Receives the lines of a journal. */
  interface LineReader {
    void line(String text, long number);

    /** Whether a last line that has no line break is a whole record all the same. */
    boolean isWhole(String text);
  }

  /**
   * Appends a line and forces it to disk.
   *
   * @throws NonRetriableException if it cannot be written; the file then ends where it ended before
   */
  synchronized void append(String line) {
    if (closed) {
      throw new IllegalStateException("the journal " + path + " is closed");
    }
    if (broken != null) {
      throw new NonRetriableException("the journal " + path + " cannot be written: " + broken);
    }
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      file.seek(end);
      file.write(bytes);
      file.getFD().sync();
      end += bytes.length;
    } catch (IOException e) {
      takeBack(e);
      throw new NonRetriableException(
          "cannot write to the journal "
              + path
              + ": "
              + e.getMessage()
              + "; "
              + (broken == null
                  ? "it holds all earlier answers"
                  : "its last line may be torn, which the next opening repairs"),
          e);
    }
  }

  /** Releases lock and file; harmless when repeated. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (RandomAccessFile closing = file) {
      lock.release();
    } catch (IOException e) {
      throw new NonRetriableException("cannot close the journal " + path, e);
    }
  }

  private void takeBack(IOException failure) {
    try {
      file.setLength(end);
      file.getFD().sync();
    } catch (IOException e) {
      failure.addSuppressed(e);
      broken = "after a failed write its end could not be restored";
    }
  }

  private void read(String header, LineReader reader) throws IOException {
    byte[] buffer = new byte[BUFFER];
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long number = 0;
    for (int n = file.read(buffer); n > 0; n = file.read(buffer)) {
      int from = 0;
      for (int i = 0; i < n; i++) {
        if (buffer[i] == '\n') {
          line.write(buffer, from, i - from);
          end += line.size() + 1;
          from = i + 1;
          number++;
          String text = line.toString(StandardCharsets.UTF_8);
          line.reset();
          if (number == 1) {
            requireHeader(text);
          } else {
            reader.line(text, number);
          }
        }
      }
      line.write(buffer, from, n - from);
    }
    repair(line.toString(StandardCharsets.UTF_8), number, reader);
    if (end == 0) {
      append(header);
      syncFolder(path);
    }
  }

  private void requireHeader(String text) {
    if (!RecordFormat.isHeader(text)) {
      throw new DataFormatException(
          path
              + " is no journal: its first line is not {\"format\":\""
              + RecordFormat.FORMAT
              + "\", …}; it was left as it is");
    }
    RecordFormat.requireVersion(text, path + ", line 1");
  }

  private void repair(String tail, long lines, LineReader reader) throws IOException {
    if (tail.isEmpty()) {
      return;
    }
    if (lines == 0) {
      String start = "{\"format\":\"" + RecordFormat.FORMAT + "\"";
      if (!tail.startsWith(start) && !start.startsWith(tail)) {
        requireHeader(tail);
      }
    }
    if (lines > 0 && reader.isWhole(tail)) {
      LOG.warn("The last line of {} had no line break; it is whole and was kept", path);
      append(tail);
      reader.line(tail, lines + 1);
      return;
    }
    LOG.warn("The last line of {} was torn; its {} characters were cut off", path, tail.length());
    file.setLength(end);
    file.getFD().sync();
  }

  private static FileLock lock(Path path, RandomAccessFile file) throws IOException {
    FileLock lock;
    try {
      lock = file.getChannel().tryLock(LOCKED_BYTE, 1, false);
    } catch (OverlappingFileLockException e) {
      throw new NonRetriableException(
          "the journal " + path + " is already open in this process; one writer at a time", e);
    }
    if (lock == null) {
      throw new NonRetriableException(
          "the journal " + path + " is open in another process; one writer at a time");
    }
    return lock;
  }

  /** So that a new file's name is on disk as well; not every platform can. */
  private static void syncFolder(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      LOG.debug("Cannot force the folder {} to disk", folder, e);
    }
  }

  private static void close(@Nullable RandomAccessFile file, Exception failure) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
