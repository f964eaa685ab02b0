package dev.rpdr.retriever;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.lucene.util.ArrayUtil;

/**
 * TF-IDF weights of many texts by term, as scikit-learn's {@code TfidfVectorizer} computes them by
 * default: weight = count · (ln((1 + n) / (1 + texts with the term)) + 1), each text's weights
 * divided by their Euclidean norm. Immutable and thread-safe.
 */
final class InvertedIndex {
  private final TextAnalysis analysis;
  private final Map<String, Integer> termNumbers;

  /** From each term to the start of its postings; one entry more than terms. */
  private final int[] starts;

  private final int[] texts;
  private final float[] weights;
  private final double[] idf;

  private InvertedIndex(
      TextAnalysis analysis,
      Map<String, Integer> termNumbers,
      int[] starts,
      int[] texts,
      float[] weights,
      double[] idf) {
    this.analysis = analysis;
    this.termNumbers = termNumbers;
    this.starts = starts;
    this.texts = texts;
    this.weights = weights;
    this.idf = idf;
  }

  /** Indexes the texts 0 to count - 1. */
  static InvertedIndex of(int count, IntFunction<String> textAt, TextAnalysis analysis) {
    Counts counts = new Counts(count);
    for (int text = 0; text < count; text++) {
      counts.add(analysis.terms(textAt.apply(text)));
    }
    return counts.index(analysis);
  }

  /**
   * Adds the cosine of a query with each text to {@code scores}, one place a text. A query without
   * a known term adds nothing.
   */
  void addCosines(String query, double[] scores) {
    Map<Integer, Integer> counts = new LinkedHashMap<>();
    for (String term : analysis.terms(query)) {
      Integer number = termNumbers.get(term);
      if (number != null) {
        counts.merge(number, 1, Integer::sum);
      }
    }
    double squares = 0;
    for (Map.Entry<Integer, Integer> term : counts.entrySet()) {
      double weight = term.getValue() * idf[term.getKey()];
      squares += weight * weight;
    }
    double norm = Math.sqrt(squares);
    for (Map.Entry<Integer, Integer> entry : counts.entrySet()) {
      int term = entry.getKey();
      double weight = entry.getValue() * idf[term] / norm;
      for (int p = starts[term]; p < starts[term + 1]; p++) {
        scores[texts[p]] += weight * weights[p];
      }
    }
  }

  /** How much a term weighs that is in {@code with} of {@code texts} texts. */
  static double idf(int texts, int with) {
    return Math.log((1.0 + texts) / (1.0 + with)) + 1;
  }

  /** How many different terms the texts have. */
  int termCount() {
    return idf.length;
  }

  /** Term counts by text, before they are turned into postings by term. */
  private static final class Counts {
    private final Map<String, Integer> termNumbers = new HashMap<>();

    /** From each text to the start of its terms in {@link #terms}. */
    private final int[] starts;

    private int[] terms = new int[1024];
    private int[] counts = new int[1024];
    private int[] textsWith = new int[1024];
    private int size;
    private int added;

    Counts(int texts) {
      starts = new int[texts + 1];
    }

    void add(List<String> textTerms) {
      Map<Integer, Integer> inText = new LinkedHashMap<>();
      for (String term : textTerms) {
        Integer number = termNumbers.get(term);
        if (number == null) {
          number = termNumbers.size();
          termNumbers.put(term, number);
        }
        inText.merge(number, 1, Integer::sum);
      }
      terms = ArrayUtil.grow(terms, size + inText.size());
      counts = ArrayUtil.grow(counts, size + inText.size());
      textsWith = ArrayUtil.grow(textsWith, termNumbers.size());
      for (Map.Entry<Integer, Integer> entry : inText.entrySet()) {
        terms[size] = entry.getKey();
        counts[size] = entry.getValue();
        textsWith[entry.getKey()]++;
        size++;
      }
      starts[++added] = size;
    }

    InvertedIndex index(TextAnalysis analysis) {
      double[] idf = new double[termNumbers.size()];
      int[] postingStarts = new int[idf.length + 1];
      for (int term = 0; term < idf.length; term++) {
        idf[term] = idf(added, textsWith[term]);
        postingStarts[term + 1] = postingStarts[term] + textsWith[term];
      }
      int[] next = Arrays.copyOf(postingStarts, idf.length);
      int[] texts = new int[size];
      float[] weights = new float[size];
      for (int text = 0; text < added; text++) {
        double norm = norm(text, idf);
        for (int i = starts[text]; i < starts[text + 1]; i++) {
          int posting = next[terms[i]]++;
          texts[posting] = text;
          weights[posting] = (float) (counts[i] * idf[terms[i]] / norm);
        }
      }
      return new InvertedIndex(
          analysis, new HashMap<>(termNumbers), postingStarts, texts, weights, idf);
    }

    private double norm(int text, double[] idf) {
      double squares = 0;
      for (int i = starts[text]; i < starts[text + 1]; i++) {
        double weight = counts[i] * idf[terms[i]];
        squares += weight * weight;
      }
      return Math.sqrt(squares);
    }
  }
}
