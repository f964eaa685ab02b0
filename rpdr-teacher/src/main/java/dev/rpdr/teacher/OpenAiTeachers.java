package dev.rpdr.teacher;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.rpdr.teacher.prompt.PromptTemplate;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Teachers behind the OpenAI chat protocol: OpenAI's own (GPT), DeepSeek, and any compatible server
 * by {@link Builder#baseUrl}.
 *
 * <p>The key comes from a supplier at each request, goes into the {@code Authorization} header and
 * nowhere else: no log, journal, exception or {@code toString} holds it, not even where a server
 * echoes it in an error.
 */
public final class OpenAiTeachers {
  private static final String OPENAI_URL = "https://api.openai.com/v1";
  private static final String DEEPSEEK_URL = "https://api.deepseek.com/v1";

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
    return new Builder("openai", OPENAI_URL, modelName, key, template);
  }

  /**
   * A teacher at DeepSeek.
   *
   * @param modelName such as {@code deepseek-chat}; there is no default
   * @param key asked at each request; see {@link ApiKeys#fromEnvironment}
   * @param template the prompt
   */
  public static Builder deepSeek(String modelName, Supplier<String> key, PromptTemplate template) {
    return new Builder("deepseek", DEEPSEEK_URL, modelName, key, template);
  }

  /** Collects the settings; each is checked at once. Not thread-safe. */
  public static final class Builder {
    private final String provider;
    private final String modelName;
    private final Supplier<String> key;
    private final PromptTemplate template;
    private String baseUrl;
    private Duration timeout = Duration.ofSeconds(60);
    private int maxRetries = 2;
    private int top = Integer.MAX_VALUE;
    private @Nullable Double temperature = 0.0;
    private int concurrency = 1;

    private Builder(
        String provider,
        String baseUrl,
        String modelName,
        Supplier<String> key,
        PromptTemplate template) {
      this.provider = provider;
      this.baseUrl = baseUrl;
      this.modelName = Settings.word("modelName", modelName);
      this.key = Objects.requireNonNull(key, "key");
      this.template = Objects.requireNonNull(template, "template");
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
     * connection, ≥ 0; 2 by default. LangChain4j does it: it waits about a second, then half as
     * long again each time, with jitter, and logs each failure as a warning. With 0 each call is
     * one request exactly.
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
     */
    public LangChain4jTeacher build() {
      ApiKeys.get(key);
      LangChain4jTeacher.Builder teacher =
          LangChain4jTeacher.builder(chatModel(), modelName, template)
              .setting("provider", provider)
              .concurrency(concurrency)
              .top(top);
      return (temperature == null ? teacher.withoutTemperature() : teacher.temperature(temperature))
          .build();
    }

    private OpenAiChatModel chatModel() {
      HttpClient.Builder http = HttpClient.newBuilder();
      if (baseUrl.startsWith("http:")) {
        http.version(HttpClient.Version.HTTP_1_1); // plain servers often mishandle an upgrade to 2
      }
      return OpenAiChatModel.builder()
          .httpClientBuilder(KeyGuard.builder(JdkHttpClient.builder().httpClientBuilder(http)))
          .baseUrl(baseUrl)
          .modelName(modelName)
          .customHeaders(this::authorization)
          .timeout(timeout)
          .maxRetries(maxRetries)
          .logRequests(false)
          .logResponses(false)
          .build();
    }

    private Map<String, String> authorization() {
      try {
        return Map.of("Authorization", "Bearer " + ApiKeys.get(key));
      } catch (dev.rpdr.RpdrException e) {
        // LangChain4j would try again after an exception that is not of its own kind
        throw new dev.langchain4j.exception.NonRetriableException(e.getMessage(), e);
      }
    }
  }
}
