package dev.rpdr.testkit.openai;

import dev.rpdr.testkit.Fault;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that a {@link FakeOpenAiServer} has dealt with.
 *
 * @param call the request
 * @param fault what it met, or null
 * @param answer what the model wrote, spoilt or not; null where there was no answer
 * @param inputTokens tokens of the prompt; 0 where there was no answer
 * @param outputTokens tokens of the answer
 */
public record ServedCall(
    ChatCall call,
    @Nullable Fault fault,
    @Nullable String answer,
    int inputTokens,
    int outputTokens) {
  public ServedCall {
    Objects.requireNonNull(call, "call");
  }
}
