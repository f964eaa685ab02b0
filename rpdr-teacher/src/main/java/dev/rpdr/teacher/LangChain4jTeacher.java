package dev.rpdr.teacher;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.call.Call;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.TeacherEvent;
import dev.rpdr.teacher.prompt.Prompt;
import dev.rpdr.teacher.prompt.PromptTemplate;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A teacher over any LangChain4j {@link ChatModel}: renders the prompt, asks, and reads the ranking
 * in the answer. One request a mention. Thread-safe if the chat model is.
 *
 * <p>The answer keeps the raw text, the model (or snapshot) that the response names, the tokens it
 * says were spent, why the model stopped and how long the answer took. A refusal by the provider's
 * content filter is an answer as well: the ranking falls back, so that one mention does not end a
 * run.
 *
 * <p>A request of no candidates is not sent; its ranking falls back.
 *
 * <p>Limits, retries, budget and cancellation are the affair of its {@link CallGuard}. Without one
 * it tries once, because many chat models try again on their own.
 */
public final class LangChain4jTeacher implements ConcurrentTeacher {
  private final ChatSettings settings;
  private final ChatCaller caller;
  private final CallGuard guard;
  private final String identity;
  private final int concurrency;
  private final OutcomeCounter outcomes = new OutcomeCounter();

  private LangChain4jTeacher(Builder builder) {
    settings = builder.settings();
    guard = builder.guard == null ? CallGuard.once() : builder.guard;
    guard.requirePrice(settings.modelName());
    caller = new ChatCaller(builder.model, settings, guard);
    concurrency = builder.concurrency;
    identity = settings.identity();
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
   *     is invalid, the thread was interrupted, or the guard stopped the run
   */
  @Override
  public TeacherAnswer rank(CandidateList request) {
    if (request.size() == 0) {
      return counted(TeacherAnswer.of(Ranking.fellBack(request, "no candidates to rank")));
    }
    Prompt prompt = settings.prompt(request);
    Usage estimate =
        guard.needsEstimates() ? settings.expectedUsage(prompt, request) : new Usage(0, 0);
    Call call = new Call(request.mention().text(), settings.modelName(), 1, estimate);
    Reply reply = caller.ask(call, prompt, settings.format(request));
    return counted(settings.read(request, reply));
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

  /** What decides its answers. */
  public ChatSettings settings() {
    return settings;
  }

  /** What stands between it and the model. */
  public CallGuard guard() {
    return guard;
  }

  ChatCaller caller() {
    return caller;
  }

  @Override
  public String toString() {
    return identity;
  }

  private TeacherAnswer counted(TeacherAnswer answer) {
    outcomes.count(answer.ranking());
    guard.tell(new TeacherEvent.Ranked(settings.modelName(), answer.ranking().outcome()));
    return answer;
  }

  /** Collects the settings. Not thread-safe. */
  public static final class Builder {
    private final ChatModel model;
    private final String modelName;
    private final PromptTemplate template;
    private final SortedMap<String, String> settings = new TreeMap<>();
    private int top = Integer.MAX_VALUE;
    private @Nullable Double temperature = 0.0;
    private int concurrency = 1;
    private @Nullable Integer maxOutputTokens;
    private @Nullable AnswerFormat answers;
    private @Nullable CallGuard guard;

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

    /** The most tokens that an answer may have, ≥ 1; no limit is sent by default. */
    @CanIgnoreReturnValue
    public Builder maxOutputTokens(int newMaxOutputTokens) {
      maxOutputTokens = Settings.atLeastOne("maxOutputTokens", newMaxOutputTokens);
      return this;
    }

    /**
     * In which form answers are asked for; by default by JSON schema where the chat model states
     * that it can, as text otherwise.
     */
    @CanIgnoreReturnValue
    public Builder answers(AnswerFormat newAnswers) {
      answers = Objects.requireNonNull(newAnswers, "newAnswers");
      return this;
    }

    /**
     * What stands between the teacher and the model; by default nothing is tried again. A chat
     * model that tries again on its own should be told not to, or requests are counted wrongly.
     */
    @CanIgnoreReturnValue
    public Builder guard(CallGuard newGuard) {
      guard = Objects.requireNonNull(newGuard, "newGuard");
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

    /**
     * Builds the teacher.
     *
     * @throws IllegalArgumentException if the model cannot answer in the form asked for, or if the
     *     guard has a budget and the model no price
     */
    public LangChain4jTeacher build() {
      return new LangChain4jTeacher(this);
    }

    private ChatSettings settings() {
      boolean schema =
          model.supportedCapabilities().contains(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
      if (answers == AnswerFormat.JSON_SCHEMA && !schema) {
        throw new IllegalArgumentException(
            "answers JSON_SCHEMA is not among the capabilities that the chat model of '"
                + modelName
                + "' states; supported is TEXT");
      }
      AnswerFormat usual = schema ? AnswerFormat.JSON_SCHEMA : AnswerFormat.TEXT;
      return new ChatSettings(
          modelName,
          template,
          top,
          temperature,
          maxOutputTokens,
          answers == null ? usual : answers,
          settings);
    }
  }
}
