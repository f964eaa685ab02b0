package dev.rpdr.teacher;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.RetryRule;
import dev.rpdr.teacher.prompt.PromptTemplate;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Teachers behind OpenAI's chat protocol: OpenAI's own models, DeepSeek's, and those that Ollama,
 * vLLM, llama.cpp or any other compatible server serves.
 *
 * <p>The key comes from a supplier at each request, goes into the {@code Authorization} header and
 * nowhere else: no log, journal, exception or {@code toString} holds it, not even where a server
 * echoes it in an error.
 */
public final class OpenAiTeachers {
  private OpenAiTeachers() {}

  /**
   * A teacher at OpenAI.
   *
   * @param modelName such as {@code gpt-4o-2024-08-06}; there is no default, and a dated name gives
   *     answers that can be compared
   * @param key asked at each request; see {@link ApiKeys#fromEnvironment}
   * @param template the prompt
   */
  public static Builder openAi(String modelName, Supplier<String> key, PromptTemplate template) {
    return new Builder(Backend.OPENAI, modelName, template).key(key);
  }

  /**
   * A teacher at DeepSeek.
   *
   * @param modelName such as {@code deepseek-chat}; there is no default
   * @param key asked at each request; see {@link ApiKeys#fromEnvironment}
   * @param template the prompt
   */
  public static Builder deepSeek(String modelName, Supplier<String> key, PromptTemplate template) {
    return new Builder(Backend.DEEPSEEK, modelName, template).key(key);
  }

  /**
   * A teacher that Ollama serves, on this machine unless {@link Builder#baseUrl} says otherwise.
   *
   * @param modelName as Ollama lists it, with its tag; there is no default
   * @param template the prompt
   */
  public static Builder ollama(String modelName, PromptTemplate template) {
    return new Builder(Backend.OLLAMA, modelName, template);
  }

  /**
   * A teacher that vLLM serves, on this machine unless {@link Builder#baseUrl} says otherwise.
   *
   * @param modelName as vLLM serves it; there is no default
   * @param template the prompt
   */
  public static Builder vllm(String modelName, PromptTemplate template) {
    return new Builder(Backend.VLLM, modelName, template);
  }

  /**
   * A teacher that a llama.cpp server serves, on this machine unless {@link Builder#baseUrl} says
   * otherwise.
   *
   * @param modelName what the server has loaded, for the identity: the server answers whatever the
   *     name
   * @param template the prompt
   */
  public static Builder llamaCpp(String modelName, PromptTemplate template) {
    return new Builder(Backend.LLAMA_CPP, modelName, template);
  }

  /**
   * A teacher at any other server that speaks the protocol.
   *
   * @param baseUrl where, without {@code /chat/completions}
   * @param modelName as the server knows it; there is no default
   * @param template the prompt
   */
  public static Builder compatible(String baseUrl, String modelName, PromptTemplate template) {
    return new Builder(Backend.COMPATIBLE, modelName, template).baseUrl(baseUrl);
  }

  /** Collects the settings; each is checked at once. Not thread-safe. */
  public static final class Builder {
    private final Backend backend;
    private final String modelName;
    private final PromptTemplate template;
    private @Nullable Supplier<String> key;
    private @Nullable String baseUrl;
    private Duration timeout = Duration.ofSeconds(60);
    private int top = Integer.MAX_VALUE;
    private @Nullable Double temperature = 0.0;
    private @Nullable Integer maxOutputTokens;
    private @Nullable AnswerFormat answers;
    private int concurrency = 1;
    private @Nullable Integer maxRetries;
    private @Nullable CallGuard guard;

    private Builder(Backend backend, String modelName, PromptTemplate template) {
      this.backend = backend;
      this.modelName = Settings.word("modelName", modelName);
      this.template = Objects.requireNonNull(template, "template");
    }

    /** The key, for servers of one's own that want one. */
    @CanIgnoreReturnValue
    public Builder key(Supplier<String> newKey) {
      key = Objects.requireNonNull(newKey, "key");
      return this;
    }

    /**
     * Where the server is, without {@code /chat/completions}: {@code http} or {@code https}, no
     * user and no password. By default the provider's own address.
     */
    @CanIgnoreReturnValue
    public Builder baseUrl(String newBaseUrl) {
      baseUrl = Settings.url("baseUrl", newBaseUrl);
      return this;
    }

    /** How long one try may take, to connect or to answer, &gt; 0; 60 seconds by default. */
    @CanIgnoreReturnValue
    public Builder timeout(Duration newTimeout) {
      if (newTimeout.isNegative() || newTimeout.isZero()) {
        throw new IllegalArgumentException("timeout must be > 0, not " + newTimeout);
      }
      timeout = newTimeout;
      return this;
    }

