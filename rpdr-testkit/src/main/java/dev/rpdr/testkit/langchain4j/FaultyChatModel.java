package dev.rpdr.testkit.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;

/**
 * A LangChain4j chat model with faults: some of its answers are spoilt, and some requests fail as
 * LangChain4j's own models do, with its exceptions. What a {@code Retry-After} header says stands
 * in the message of the rate limit's cause; the header itself is shown only by {@link
 * dev.rpdr.testkit.openai.FakeOpenAiServer}. A timeout is thrown at once; only {@link
 * Fault#SLOW_DRIP} takes time. Thread-safe if the model behind it is.
 */
public final class FaultyChatModel implements ChatModel {
  private final ChatModel model;
  private final Faults faults;

  private FaultyChatModel(ChatModel model, Faults faults) {
    this.model = model;
    this.faults = faults;
  }

  /**
   * A chat model with faults.
   *
   * @param model who answers where nothing goes wrong
   * @param faults what goes wrong; it counts the requests of this model
   */
  public static FaultyChatModel of(ChatModel model, Faults faults) {
    return new FaultyChatModel(
        Objects.requireNonNull(model, "model"), Objects.requireNonNull(faults, "faults"));
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    Fault fault = faults.next().orElse(null);
    if (fault == null) {
      return model.chat(request);
    }
    return switch (fault) {
      case RATE_LIMIT ->
          throw new RateLimitException(
              "rate limit reached",
              new HttpException(429, "retry after " + faults.retryAfter().toSeconds() + " s"));
      case SERVER_ERROR ->
          throw new InternalServerException("server error", new HttpException(500, "server error"));
      case TIMEOUT -> throw new TimeoutException("no answer came");
      case MALFORMED_BODY ->
          throw new UncheckedIOException(new EOFException("the body breaks off"));
      case CONNECTION_RESET ->
          throw new UncheckedIOException(new IOException("connection reset by peer"));
      case SLOW_DRIP -> {
        pause();
        yield model.chat(request);
      }
      default -> spoilt(fault, model.chat(request));
    };
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return model.defaultRequestParameters();
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return model.supportedCapabilities();
  }

  @Override
  public ModelProvider provider() {
    return model.provider();
  }

  /** What went wrong so far. */
  public Faults faults() {
    return faults;
  }

  @Override
  public String toString() {
    return "FaultyChatModel[" + model + ", " + faults + "]";
  }

  private void pause() {
    try {
      Thread.sleep(faults.drip().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted while waiting for a slow answer", e);
    }
  }

  private static ChatResponse spoilt(Fault fault, ChatResponse response) {
    String text = Objects.requireNonNullElse(response.aiMessage().text(), "");
    AiMessage message = response.aiMessage().toBuilder().text(fault.spoil(text)).build();
    return response.toBuilder().aiMessage(message).build();
  }
}
