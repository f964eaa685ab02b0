package dev.rpdr.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.util.List;

/**
 * What must be read from a {@code tokenizer.json} itself, since the native library does not tell.
 *
 * @param padId the padding token's id
 * @param highestId the highest id of the model's vocabulary, or -1 where the file does not tell
 */
record TokenizerFacts(long padId, long highestId) {
  private static final List<String> PAD_TOKENS = List.of("[PAD]", "<pad>", "<|padding|>");

  /** Reads the file's content, or says what is wrong with it. */
  static TokenizerFacts read(byte[] json) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new ModelException("the tokenizer is not JSON: " + e.getMessage(), e);
    }
    if (!root.path("model").isObject()) {
      throw new ModelException(
          "the tokenizer has no field 'model': a tokenizer.json of Hugging Face's fast tokenizers is"
              + " needed, not a vocabulary or tokenizer_config.json");
    }
    return new TokenizerFacts(padId(root), highestId(root.path("model").path("vocab")));
  }

  private static long padId(JsonNode root) {
    for (JsonNode token : root.path("added_tokens")) {
      if (PAD_TOKENS.contains(token.path("content").asText())) {
        return token.path("id").asLong();
      }
    }
    return root.path("padding").path("pad_id").asLong(0);
  }

  private static long highestId(JsonNode vocabulary) {
    if (vocabulary.isArray()) {
      return vocabulary.size() - 1L;
    }
    long highest = -1;
    for (JsonNode id : vocabulary) {
      highest = Math.max(highest, id.asLong(-1));
    }
    return highest;
  }
}
