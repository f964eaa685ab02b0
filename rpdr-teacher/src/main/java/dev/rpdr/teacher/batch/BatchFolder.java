package dev.rpdr.teacher.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The folder of one batch:
 *
 * <ul>
 *   <li>{@code job.json}: a {@link BatchJob}
 *   <li>{@code requests.jsonl}: what is asked, a line a request, see {@link BatchLines}
 *   <li>{@code input.jsonl}: what is uploaded
 *   <li>{@code output.jsonl}, {@code errors.jsonl}: what came back, once it was collected
 * </ul>
 *
 * <p>Each file is written beside and then moved into place, so that it is whole or absent.
 */
final class BatchFolder {
  static final String FORMAT = "rpdr-batch";
  static final int VERSION = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final Path folder;

  BatchFolder(Path folder) {
    this.folder = folder;
  }

  Path requests() {
    return folder.resolve("requests.jsonl");
  }

  Path input() {
    return folder.resolve("input.jsonl");
  }

  Path output() {
    return folder.resolve("output.jsonl");
  }

  Path errors() {
    return folder.resolve("errors.jsonl");
  }

  boolean hasJob() {
    return Files.exists(job());
  }

  /** Reads the job. */
  BatchJob read() {
    if (!hasJob()) {
      throw new NonRetriableException("there is no batch in " + folder + ": job.json is missing");
    }
    try {
      JsonNode node = JSON.readTree(read(job()));
      if (!FORMAT.equals(node.path("format").asText()) || node.path("version").asInt() != VERSION) {
        throw new DataFormatException(
            job()
                + ": format must be "
                + FORMAT
                + " and version "
                + VERSION
                + ", not "
                + node.path("format")
                + " and "
                + node.path("version"));
      }
      return JSON.treeToValue(node, BatchJob.class);
    } catch (JsonProcessingException e) {
      throw new DataFormatException(job() + ": " + e.getOriginalMessage(), e);
    }
  }

  void write(BatchJob job) {
    try {
      write(job(), JSON.writeValueAsString(job));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job is always JSON", e);
    }
  }

  String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new NonRetriableException("cannot read " + file, e);
    }
  }

  void write(Path file, String text) {
    Path beside = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.createDirectories(folder);
      Files.writeString(beside, text, StandardCharsets.UTF_8);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new NonRetriableException("cannot write " + file, e);
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  private Path job() {
    return folder.resolve("job.json");
  }
}
