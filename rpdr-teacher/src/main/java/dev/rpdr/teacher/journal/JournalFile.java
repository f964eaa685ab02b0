package dev.rpdr.teacher.journal;

import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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

  private static final int BUFFER = 1 << 16;

  private final Path path;
  private final String format;
  private final RandomAccessFile file;
  private final JournalLock lock;
  private final Queue<PendingLine> pending = new ConcurrentLinkedQueue<>();
  private long end;
  private boolean closed;
  private boolean torn;

  private JournalFile(Path path, String format, RandomAccessFile file, JournalLock lock) {
    this.path = path;
    this.format = format;
    this.file = file;
    this.lock = lock;
  }

  /** Opens a file for writing; a test hands in one that fails. */
  @FunctionalInterface
  interface Opener {
    RandomAccessFile open(Path path) throws IOException;
  }

  /**
   * Opens and locks the file and reads it. A last line without a line break is torn: it is given
   * one if it is a whole record, otherwise cut off.
   *
   * @param format what its header calls itself
   * @param reader receives each complete line
   */
  static JournalFile open(Path path, Opener opener, String format, LineReader reader) {
    RandomAccessFile file = null;
    JournalLock lock = null;
    try {
      file = opener.open(path);
      lock = JournalLock.of(path, file);
      JournalFile journal = new JournalFile(path, format, file, lock);
      journal.read(reader);
      return journal;
    } catch (IOException e) {
      close(lock, e);
      close(file, e);
      throw new NonRetriableException("cannot open the journal " + path + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      close(lock, e);
      close(file, e);
      throw e;
    }
  }

  /** Refuses a journal whose folder is not there. */
  static void requireFolder(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NonRetriableException(
          "cannot open the journal " + path + ": the folder " + folder + " does not exist");
    }
  }

  /** Receives the lines of a journal. */
  interface LineReader {
    /** The first line, a header of ours. */
    void header(String text);

    /** A further line and its number, counted from 1. */
    void line(String text, long number);

    /** Whether a last line that has no line break is a whole record all the same. */
    boolean isWhole(String text);
  }

  /** Writes the header of a file that holds nothing yet, and forces its name to disk as well. */
  synchronized void begin(String header) {
    if (end > 0) {
      throw new IllegalStateException("the journal " + path + " has a header");
    }
    append(header);
    syncFolder(path);
  }

  /**
   * Appends a line and forces it to disk. Lines that come while another is being forced are written
   * and forced together, by the first of their threads.
   *
   * @throws NonRetriableException if it cannot be written; the file then ends where it ended before
   */
  void append(String line) {
    PendingLine mine = new PendingLine(line);
    pending.add(mine);
    synchronized (this) {
      if (!mine.isDone()) {
        if (closed) {
          pending.remove(mine);
          throw new IllegalStateException("the journal " + path + " is closed");
        }
        writePending();
      }
      IOException failure = mine.failure();
      if (failure != null) {
        throw new NonRetriableException(
            "cannot write to the journal "
                + path
                + ": "
                + failure.getMessage()
                + "; "
                + (torn
                    ? "its last line may be torn, which the next opening repairs"
                    : "it holds all earlier answers"),
            failure);
      }
    }
  }

  private void writePending() {
    List<PendingLine> lines = new ArrayList<>();
    for (PendingLine line = pending.poll(); line != null; line = pending.poll()) {
      lines.add(line);
    }
    try {
      write(lines);
      lines.forEach(PendingLine::written);
    } catch (IOException e) {
      takeBack(e);
      if (lines.size() == 1) {
        lines.get(0).failed(e);
      } else {
        lines.forEach(this::writeAlone); // what fits is kept
      }
    }
  }

  private void writeAlone(PendingLine line) {
    try {
      write(List.of(line));
      line.written();
    } catch (IOException e) {
      takeBack(e);
      line.failed(e);
    }
  }

  private void write(List<PendingLine> lines) throws IOException {
    if (torn) {
      cutBack();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    lines.forEach(line -> bytes.writeBytes(line.bytes()));
    file.seek(end);
    file.write(bytes.toByteArray());
    file.getFD().sync();
    end += bytes.size();
  }

  /** Releases lock and file; harmless when repeated. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (RandomAccessFile closing = file) {
      lock.close();
    } catch (IOException e) {
      throw new NonRetriableException("cannot close the journal " + path, e);
    }
  }

  private void takeBack(IOException failure) {
    try {
      cutBack();
    } catch (IOException e) {
      failure.addSuppressed(e);
      torn = true;
    }
  }

  private void cutBack() throws IOException {
    file.setLength(end);
    file.getFD().sync();
    torn = false;
  }

  private void read(LineReader reader) throws IOException {
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
            reader.header(text);
          } else {
            reader.line(text, number);
          }
        }
      }
      line.write(buffer, from, n - from);
    }
    repair(line.toString(StandardCharsets.UTF_8), number, reader);
  }

  private void requireHeader(String text) {
    if (!RecordReader.isHeader(text, format)) {
      throw new DataFormatException(
          path
              + " is no journal: its first line is not {\"format\":\""
              + format
              + "\", …}; it was left as it is");
    }
  }

  private void repair(String tail, long lines, LineReader reader) throws IOException {
    if (tail.isEmpty()) {
      return;
    }
    if (lines == 0) {
      String start = "{\"format\":\"" + format + "\"";
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
    cutBack();
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

  private static void close(@Nullable AutoCloseable resource, Exception failure) {
    if (resource != null) {
      try {
        resource.close();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
  }
}
