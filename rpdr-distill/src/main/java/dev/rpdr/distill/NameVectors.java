package dev.rpdr.distill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Vectors of names, the most recently used kept. Thread-safe; names are encoded outside the lock,
 * so two threads may encode the same name once each.
 */
final class NameVectors {
  private final Function<List<String>, float[][]> encoder;
  private final Map<String, float[]> kept;

  NameVectors(Function<List<String>, float[][]> encoder, int capacity) {
    this.encoder = encoder;
    this.kept =
        new LinkedHashMap<>(16, .75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > capacity;
          }
        };
  }

  /** The vector of each name; shared, not to be changed. */
  Map<String, float[]> of(Set<String> names) {
    Map<String, float[]> vectors = new HashMap<>(names.size() * 2);
    List<String> missing = new ArrayList<>();
    synchronized (kept) {
      for (String name : names) {
        float[] vector = kept.get(name);
        if (vector == null) {
          missing.add(name);
        } else {
          vectors.put(name, vector);
        }
      }
    }
    if (!missing.isEmpty()) {
      float[][] encoded = encoder.apply(missing);
      synchronized (kept) {
        for (int i = 0; i < encoded.length; i++) {
          vectors.put(missing.get(i), encoded[i]);
          kept.put(missing.get(i), encoded[i]);
        }
      }
    }
    return vectors;
  }

  /** How many vectors are kept now. */
  int size() {
    synchronized (kept) {
      return kept.size();
    }
  }
}