    /**
     * How often a request is tried again after a rate limit, a timeout, a server error or a broken
     * connection, ≥ 0; by default and otherwise as {@link RetryRule#DEFAULT}. With 0 each call is
     * one request exactly. Whoever gives a {@link #guard} states its retries there.
     */
    @CanIgnoreReturnValue
    public Builder maxRetries(int newMaxRetries) {
      if (newMaxRetries < 0) {
        throw new IllegalArgumentException("maxRetries must be >= 0, not " + newMaxRetries);
      }
      maxRetries = newMaxRetries;
      return this;
    }

    /**
     * What stands between the teacher and the server: limits, retries, budget, cancellation. By
     * default one with the usual retries and circuit, and no limits.
     */
    @CanIgnoreReturnValue
    public Builder guard(CallGuard newGuard) {
      guard = Objects.requireNonNull(newGuard, "newGuard");
      return this;
    }

    /**
     * How many candidates are asked for, ≥ 1; all by default. A smaller request is ranked whole.
     */
    @CanIgnoreReturnValue
    public Builder top(int newTop) {
      top = Settings.atLeastOne("top", newTop);
      return this;
    }

    /** The temperature, from 0 to 2; 0 by default, as in the paper. */
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

    /** The most tokens that an answer may have, ≥ 1; no limit is sent by default. */
    @CanIgnoreReturnValue
    public Builder maxOutputTokens(int newMaxOutputTokens) {
      maxOutputTokens = Settings.atLeastOne("maxOutputTokens", newMaxOutputTokens);
      return this;
    }

    /**
     * In which form answers are asked for. By default by JSON schema where that is known to be
     * supported (OpenAI's models since gpt-4o-2024-08-06 at OpenAI's own address, Ollama, vLLM,
     * llama.cpp), as text otherwise.
     *
     * @throws IllegalArgumentException if the backend is known not to support it
     */
    @CanIgnoreReturnValue
    public Builder answers(AnswerFormat newAnswers) {
      backend.requireSupport(newAnswers);
      answers = newAnswers;
      return this;
    }

    /** How many requests are under way at once, ≥ 1; 1 by default. */
    @CanIgnoreReturnValue
    public Builder concurrency(int newConcurrency) {
      concurrency = Settings.atLeastOne("concurrency", newConcurrency);
      return this;
    }

    /**
     * Builds the teacher. The key is asked for once to see that there is one; nothing is sent.
     *
     * @throws dev.rpdr.NonRetriableException if there is no key or it cannot be one
     * @throws IllegalArgumentException if the guard has a budget and the model no price
     * @throws IllegalStateException if there are both a guard and a number of retries
     */
    public LangChain4jTeacher build() {
      OpenAiEndpoint endpoint = endpoint();
      endpoint.requireKey();
      LangChain4jTeacher.Builder teacher =
          LangChain4jTeacher.builder(chatModel(endpoint), modelName, template)
              .setting("provider", backend.key())
              .answers(answerFormat())
              .guard(guardOrUsual())
              .concurrency(concurrency)
              .top(top);
      if (maxOutputTokens != null) {
        teacher.maxOutputTokens(maxOutputTokens);
      }
      return (temperature == null ? teacher.withoutTemperature() : teacher.temperature(temperature))
          .build();
    }

    /** The server that the teacher asks; nothing is sent. */
    public OpenAiEndpoint endpoint() {
      String address =
          Objects.requireNonNull(
              baseUrl == null ? backend.address() : baseUrl, "compatible servers have an address");
      return new OpenAiEndpoint(address, key, timeout);
    }

    private CallGuard guardOrUsual() {
      if (guard == null) {
        RetryRule usual = RetryRule.DEFAULT;
        return CallGuard.builder()
            .retries(maxRetries == null ? usual : usual.withRetries(maxRetries))
            .build();
      }
      if (maxRetries != null) {
        throw new IllegalStateException(
            "maxRetries(" + maxRetries + ") and guard exclude each other: the guard has its own");
      }
      return guard;
    }

    private AnswerFormat answerFormat() {
      return answers == null ? backend.usual(modelName, baseUrl == null) : answers;
    }

    private ChatModel chatModel(OpenAiEndpoint endpoint) {
      return endpoint.chatModel(
          modelName,
          answerFormat() == AnswerFormat.JSON_SCHEMA
              ? Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA)
              : Set.of());
    }
  }
}
