package dev.rpdr.distill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rpdr.Fingerprint;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code fused.json} of a saved {@link FusedStudent}, UTF-8: {@code fusion} (an object of {@code
 * weights} and {@code placeWeight}, see {@link Fusion}), {@code members} (the hashes of the
 * students in {@code member-0/} and so on, {@link StudentManifest#studentSha256}) and {@code
 * lexical} (the SHA-256 of {@code lexical.json}, or null where there is none). No other fields are
 * allowed.
 *
 * @param fusion the weights, that of the spelling last
 * @param members the hashes of the members, in the order of the weights
 * @param lexical the hash of the lexical similarity's file, or null
 */
record FusedFile(Fusion fusion, List<String> members, @Nullable String lexical) {
  static final String NAME = "fused.json";
  static final String LEXICAL = "lexical.json";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  FusedFile {
    Objects.requireNonNull(fusion, "fusion");
    members = List.copyOf(members);
  }

  static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(NAME));
  }

  static String member(int number) {
    return "member-" + number;
  }

  static FusedFile read(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      FusedFile read = JSON.readValue(file.toFile(), FusedFile.class);
      if (read == null) {
        throw new ModelException(file + " is empty");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new ModelException(file + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ", which a fused student needs", e);
    }
  }

  void write(Path folder) throws IOException {
    JSON.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(NAME).toFile(), this);
  }

  /** Whether the students and the spelling are those that were saved. */
  void verify(Path folder) {
    for (int i = 0; i < members.size(); i++) {
      Path student = folder.resolve(member(i));
      requireSame(student, members.get(i), StudentManifest.read(student).studentSha256());
    }
    if (lexical != null) {
      Path file = folder.resolve(LEXICAL);
      requireSame(file, lexical, Fingerprint.ofFile(file));
    }
  }

  private static void requireSame(Path part, String sha256, String actual) {
    if (!actual.equals(sha256)) {
      throw new ModelException(
          "%s is not what was saved with this fused student: %s gives its hash as %s, but it is %s"
              .formatted(part, NAME, sha256, actual));
    }
  }
}
