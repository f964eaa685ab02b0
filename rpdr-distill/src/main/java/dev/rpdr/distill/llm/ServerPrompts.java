package dev.rpdr.distill.llm;

import dev.rpdr.nn.causal.Tokens;
import org.jspecify.annotations.Nullable;

/** What a server makes of messages before its model reads them, as far as it tells. */
@FunctionalInterface
public interface ServerPrompts {
  /**
   * A prompt.
   *
   * @param text in the server's chat template, or null where it is not told
   * @param tokens that the model reads, or null where they are not told
   */
  record Told(@Nullable String text, @Nullable Tokens tokens) {
    /** For servers that tell nothing, such as Ollama. */
    public static final Told NOTHING = new Told(null, null);
  }

  /**
   * What the server makes of two messages, the place where the answer begins included.
   *
   * @throws dev.rpdr.RpdrException if it cannot be asked
   */
  Told prompt(String system, String user);
}
