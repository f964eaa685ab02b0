package dev.rpdr.nn.causal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.nn.checkpoint.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Numbers that Transformers and PEFT computed from the checkpoints of {@link Fixtures}. */
final class FixtureJson {
  private FixtureJson() {}

  static JsonNode read(String name) {
    try {
      return new ObjectMapper().readTree(Fixtures.of(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Tokens tokens(JsonNode ids) {
    int[] all = new int[ids.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = ids.get(i).asInt();
    }
    return Tokens.of(all);
  }

  static float[] floats(JsonNode numbers) {
    float[] all = new float[numbers.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) numbers.get(i).asDouble();
    }
    return all;
  }
}
