package dev.rpdr.distill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;

/** Small JSON files of records, which name every field of theirs and no other. */
final class StrictJson {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private StrictJson() {}

  /**
   * Reads a record.
   *
   * @param error what to throw, naming the file, if it cannot be read or holds something else
   */
  static <T> T read(
      Path file, Class<T> type, BiFunction<String, Throwable, ? extends RuntimeException> error) {
    try {
      T read = JSON.readValue(Files.readAllBytes(file), type);
      if (read == null) {
        throw new IOException("it holds null");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw error.apply(file + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw error.apply("cannot read " + file, e);
    }
  }

  static void write(Path file, Object record) throws IOException {
    Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(record));
  }
}
