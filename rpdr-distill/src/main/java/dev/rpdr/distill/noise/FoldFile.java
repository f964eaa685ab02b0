package dev.rpdr.distill.noise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.NonRetriableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the student of one fold said, kept as JSON: {@code inputs}, a hash of all that it depends
 * on, and {@code scores}, for each example held out, in order, one number for each candidate of its
 * request. Written beside and moved into place, so that it is there as a whole or not at all.
 */
final class FoldFile {
  private static final Logger log = LoggerFactory.getLogger(FoldFile.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String inputs;

  FoldFile(Path file, String inputs) {
    this.file = file;
    this.inputs = inputs;
  }

  /**
   * The scores that were kept for the same inputs.
   *
   * @param sizes how many there must be for each example
   */
  Optional<List<double[]>> read(List<Integer> sizes) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode root = JSON.readTree(file.toFile());
      if (!root.path("inputs").asText().equals(inputs)) {
        log.info("{} belongs to other rankings or another trainer and is replaced", file);
        return Optional.empty();
      }
      List<double[]> scores = new ArrayList<>();
      for (JsonNode list : root.path("scores")) {
        double[] numbers = new double[list.size()];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = list.get(i).asDouble(Double.NaN);
        }
        scores.add(numbers);
      }
      if (scores.stream().map(list -> list.length).toList().equals(sizes)) {
        return Optional.of(scores);
      }
      log.warn("{} does not hold a score for each candidate and is replaced", file);
    } catch (IOException e) {
      log.warn("{} cannot be used and is replaced: {}", file, e.getMessage());
    }
    return Optional.empty();
  }

  void write(List<double[]> scores) {
    ObjectNode root = JSON.createObjectNode().put("inputs", inputs);
    ArrayNode lists = root.putArray("scores");
    for (double[] list : scores) {
      ArrayNode numbers = lists.addArray();
      for (double score : list) {
        numbers.add(score);
      }
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.write(part, JSON.writeValueAsBytes(root));
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new NonRetriableException("cannot keep what a fold's student said in " + file, e);
    }
  }
}
