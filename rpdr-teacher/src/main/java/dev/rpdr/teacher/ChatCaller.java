package dev.rpdr.teacher;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.call.Call;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.prompt.Prompt;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks a chat model by its settings, through a guard. Thread-safe if the model is. */
final class ChatCaller {
  private final ChatModel model;
  private final ChatSettings settings;
  private final CallGuard guard;

  ChatCaller(ChatModel model, ChatSettings settings, CallGuard guard) {
    this.model = model;
    this.settings = settings;
    this.guard = guard;
  }

  /**
   * Asks, again where that is allowed.
   *
   * @param format the form that the answer is held to, or null for text
   */
  Reply ask(Call call, Prompt prompt, @Nullable ResponseFormat format) {
    return ask(model, settings.modelName(), guard, call, chatRequest(prompt, format));
  }

  /** Asks a model anything, again where that is allowed. */
  static Reply ask(
      ChatModel model, String modelName, CallGuard guard, Call call, ChatRequest request) {
    return guard.call(call, () -> once(model, modelName, call, request), Reply::spend);
  }

  private static Reply once(ChatModel model, String modelName, Call call, ChatRequest request) {
    long start = System.nanoTime();
    try {
      ChatResponse response = model.chat(request);
      return reply(response, Duration.ofNanos(System.nanoTime() - start));
    } catch (ContentFilteredException e) {
      return new Reply(null, null, null, Reply.FILTERED, null);
    } catch (RuntimeException e) {
      throw ChatFailures.of(modelName, call.subject(), e);
    }
  }

  private static Reply reply(ChatResponse response, Duration latency) {
    String finish =
        response.finishReason() == null
            ? null
            : response.finishReason().name().toLowerCase(Locale.ROOT);
    return new Reply(
        response.aiMessage().text(),
        response.modelName(),
        usage(response.tokenUsage()),
        finish,
        latency);
  }

  private static @Nullable Usage usage(@Nullable TokenUsage usage) {
    if (usage == null || usage.inputTokenCount() == null || usage.outputTokenCount() == null) {
      return null;
    }
    return new Usage(Math.max(0, usage.inputTokenCount()), Math.max(0, usage.outputTokenCount()));
  }

  /** A conversation up to where the answer begins; without a system message where it is empty. */
  static List<ChatMessage> messages(String system, String user) {
    UserMessage asked = UserMessage.from(user);
    return system.isEmpty() ? List.of(asked) : List.of(SystemMessage.from(system), asked);
  }

  private ChatRequest chatRequest(Prompt prompt, @Nullable ResponseFormat format) {
    ChatRequest.Builder request =
        ChatRequest.builder().messages(messages(prompt.system(), prompt.user()));
    if (settings.temperature() != null) {
      request.temperature(settings.temperature());
    }
    if (settings.maxOutputTokens() != null) {
      request.maxOutputTokens(settings.maxOutputTokens());
    }
    if (format != null) {
      request.responseFormat(format);
    }
    return request.build();
  }
}
