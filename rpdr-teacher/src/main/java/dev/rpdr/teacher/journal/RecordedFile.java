package dev.rpdr.teacher.journal;

import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads recorded answers from a journal or from plain JSON lines. */
final class RecordedFile {
  private static final Logger LOG = LoggerFactory.getLogger(RecordedFile.class);

  private RecordedFile() {}

  /** All answers of a file, in its order; at least one. */
  static List<RecordedItem> read(Path path) {
    List<String> lines = lines(path);
    boolean journal = !lines.isEmpty() && RecordFormat.isHeader(lines.get(0));
    if (journal) {
      RecordFormat.requireVersion(lines.get(0), path + ", line 1");
    }
    List<RecordedItem> items = new ArrayList<>();
    for (int i = journal ? 1 : 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        try {
          items.add(RecordFormat.read(lines.get(i), path + ", line " + (i + 1)));
        } catch (DataFormatException e) {
          if (!journal || i < lines.size() - 1 || endsWithLineFeed(path)) {
            throw e;
          }
          LOG.warn("The last line of {} is torn or being written; it was left out", path);
        }
      }
    }
    if (items.isEmpty()) {
      throw new DataFormatException(path + " holds no recorded answer");
    }
    return items;
  }

  /** Whole lines; of a file that does not end with a line feed the last may be torn. */
  private static List<String> lines(Path path) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(Files.newInputStream(path), decoder(path)))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw cannotRead(path, e);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw new DataFormatException(path + " is not UTF-8", e);
      }
      throw cannotRead(path, e);
    }
  }

  /** Strict, but for a torn tail, which may end within a character. */
  private static CharsetDecoder decoder(Path path) {
    CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
    return endsWithLineFeed(path)
        ? strict
        : strict
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
  }

  private static boolean endsWithLineFeed(Path path) {
    try (SeekableByteChannel channel = Files.newByteChannel(path)) {
      if (channel.size() == 0) {
        return true;
      }
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.position(channel.size() - 1).read(last);
      return last.get(0) == '\n';
    } catch (IOException e) {
      throw cannotRead(path, e);
    }
  }

  private static NonRetriableException cannotRead(Path path, Exception e) {
    return new NonRetriableException("cannot read the recorded answers " + path, e);
  }
}
