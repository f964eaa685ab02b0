package dev.rpdr.nn.causal;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.ModelException;
import dev.rpdr.nn.OfflineDjl;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Texts to tokens and back, as a {@code tokenizer.json} says. Nothing is cut, padded or added: what
 * begins and ends a text is a template's affair. Special tokens in a text are read as such; see
 * {@link #plain} for texts that come from outside. Thread-safe. Who opens it closes it.
 */
public final class CausalTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final Map<String, Integer> special;

  private CausalTokenizer(HuggingFaceTokenizer tokenizer, Map<String, Integer> special) {
    this.tokenizer = tokenizer;
    this.special = special;
  }

  /**
   * Opens a tokenizer.
   *
   * @param json the content of a {@code tokenizer.json}
   * @throws ModelException if it is no such file, or the native library cannot be loaded
   */
  public static CausalTokenizer open(byte[] json) {
    Objects.requireNonNull(json, "json");
    OfflineDjl.ensure();
    Map<String, String> options =
        Map.of(
            "padding", "do_not_pad", "truncation", "do_not_truncate", "addSpecialTokens", "false");
    try {
      Map<String, Integer> special = new LinkedHashMap<>();
      for (JsonNode token : new ObjectMapper().readTree(json).path("added_tokens")) {
        if (token.path("special").asBoolean()) {
          special.put(token.path("content").asText(), token.path("id").asInt());
        }
      }
      return new CausalTokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options), special);
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new ModelException("the tokenizer cannot be opened: " + e.getMessage(), e);
    }
  }

  /** The tokens of a text. */
  public Tokens encode(String text) {
    return Tokens.of(tokenizer.encode(text, false, false).getIds());
  }

  /** The text of tokens, special ones left out. */
  public String decode(Tokens tokens) {
    long[] ids = new long[tokens.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokens.get(i);
    }
    return tokenizer.decode(ids, true);
  }

  /** The id of a special token, if there is one of that text. */
  public OptionalInt special(String token) {
    Integer id = special.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * A text in which no special token is left: a space is put behind the first character of each, so
   * that a mention cannot end its own message.
   */
  public String plain(String text) {
    String plain = text;
    for (String token : special.keySet()) {
      if (token.length() > 1 && plain.contains(token)) {
        plain = plain.replace(token, token.charAt(0) + " " + token.substring(1));
      }
    }
    return plain;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
