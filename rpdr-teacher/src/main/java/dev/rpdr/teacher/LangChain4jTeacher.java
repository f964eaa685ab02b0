package dev.rpdr.teacher;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.teacher.prompt.Prompt;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.teacher.prompt.RankingParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A teacher over any LangChain4j {@link ChatModel}: renders the prompt, asks, and reads the ranking
 * in the answer. One request a mention. Thread-safe if the chat model is.
 *
 * <p>The answer keeps the raw text, the model (or snapshot) that the response names, and the tokens
 * it says were spent, why the model stopped and how long the answer took. A refusal by the
 * provider's content filter is an answer as well: the ranking falls back, so that one mention does
 * not end a run.
 *
 * <p>A request of no candidates is not sent; its ranking falls back.
 *
 * <p>Whether a failed request is tried again is the chat model's affair (see {@link OpenAiTeachers}
 * for ours); this class tries once.
 */
public final class LangChain4jTeacher implements ConcurrentTeacher {
  private final ChatModel model;
  private final PromptTemplate template;
  private final RankingParser parser;
  private final String identity;
  private final String title;
  private final int top;
  private final @Nullable Double temperature;
  private final int concurrency;
  private final OutcomeCounter outcomes = new OutcomeCounter();

  private LangChain4jTeacher(Builder builder) {
    model = builder.model;
    template = builder.template;
    parser = new RankingParser(template.labels());
    top = builder.top;
    temperature = builder.temperature;
    concurrency = builder.concurrency;
    title = builder.modelName;
    identity = builder.identity();
  }

  /**
   * A teacher over a chat model.
   *
   * @param model what is asked; thread-safe if concurrency is to be more than 1
   * @param modelName the name of the model behind it, part of the identity; there is no default
   * @param template the prompt
   */
  public static Builder builder(ChatModel model, String modelName, PromptTemplate template) {
    return new Builder(model, modelName, template);
  }

  /**
   * {@inheritDoc}
   *
   * @throws dev.rpdr.RetriableException on a rate limit, a timeout, a server error, a server that
   *     cannot be reached, a broken connection or a malformed response
   * @throws dev.rpdr.NonRetriableException if the key is refused, the model is unknown, the request
   *     is invalid, or the thread was interrupted
   */
  @Override
  public TeacherAnswer rank(CandidateList request) {
    if (request.size() == 0) {
      return counted(TeacherAnswer.of(Ranking.fellBack(request, "no candidates to rank")));
    }
    int wanted = Math.min(top, request.size());
    ChatRequest chat = chatRequest(template.render(request, wanted));
    try {
      long start = System.nanoTime();
      ChatResponse response = model.chat(chat);
      Duration latency = Duration.ofNanos(System.nanoTime() - start);
      return counted(read(response, latency, request, wanted));
    } catch (ContentFilteredException e) {
      return counted(TeacherAnswer.of(Ranking.fellBack(request, "refused by the content filter")));
    } catch (RuntimeException e) {
      throw ChatFailures.of(title, request.mention().text(), e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Here: the model's name, the template's hash, how many candidates are asked for, the
   * temperature and the further settings of the builder. The address of the server is no part of
   * it.
   */
  @Override
  public String identity() {
    return identity;
  }

  @Override
  public int concurrency() {
    return concurrency;
  }

  /** How the answers of this teacher came about so far. */
  public OutcomeCounter outcomes() {
    return outcomes;
  }

  @Override
  public String toString() {
    return identity;
  }

  private ChatRequest chatRequest(Prompt prompt) {
    List<ChatMessage> messages = new ArrayList<>(2);
    if (!prompt.system().isEmpty()) {
      messages.add(SystemMessage.from(prompt.system()));
    }
    messages.add(UserMessage.from(prompt.user()));
    ChatRequest.Builder request = ChatRequest.builder().messages(messages);
    return temperature == null ? request.build() : request.temperature(temperature).build();
  }

  private TeacherAnswer read(
      ChatResponse response, Duration latency, CandidateList request, int wanted) {
    String text = response.aiMessage().text();
    FinishReason finish = response.finishReason();
    return new TeacherAnswer(
        parser.parse(text, request, wanted, finish == FinishReason.LENGTH),
        text,
        response.modelName(),
        usage(response.tokenUsage()),
        finish == null ? null : finish.name().toLowerCase(Locale.ROOT),
        latency);
  }

  private static TeacherAnswer.@Nullable Usage usage(@Nullable TokenUsage usage) {
    if (usage == null || usage.inputTokenCount() == null || usage.outputTokenCount() == null) {
      return null;
    }
    return new TeacherAnswer.Usage(
        Math.max(0, usage.inputTokenCount()), Math.max(0, usage.outputTokenCount()));
  }

  private TeacherAnswer counted(TeacherAnswer answer) {
    outcomes.count(answer.ranking());
    return answer;
  }

  /** Collects the settings. Not thread-safe. */
  public static final class Builder {
    private final ChatModel model;
    private final String modelName;
    private final PromptTemplate template;
    private final Map<String, String> settings = new TreeMap<>();
    private int top = Integer.MAX_VALUE;
    private @Nullable Double temperature = 0.0;
    private int concurrency = 1;

    private Builder(ChatModel model, String modelName, PromptTemplate template) {
      this.model = Objects.requireNonNull(model, "model");
      this.modelName = Settings.word("modelName", modelName);
      this.template = Objects.requireNonNull(template, "template");
    }

    /**
     * How many candidates are asked for, ≥ 1; all by default. A smaller request is ranked whole.
     */
    @CanIgnoreReturnValue
    public Builder top(int newTop) {
      top = Settings.atLeastOne("top", newTop);
      return this;
    }

    /** The temperature that each request asks for, from 0 to 2; 0 by default, as in the paper. */
    @CanIgnoreReturnValue
    public Builder temperature(double newTemperature) {
      temperature = Settings.temperature(newTemperature);
      return this;
    }

    /** Sends no temperature, for models that refuse one. */
    @CanIgnoreReturnValue
    public Builder withoutTemperature() {
      temperature = null;
      return this;
    }

    /** How many requests are under way at once in {@code rankAll}, ≥ 1; 1 by default. */
    @CanIgnoreReturnValue
    public Builder concurrency(int newConcurrency) {
      concurrency = Settings.atLeastOne("concurrency", newConcurrency);
      return this;
    }

    /**
     * States a further setting of the chat model that may change its answers, such as its seed or
     * provider, so that it becomes part of the identity. Never a secret: identities are written to
     * journals.
     */
    @CanIgnoreReturnValue
    public Builder setting(String key, String value) {
      settings.put(Settings.word("key", key), Settings.word(key, value));
      return this;
    }

    /** Builds the teacher. */
    public LangChain4jTeacher build() {
      return new LangChain4jTeacher(this);
    }

    private String identity() {
      StringBuilder text = new StringBuilder("model=").append(modelName);
      text.append(" template=").append(template.sha256());
      text.append(" top=").append(top == Integer.MAX_VALUE ? "all" : Integer.toString(top));
      text.append(" temperature=").append(temperature == null ? "unset" : temperature.toString());
      settings.forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
      return text.toString();
    }
  }
}
