package dev.rpdr.cli;

import dev.rpdr.teacher.ApiKeys;
import dev.rpdr.teacher.OpenAiTeachers;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.prompt.PromptTemplate;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which language model is asked, and where it is. */
final class ModelOptions {
  static final String PROVIDERS = "openai, deepseek, ollama, vllm, llamacpp, compatible";

  private static final Set<String> NEEDING_KEYS = Set.of("openai", "deepseek");

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
   * @param dryRun whether it is never asked, and so needs no key
   */
  OpenAiTeachers.Builder teacher(PromptTemplate prompt, CallGuard guard, boolean dryRun) {
    Supplier<String> key = dryRun ? () -> "dry-run" : ApiKeys.fromEnvironment(keyVariable());
    OpenAiTeachers.Builder builder =
        builder(prompt, key).timeout(timeout()).concurrency(concurrency).guard(guard);
    if (maxOutputTokens != null) {
      builder.maxOutputTokens(maxOutputTokens);
    }
    return temperature.equals("none")
        ? builder.withoutTemperature()
        : builder.temperature(temperature());
  }

  /** What is said at the end of a dry run. */
  String nothingAsked() {
    boolean needed = keyVariable != null || NEEDING_KEYS.contains(provider());
    return needed && !isSet(keyVariable())
        ? "Nothing was asked (--dry-run). A run needs a key in " + keyVariable() + ", not set now."
        : "Nothing was asked (--dry-run).";
  }

  private String provider() {
    return model.substring(0, Math.max(0, model.indexOf(':')));
  }

  private OpenAiTeachers.Builder builder(PromptTemplate prompt, Supplier<String> key) {
    String name = modelName();
    String address = address();
    OpenAiTeachers.Builder builder =
        switch (provider()) {
          case "openai" -> OpenAiTeachers.openAi(name, key, prompt);
          case "deepseek" -> OpenAiTeachers.deepSeek(name, key, prompt);
          case "ollama" -> local(OpenAiTeachers.ollama(name, prompt), key);
          case "vllm" -> local(OpenAiTeachers.vllm(name, prompt), key);
          case "llamacpp" -> local(OpenAiTeachers.llamaCpp(name, prompt), key);
          case "compatible" ->
              local(OpenAiTeachers.compatible(required(address), name, prompt), key);
          default ->
              throw new IllegalArgumentException(
                  "the provider '" + provider() + "' is unknown; known are " + PROVIDERS);
        };
    return address == null ? builder : builder.baseUrl(address);
  }

  /** A server of one's own is sent a key only where there is one for it. */
  private OpenAiTeachers.Builder local(OpenAiTeachers.Builder builder, Supplier<String> key) {
    boolean usual = provider().equals("compatible") && isSet(keyVariable());
    return keyVariable != null || usual ? builder.key(key) : builder;
  }

  /** The environment variable that holds the key. */
  private String keyVariable() {
    if (keyVariable != null) {
      return keyVariable;
    }
    return provider().equals("deepseek") ? "DEEPSEEK_API_KEY" : "OPENAI_API_KEY";
  }

  private static boolean isSet(String variable) {
    String value = System.getenv(variable);
    return value != null && !value.isBlank();
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
