package dev.rpdr.distill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * {@code cascade.json} of a saved {@link CascadeStudent}, UTF-8: {@code options} (an object of
 * {@code temperature}, {@code weight}, {@code sure} and {@code placeWeight}, see {@link
 * CascadeOptions}), {@code first} and {@code second} (the hashes of the students in {@code
 * bi-encoder/} and {@code cross-encoder/}, {@link StudentManifest#studentSha256}). No other fields
 * are allowed.
 *
 * @param options how the students are joined
 * @param first the hash of the bi-encoder
 * @param second the hash of the cross-encoder
 */
record CascadeFile(CascadeOptions options, String first, String second) {
  static final String NAME = "cascade.json";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  CascadeFile {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(second, "second");
  }

  static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(NAME));
  }

  static CascadeFile read(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      CascadeFile read = JSON.readValue(file.toFile(), CascadeFile.class);
      if (read == null) {
        throw new ModelException(file + " is empty");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new ModelException(file + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ", which a cascade needs", e);
    }
  }

  void write(Path folder) throws IOException {
    JSON.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(NAME).toFile(), this);
  }

  /** Whether the two students are those that were saved. */
  void verify(Path folder) {
    requireSame(folder.resolve(CascadeStudent.FIRST), first);
    requireSame(folder.resolve(CascadeStudent.SECOND), second);
  }

  private static void requireSame(Path student, String sha256) {
    String actual = StudentManifest.read(student).studentSha256();
    if (!actual.equals(sha256)) {
      throw new ModelException(
          student
              + " is not the student that was saved with this cascade: "
              + NAME
              + " gives its hash as "
              + sha256
              + ", but it is "
              + actual);
    }
  }
}
