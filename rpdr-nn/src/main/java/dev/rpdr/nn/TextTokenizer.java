package dev.rpdr.nn;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.PairList;
import dev.rpdr.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Texts to tokens, as a Hugging Face {@code tokenizer.json} says, but for two things that never
 * come from the file: sequences are not padded (see {@link #pad}), and they are cut to {@link
 * #maxTokens()}, special tokens included; of a pair the longer text is cut first.
 *
 * <p>An empty text gives its special tokens alone. A surrogate without its partner, which is no
 * character, is read as U+FFFD. Thread-safe. Holds native memory: who opens it closes it.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final int MIN_MAX_TOKENS = 8;
  private static final int MAX_MAX_TOKENS = 8192;

  /** Texts given to the native library at once: its answers are bulkier than ours. */
  private static final int CHUNK = 1024;

  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerFacts facts;
  private final int maxTokens;
  private final Lifetime lifetime;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, TokenizerFacts facts, int maxTokens) {
    this.tokenizer = tokenizer;
    this.facts = facts;
    this.maxTokens = maxTokens;
    lifetime = new Lifetime("the tokenizer", OpenHandles.track(tokenizer::close));
  }

  /** Opens the tokenizer of a model. See {@link #open(byte[], int)}. */
  public static TextTokenizer open(ModelFiles files, int maxTokens) {
    try {
      return open(files.tokenizer(), maxTokens);
    } catch (ModelException e) {
      throw new ModelException(files.name() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Opens a tokenizer.
   *
   * @param json the content of a {@code tokenizer.json}
   * @param maxTokens the most tokens of a sequence, special ones included; 8 to 8192
   * @throws ModelException if the content is no such file, or the native library cannot be loaded
   */
  public static TextTokenizer open(byte[] json, int maxTokens) {
    Objects.requireNonNull(json, "json");
    checkMaxTokens(maxTokens);
    TokenizerFacts facts = TokenizerFacts.read(json);
    OfflineDjl.ensure();
    String most = Integer.toString(maxTokens);
    Map<String, String> options =
        Map.of(
            "padding", "do_not_pad",
            "truncation", "longest_first",
            "stride", "0",
            "maxLength", most,
            "modelMaxLength", most);
    try {
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options);
      return new TextTokenizer(tokenizer, facts, maxTokens);
    } catch (LinkageError e) {
      throw new ModelException(
          "the native library of ai.djl.huggingface:tokenizers cannot be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch"),
          e);
    } catch (IOException | RuntimeException e) {
      throw new ModelException("the tokenizer cannot be opened: " + e.getMessage(), e);
    }
  }

  static void checkMaxTokens(int maxTokens) {
    if (maxTokens < MIN_MAX_TOKENS || maxTokens > MAX_MAX_TOKENS) {
      throw new IllegalArgumentException(
          "maxTokens must be " + MIN_MAX_TOKENS + " to " + MAX_MAX_TOKENS + ", not " + maxTokens);
    }
  }

  /** The most tokens of a sequence. */
  public int maxTokens() {
    return maxTokens;
  }

  /** The id of the padding token. */
  public long padId() {
    return facts.padId();
  }

  /** The highest id of the vocabulary, or -1 where the file does not tell. */
  long highestId() {
    return facts.highestId();
  }

  /** The tokens of one text. */
  public TokenSequence encode(String text) {
    return encodeAll(List.of(text)).get(0);
  }

  /** The tokens of a pair of texts. */
  public TokenSequence encode(String first, String second) {
    return encodePairs(List.of(new TextPair(first, second))).get(0);
  }

  /** The tokens of many texts, in the same order. */
  public List<TokenSequence> encodeAll(List<String> texts) {
    return inChunks(texts, chunk -> tokenizer.batchEncode(wellFormed(chunk), true, false));
  }

  /** The tokens of many pairs, in the same order. */
  public List<TokenSequence> encodePairs(List<TextPair> pairs) {
    return inChunks(
        pairs,
        chunk -> {
          PairList<String, String> both = new PairList<>(chunk.size());
          chunk.forEach(pair -> both.add(wellFormed(pair.first()), wellFormed(pair.second())));
          return tokenizer.batchEncode(both, true, false);
        });
  }

  /** A batch of sequences, each padded on the right to the longest. */
  public TokenBatch pad(List<TokenSequence> sequences) {
    return TokenBatch.pad(sequences, padId());
  }

  @Override
  public void close() {
    lifetime.close();
  }

  private <T> List<TokenSequence> inChunks(List<T> items, Function<List<T>, Encoding[]> encoder) {
    List<TokenSequence> sequences = new ArrayList<>(items.size());
    return lifetime.during(
        () -> {
          for (int from = 0; from < items.size(); from += CHUNK) {
            List<T> chunk = items.subList(from, Math.min(from + CHUNK, items.size()));
            chunk.forEach(item -> Objects.requireNonNull(item, "a text to encode"));
            for (Encoding encoding : encoder.apply(chunk)) {
              sequences.add(TokenSequence.of(encoding.getIds(), encoding.getTypeIds()));
            }
          }
          return sequences;
        });
  }

  private static String[] wellFormed(List<String> texts) {
    return texts.stream().map(TextTokenizer::wellFormed).toArray(String[]::new);
  }

  /** A text as UTF-8 can hold it; nearly always the text itself. */
  private static String wellFormed(String text) {
    boolean broken =
        text.codePoints()
            .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    if (!broken) {
      return text;
    }
    StringBuilder repaired = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(repaired::appendCodePoint);
    return repaired.toString();
  }
}
