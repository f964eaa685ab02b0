package dev.rpdr.retriever;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * How a text is cut into the terms that a {@link TfIdfRetriever} compares. The three ways are those
 * of scikit-learn's {@code TfidfVectorizer}, built on Lucene's analysis. Texts are lower-cased
 * first unless {@link #caseSensitive()} is asked for.
 *
 * <p>In one point they differ: a text too short for its analysis ("m/s" for words of two letters,
 * "T4" for n-grams of three) keeps a term here, while scikit-learn leaves it without any, never to
 * be found.
 *
 * <p>Immutable and thread-safe.
 */
public final class TextAnalysis {
  /** scikit-learn's {@code token_pattern}: words of at least two letters, digits or underscores. */
  private static final Pattern WORDS =
      Pattern.compile("\\b\\w\\w+\\b", Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern SHORT_WORDS =
      Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  /** Signs alone, such as "++": whatever is not blank. */
  private static final Pattern UNBROKEN = Pattern.compile("\\S+", Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern WRITTEN =
      Pattern.compile(
          "word(?:\\(case-sensitive\\))?"
              + "|(?<grams>char|char_wb)\\((?<min>\\d{1,2}),(?<max>\\d{1,2})(?:,case-sensitive)?\\)");

  private static final int LONGEST_GRAM = 32;

  private final Kind kind;
  private final int min;
  private final int max;
  private final boolean lowerCase;

  /** Tried one after the other until one finds a term. */
  private final List<Analyzer> analyzers;

  private TextAnalysis(Kind kind, int min, int max, boolean lowerCase) {
    this.kind = kind;
    this.min = min;
    this.max = max;
    this.lowerCase = lowerCase;
    analyzers =
        switch (kind) {
          case WORD ->
              List.of(
                  Analyzers.pattern(WORDS, lowerCase),
                  Analyzers.pattern(SHORT_WORDS, lowerCase),
                  Analyzers.pattern(UNBROKEN, lowerCase));
          case CHAR_WB -> List.of(Analyzers.charWordBoundary(min, max, lowerCase));
          case CHAR -> List.of(Analyzers.chars(min, max, lowerCase));
        };
  }

  /**
   * Words of at least two letters, digits or underscores ({@code analyzer="word"}). A text without
   * any gives its shorter words ("m/s": m, s), and one without these its unbroken pieces ("++").
   */
  public static TextAnalysis word() {
    return new TextAnalysis(Kind.WORD, 1, 1, true);
  }

  /**
   * Character n-grams within words, each word with a blank on either side ({@code
   * analyzer="char_wb"}). A padded word shorter than an n-gram is one term.
   *
   * @param min the shortest n-gram in code points, 1 ≤ min ≤ max
   * @param max the longest, ≤ 32
   */
  public static TextAnalysis charWordBoundary(int min, int max) {
    checkGrams(min, max);
    return new TextAnalysis(Kind.CHAR_WB, min, max, true);
  }

  /**
   * Character n-grams over the whole text, across words, runs of blanks counting as one ({@code
   * analyzer="char"}). Chinese names do well with 1 to 2. A text shorter than {@code min} is one
   * term.
   *
   * @param min the shortest n-gram in code points, 1 ≤ min ≤ max
   * @param max the longest, ≤ 32
   */
  public static TextAnalysis chars(int min, int max) {
    checkGrams(min, max);
    return new TextAnalysis(Kind.CHAR, min, max, true);
  }

  /**
   * The analysis that is written like this, see {@link #toString}.
   *
   * @throws IllegalArgumentException if none is
   */
  public static TextAnalysis parse(String text) {
    Matcher matcher = WRITTEN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no analysis; one is written like word, char_wb(3,5) or char(1,2)");
    }
    TextAnalysis analysis = word();
    if (matcher.group("grams") != null) {
      int min = Integer.parseInt(matcher.group("min"));
      int max = Integer.parseInt(matcher.group("max"));
      analysis =
          matcher.group("grams").equals("char") ? chars(min, max) : charWordBoundary(min, max);
    }
    return text.contains("case-sensitive") ? analysis.caseSensitive() : analysis;
  }

  /** This analysis without lower-casing: "AS" and "as" are then different terms. */
  public TextAnalysis caseSensitive() {
    return new TextAnalysis(kind, min, max, false);
  }

  /**
   * The terms of a text, in its order, repeats included.
   *
   * @return at least one term unless the text is blank
   */
  public List<String> terms(String text) {
    Objects.requireNonNull(text, "text");
    List<String> terms = new ArrayList<>();
    for (Analyzer analyzer : analyzers) {
      collect(analyzer, text, terms);
      if (!terms.isEmpty()) {
        break;
      }
    }
    return terms;
  }

  private static void collect(Analyzer analyzer, String text, List<String> terms) {
    try (TokenStream stream = analyzer.tokenStream("", text)) {
      CharTermAttribute term = stream.getAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        terms.add(term.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot fail to be read", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TextAnalysis that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** Such as {@code word}, {@code char_wb(3,5)} or {@code char(1,2,case-sensitive)}. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    String grams = kind == Kind.WORD ? "" : min + "," + max;
    String options =
        lowerCase ? grams : grams.isEmpty() ? "case-sensitive" : grams + ",case-sensitive";
    return options.isEmpty() ? name : name + "(" + options + ")";
  }

  private static void checkGrams(int min, int max) {
    if (min < 1 || min > max || max > LONGEST_GRAM) {
      throw new IllegalArgumentException(
          "n-grams need 1 <= min <= max <= " + LONGEST_GRAM + ", not " + min + " to " + max);
    }
  }

  private enum Kind {
    WORD,
    CHAR_WB,
    CHAR
  }
}
