package dev.rpdr.teacher.journal;

import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads recorded answers from a journal or from plain JSON lines, one after the other. A journal
 * may grow meanwhile: read is what it held at first.
 */
final class RecordedFile {
  private static final Logger LOG = LoggerFactory.getLogger(RecordedFile.class);

  private RecordedFile() {}

  /** Receives what a file holds, in its order. */
  interface Visitor {
    /** The header, before all records; not called where there is none. */
    default void header(JournalHeader header) {}

    /**
     * A record.
     *
     * @param text its line, without the line break
     * @param number the line's number, counted from 1
     */
    void record(JournalRecord record, String text, long number);

    /** A line that is no record; refused unless the visitor thinks otherwise. */
    default void fault(FaultyRecordException fault, long number) {
      throw fault;
    }

    /** A last line of a journal that is torn or still being written. */
    default void torn(Path path, long number) {
      LOG.warn("The last line of {} is torn or being written; it was left out", path);
    }
  }

  /** All answers of a file but those that are parts of others; at least one. */
  static List<JournalRecord> read(Path path) {
    List<JournalRecord> records = new ArrayList<>();
    visit(
        path,
        (record, text, number) -> {
          if (record.partOf() == null) {
            records.add(record);
          }
        });
    if (records.isEmpty()) {
      throw new DataFormatException(path + " holds no recorded answer");
    }
    return records;
  }

  /**
   * Reads a journal.
   *
   * @throws DataFormatException if it has no header
   */
  static void visitJournal(Path path, Visitor visitor) {
    if (header(path) == null) {
      throw new DataFormatException(
          path
              + " is no journal: its first line is not {\"format\":\""
              + RecordWriter.FORMAT
              + "\", …}");
    }
    visit(path, visitor);
  }

  /** The header of a file, or null where it has none. */
  static @Nullable JournalHeader header(Path path) {
    try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      String first = reader.readLine();
      return first == null || !RecordReader.isHeader(first)
          ? null
          : RecordReader.header(first, path + ", line 1");
    } catch (CharacterCodingException e) {
      throw new DataFormatException(path + " is not UTF-8", e);
    } catch (IOException e) {
      throw cannotRead(path, e);
    }
  }

  static void visit(Path path, Visitor visitor) {
    try (SeekableByteChannel channel = Files.newByteChannel(path)) {
      long size = channel.size();
      boolean whole = endsWithLineFeed(channel, size);
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(new FirstBytes(channel, size), decoder(whole)))) {
        lines(path, reader, whole, visitor);
      }
    } catch (CharacterCodingException e) {
      throw new DataFormatException(path + " is not UTF-8", e);
    } catch (IOException e) {
      throw cannotRead(path, e);
    }
  }

  private static void lines(Path path, BufferedReader reader, boolean whole, Visitor visitor)
      throws IOException {
    String line = reader.readLine();
    boolean journal = line != null && RecordReader.isHeader(line);
    if (journal && line != null) {
      visitor.header(RecordReader.header(line, path + ", line 1"));
      line = reader.readLine();
    }
    long number = journal ? 2 : 1;
    while (line != null) {
      String next = reader.readLine();
      if (!line.isBlank()) {
        JournalRecord record = null;
        try {
          record = RecordReader.read(line, path + ", line " + number);
        } catch (FaultyRecordException e) {
          if (journal && next == null && !whole) {
            visitor.torn(path, number);
          } else {
            visitor.fault(e, number);
          }
        }
        if (record != null) {
          visitor.record(record, line, number);
        }
      }
      line = next;
      number++;
    }
  }

  /** Strict, but for a torn tail, which may end within a character. */
  private static CharsetDecoder decoder(boolean whole) {
    CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
    return whole
        ? strict
        : strict
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
  }

  /** Of a file that does not end with a line feed the last line may be torn. */
  private static boolean endsWithLineFeed(SeekableByteChannel channel, long size)
      throws IOException {
    if (size == 0) {
      return true;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    channel.position(size - 1).read(last);
    channel.position(0);
    return last.get(0) == '\n';
  }

  private static NonRetriableException cannotRead(Path path, Exception e) {
    return new NonRetriableException("cannot read the recorded answers " + path, e);
  }
}
