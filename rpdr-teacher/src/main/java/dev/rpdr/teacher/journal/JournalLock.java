package dev.rpdr.teacher.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.NonRetriableException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of a journal against other writers. It is the operating system's and ends with the
 * process. Beside the journal lies {@code NAME.lock}, one JSON object with the {@code process} that
 * holds the lock and {@code since} when: a note for people, which may outlive a killed process
 * without harm. Not thread-safe.
 */
final class JournalLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalLock.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The locked byte lies beyond any content, so that a mandatory lock keeps no reader out. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private final FileLock lock;
  private final Path note;

  private JournalLock(FileLock lock, Path note) {
    this.lock = lock;
    this.note = note;
  }

  /**
   * Locks an open journal.
   *
   * @throws NonRetriableException if somebody else has it, naming them as far as known
   */
  static JournalLock of(Path path, RandomAccessFile file) throws IOException {
    Path note = path.resolveSibling(path.getFileName() + ".lock");
    FileLock lock;
    try {
      lock = file.getChannel().tryLock(LOCKED_BYTE, 1, false);
    } catch (OverlappingFileLockException e) {
      throw new NonRetriableException(
          "the journal " + path + " is already open in this process; one writer at a time", e);
    }
    if (lock == null) {
      throw new NonRetriableException(
          "the journal "
              + path
              + " is open in another process"
              + holder(note)
              + "; one writer at a time");
    }
    write(note);
    return new JournalLock(lock, note);
  }

  /** Takes the note back and releases the lock. */
  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(note);
    } catch (IOException e) {
      LOG.debug("Cannot take back {}", note, e);
    }
    lock.release();
  }

  /** A note that cannot be written, on a full disk for instance, is left out. */
  private static void write(Path note) {
    ObjectNode line = JSON.createObjectNode();
    line.put("process", ProcessHandle.current().pid()).put("since", Instant.now().toString());
    try {
      Files.writeString(note, line + "\n", StandardCharsets.UTF_8);
    } catch (IOException e) {
      LOG.debug("Cannot write {}", note, e);
    }
  }

  private static String holder(Path note) {
    try {
      JsonNode line = JSON.readTree(Files.readString(note, StandardCharsets.UTF_8));
      if (line.path("process").isIntegralNumber() && line.path("since").isTextual()) {
        return " (process "
            + line.path("process").longValue()
            + ", since "
            + line.path("since").textValue()
            + ")";
      }
    } catch (IOException e) {
      LOG.debug("Cannot read {}", note, e);
    }
    return "";
  }
}
