package dev.rpdr.retriever;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rpdr.DataFormatException;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.NonRetriableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cosine of two texts' TF-IDF vectors, terms weighed by how rare they are among the names of a
 * knowledge base: what a {@link TfIdfRetriever} over it gives a mention and a name, for any two
 * texts and without an index. It can be kept in a file, which does not grow with the names but with
 * their different terms. Immutable and thread-safe.
 */
public final class LexicalSimilarity {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private final TextAnalysis analysis;
  private final int texts;
  private final Map<String, Integer> textsWith;

  private LexicalSimilarity(TextAnalysis analysis, int texts, Map<String, Integer> textsWith) {
    this.analysis = analysis;
    this.texts = texts;
    this.textsWith = textsWith;
  }

  /** Counts the terms of all names of a knowledge base. */
  public static LexicalSimilarity of(KnowledgeBase knowledgeBase, TextAnalysis analysis) {
    Objects.requireNonNull(analysis, "analysis");
    Map<String, Integer> textsWith = new HashMap<>();
    for (int name = 0; name < knowledgeBase.nameCount(); name++) {
      for (String term : new HashSet<>(analysis.terms(knowledgeBase.name(name)))) {
        textsWith.merge(term, 1, Integer::sum);
      }
    }
    return new LexicalSimilarity(analysis, knowledgeBase.nameCount(), textsWith);
  }

  /** How texts are cut into terms. */
  public TextAnalysis analysis() {
    return analysis;
  }

  /**
   * The cosine, 0 to 1. Terms that no name of the knowledge base has do not count; a text without
   * any other has a cosine of 0 with everything.
   */
  public double cosine(String one, String other) {
    Map<String, Double> left = weights(one);
    Map<String, Double> right = weights(other);
    double product = 0;
    for (Map.Entry<String, Double> term : left.entrySet()) {
      product += term.getValue() * right.getOrDefault(term.getKey(), 0.0);
    }
    double norms = norm(left) * norm(right);
    return norms == 0 ? 0 : Math.min(1, product / norms);
  }

  private Map<String, Double> weights(String text) {
    Map<String, Double> weights = new HashMap<>();
    for (String term : analysis.terms(text)) {
      Integer with = textsWith.get(term);
      if (with != null) {
        weights.merge(term, InvertedIndex.idf(texts, with), Double::sum);
      }
    }
    return weights;
  }

  private static double norm(Map<String, Double> weights) {
    return Math.sqrt(weights.values().stream().mapToDouble(weight -> weight * weight).sum());
  }

  /**
   * As it is kept in a file.
   *
   * @param analysis see {@link TextAnalysis#toString}
   * @param texts how many names were counted
   * @param textsWith how many of them have each term
   */
  private record Kept(String analysis, int texts, SortedMap<String, Integer> textsWith) {}

  /** Writes the counts as JSON, the same bytes for the same counts. */
  public void write(Path file) {
    try {
      Files.write(
          file,
          JSON.writeValueAsBytes(new Kept(analysis.toString(), texts, new TreeMap<>(textsWith))));
    } catch (IOException e) {
      throw new NonRetriableException("cannot write " + file, e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws DataFormatException naming the file if it holds something else
   */
  public static LexicalSimilarity read(Path file) {
    try {
      Kept kept = JSON.readValue(Files.readAllBytes(file), Kept.class);
      for (Map.Entry<String, Integer> term : kept.textsWith().entrySet()) {
        if (term.getValue() < 1 || term.getValue() > kept.texts()) {
          throw new DataFormatException(
              file
                  + ": the term '"
                  + term.getKey()
                  + "' must be in 1 to "
                  + kept.texts()
                  + " texts, not "
                  + term.getValue());
        }
      }
      return new LexicalSimilarity(
          TextAnalysis.parse(kept.analysis()), kept.texts(), Map.copyOf(kept.textsWith()));
    } catch (JsonProcessingException e) {
      throw new DataFormatException(file + ": " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + file, e);
    }
  }
}
