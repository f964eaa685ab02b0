package dev.rpdr.cli;

import dev.rpdr.teacher.ApiKeys;
import dev.rpdr.teacher.OpenAiTeachers;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.prompt.PromptTemplate;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which language model is asked, and where it is. */
final class ModelOptions {
  static final String PROVIDERS = "openai, deepseek, ollama, vllm, llamacpp, compatible";

  @Option(
      names = "--model",
      required = true,
      paramLabel = "PROVIDER:NAME",
      description = {
        "the language model, such as openai:gpt-4o-2024-08-06; there is no default",
        "providers: " + PROVIDERS + " (any other server of OpenAI's protocol, with --base-url)"
      })
  private String model = "";

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description =
          "where the server is, without /chat/completions (default: OPENAI_BASE_URL for openai and compatible, else the provider's own)")
  private @Nullable String baseUrl;

  @Option(
      names = "--key-variable",
      paramLabel = "NAME",
      description =
          "environment variable that holds the key (default: OPENAI_API_KEY, DEEPSEEK_API_KEY; none for local servers)")
  private @Nullable String keyVariable;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description =
          "0 to 2, or none to send no temperature, for models that refuse one (default: ${DEFAULT-VALUE})")
  private String temperature = "0";

  @Option(
      names = "--max-output-tokens",
      paramLabel = "N",
      description = "the most tokens an answer may have (default: no limit is sent)")
  private @Nullable Integer maxOutputTokens;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "how long one request may take (default: ${DEFAULT-VALUE})")
  private double timeout = 60;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "4",
      description = "requests under way at once (default: ${DEFAULT-VALUE})")
  private int concurrency = 4;

  /** The name of the model without its provider. */
  String modelName() {
    int colon = model.indexOf(':');
    if (colon < 1 || colon == model.length() - 1) {
      throw new IllegalArgumentException(
          "--model must be PROVIDER:NAME, such as openai:gpt-4o-2024-08-06, not '"
              + model
              + "'; providers are "
              + PROVIDERS);
    }
    return model.substring(colon + 1);
  }

  /** Whether the model runs on machines of one's own, so that its tokens cost nothing. */
  boolean isLocal() {
    return switch (provider()) {
      case "ollama", "vllm", "llamacpp" -> true;
      default -> false;
    };
  }

  Duration timeout() {
    if (!(timeout > 0)) {
      throw new IllegalArgumentException("--timeout must be > 0, not " + timeout);
    }
    return Duration.ofMillis(Math.max(1, Math.round(timeout * 1000)));
  }

  /**
   * A teacher over the model, as far as these options say.
   *
   * @param prompt its template
   * @param guard what stands between it and the model
   */
  OpenAiTeachers.Builder teacher(PromptTemplate prompt, CallGuard guard) {
    OpenAiTeachers.Builder builder =
        builder(prompt).timeout(timeout()).concurrency(concurrency).guard(guard);
    if (maxOutputTokens != null) {
      builder.maxOutputTokens(maxOutputTokens);
    }
    return temperature.equals("none")
        ? builder.withoutTemperature()
        : builder.temperature(temperature());
  }

  private String provider() {
    return model.substring(0, Math.max(0, model.indexOf(':')));
  }

  private OpenAiTeachers.Builder builder(PromptTemplate prompt) {
    String name = modelName();
    String address = address();
    OpenAiTeachers.Builder builder =
        switch (provider()) {
          case "openai" -> OpenAiTeachers.openAi(name, key("OPENAI_API_KEY"), prompt);
          case "deepseek" -> OpenAiTeachers.deepSeek(name, key("DEEPSEEK_API_KEY"), prompt);
          case "ollama" -> local(OpenAiTeachers.ollama(name, prompt), null);
          case "vllm" -> local(OpenAiTeachers.vllm(name, prompt), null);
          case "llamacpp" -> local(OpenAiTeachers.llamaCpp(name, prompt), null);
          case "compatible" ->
              local(
                  OpenAiTeachers.compatible(required(address), name, prompt),
                  System.getenv("OPENAI_API_KEY") == null ? null : "OPENAI_API_KEY");
          default ->
              throw new IllegalArgumentException(
                  "the provider '" + provider() + "' is unknown; known are " + PROVIDERS);
        };
    return address == null ? builder : builder.baseUrl(address);
  }

  private OpenAiTeachers.Builder local(OpenAiTeachers.Builder builder, @Nullable String usual) {
    String variable = keyVariable == null ? usual : keyVariable;
    return variable == null ? builder : builder.key(ApiKeys.fromEnvironment(variable));
  }

  private Supplier<String> key(String usual) {
    return ApiKeys.fromEnvironment(keyVariable == null ? usual : keyVariable);
  }

  private @Nullable String address() {
    if (baseUrl != null) {
      return baseUrl;
    }
    String given = System.getenv("OPENAI_BASE_URL");
    boolean applies = provider().equals("openai") || provider().equals("compatible");
    return applies && given != null && !given.isBlank() ? given.strip() : null;
  }

  private static String required(@Nullable String address) {
    if (address == null) {
      throw new IllegalArgumentException(
          "a compatible server needs its address: --base-url or OPENAI_BASE_URL");
    }
    return address;
  }

  private double temperature() {
    try {
      return Double.parseDouble(temperature);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--temperature must be a number from 0 to 2 or none, not '" + temperature + "'", e);
    }
  }
}
