package dev.rpdr.teacher.cost;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.ModelType;
import java.util.Optional;

/** The tokenizers of OpenAI's models, loaded when they are first needed. */
final class Tokenizers {
  private static final EncodingRegistry REGISTRY = Encodings.newLazyEncodingRegistry();

  private Tokenizers() {}

  static Optional<TokenCounter> find(String model) {
    return encoding(model).map(Tokenizers::counter);
  }

  private static Optional<Encoding> encoding(String model) {
    if (model.startsWith("gpt-4.1") || model.startsWith("gpt-5") || model.matches("o[1-9].*")) {
      return Optional.of(REGISTRY.getEncoding(EncodingType.O200K_BASE));
    }
    Optional<ModelType> exact = ModelType.fromName(model);
    return exact.isPresent()
        ? exact.map(REGISTRY::getEncodingForModel)
        : REGISTRY.getEncodingForModel(model);
  }

  private static TokenCounter counter(Encoding encoding) {
    return new TokenCounter() {
      @Override
      public int count(String text) {
        return encoding.countTokensOrdinary(text);
      }

      @Override
      public String name() {
        return encoding.getName();
      }
    };
  }
}
