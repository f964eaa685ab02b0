package dev.rpdr.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

/**
 * Reference vectors, one JSON object a line: {@code model}, {@code text}, its token {@code ids},
 * and the first five numbers of its vector for each pooling, plain and {@code _normalised}. They
 * come from Python's {@code tokenizers} and ONNX Runtime, each text run alone, on the graphs of the
 * Maven artifacts.
 */
final class Vectors {
  private Vectors() {}

  /** One line. */
  record Reference(JsonNode json) {
    String text() {
      return json.path("text").asText();
    }

    long[] ids() {
      return StreamSupport.stream(json.path("ids").spliterator(), false)
          .mapToLong(JsonNode::asLong)
          .toArray();
    }

    float[] head(Pooling pooling, boolean normalised) {
      JsonNode numbers = json.path(pooling + (normalised ? "_normalised" : ""));
      float[] head = new float[numbers.size()];
      for (int i = 0; i < head.length; i++) {
        head[i] = (float) numbers.path(i).asDouble();
      }
      return head;
    }
  }

  /** The references of one model. */
  static List<Reference> of(String model) {
    ObjectMapper mapper = new ObjectMapper();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Vectors.class.getResourceAsStream("vectors.jsonl")),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> new Reference(parse(mapper, line)))
          .filter(reference -> reference.json().path("model").asText().equals(model))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static float cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return (float) (dot / Math.sqrt(aa * bb));
  }

  private static JsonNode parse(ObjectMapper mapper, String line) {
    try {
      return mapper.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
