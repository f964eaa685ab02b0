package dev.rpdr.teacher;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.rpdr.NonRetriableException;
import dev.rpdr.RetriableException;
import dev.rpdr.RpdrException;
import dev.rpdr.teacher.call.LostReplyException;
import dev.rpdr.teacher.call.RefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks OpenAI's protocol: where it is, by which key, and how long one request may
 * take. It sorts what goes wrong by whether asking again may help. Thread-safe.
 *
 * <p>The key is asked for at each request, goes into the {@code Authorization} header and nowhere
 * else: no log, exception or {@code toString} holds it, not even where a server echoes it.
 */
public final class OpenAiEndpoint {
  private static final int LONGEST_DETAIL = 500;
  private static final String HIDDEN = "***";

  private final String baseUrl;
  private final @Nullable Supplier<String> key;
  private final Duration timeout;
  private final HttpClient http;

  OpenAiEndpoint(String baseUrl, @Nullable Supplier<String> key, Duration timeout) {
    this.baseUrl = baseUrl;
    this.key = key;
    this.timeout = timeout;
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(timeout);
    if (baseUrl.startsWith("http:")) {
      builder.version(HttpClient.Version.HTTP_1_1); // plain servers often mishandle upgrades to 2
    }
    http = builder.build();
  }

  /**
   * A server.
   *
   * @param baseUrl {@code http} or {@code https}, no user and no password
   * @param key asked at each request, or null where the server wants none
   * @param timeout how long one request may take, &gt; 0
   */
  public static OpenAiEndpoint at(
      String baseUrl, @Nullable Supplier<String> key, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be > 0, not " + timeout);
    }
    return new OpenAiEndpoint(Settings.url("baseUrl", baseUrl), key, timeout);
  }

  /**
   * A chat model of this server, which tries each request once.
   *
   * @param modelName as the server knows it
   */
  public ChatModel chatModel(String modelName) {
    return chatModel(Settings.word("modelName", modelName), Set.of());
  }

  ChatModel chatModel(String modelName, Set<Capability> capabilities) {
    return OpenAiChatModel.builder()
        .httpClientBuilder(EndpointHttpClient.builder(this))
        .baseUrl(baseUrl)
        .modelName(modelName)
        .timeout(timeout)
        .maxRetries(0)
        .strictJsonSchema(true)
        .supportedCapabilities(capabilities)
        .logRequests(false)
        .logResponses(false)
        .build();
  }

  /** The address, without a slash at its end. */
  public String baseUrl() {
    return baseUrl;
  }

  /** How long one request may take. */
  public Duration timeout() {
    return timeout;
  }

  /**
   * Reads.
   *
   * @param path below the address, beginning with a slash
   * @throws RetriableException if asking again may help: a {@link RefusedException} by status, a
   *     {@link LostReplyException} where there is no reply, else a server that cannot be reached
   * @throws NonRetriableException if it will not
   */
  public String get(String path) {
    return send(path, null, request -> request.GET()).body();
  }

  /** Posts JSON; otherwise as {@link #get}. */
  public String postJson(String path, String json) {
    return post(path, "application/json", BodyPublishers.ofString(json, StandardCharsets.UTF_8));
  }

  /** Posts anything; otherwise as {@link #get}. */
  public String post(String path, String contentType, BodyPublisher body) {
    return send(path, contentType, request -> request.POST(body)).body();
  }

  HttpResponse<String> post(String path, String json) {
    return send(
        path,
        "application/json",
        request -> request.POST(BodyPublishers.ofString(json, StandardCharsets.UTF_8)));
  }

  @Override
  public String toString() {
    return baseUrl;
  }

  /** Fails early where there is no key or it cannot be one; sends nothing. */
  void requireKey() {
    if (key != null) {
      ApiKeys.get(key);
    }
  }

  private HttpResponse<String> send(String path, @Nullable String contentType, Method method) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(timeout);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    String secret = key == null ? "" : ApiKeys.get(key);
    if (!secret.isEmpty()) {
      request.header("Authorization", "Bearer " + secret);
    }
    HttpResponse<String> response;
    try {
      response =
          http.send(method.of(request).build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new RetriableException("cannot reach " + baseUrl + ": " + detail(e, secret), e);
    } catch (IOException e) {
      throw new LostReplyException("no reply from " + baseUrl + ": " + detail(e, secret), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NonRetriableException("interrupted while waiting for " + baseUrl, e);
    }
    if (response.statusCode() / 100 != 2) {
      throw refusal(response, secret);
    }
    return response;
  }

  private static RpdrException refusal(HttpResponse<String> response, String secret) {
    int status = response.statusCode();
    String detail = hide(response.body(), secret);
    if (detail.length() > LONGEST_DETAIL) {
      detail = detail.substring(0, LONGEST_DETAIL) + "…";
    }
    String message = "HTTP " + status + (detail.isBlank() ? "" : ", " + detail.strip());
    boolean spent = status == 429 && detail.contains("insufficient_quota");
    return !spent && ChatFailures.isRetriable(status)
        ? new RefusedException(
            message, null, status, RetryAfter.of(response.headers(), Instant.now()))
        : new NonRetriableException(message);
  }

  private static String detail(IOException e, String secret) {
    String kind = e.getClass().getSimpleName();
    return e.getMessage() == null ? kind : kind + ", " + hide(e.getMessage(), secret);
  }

  private static String hide(String text, String secret) {
    Objects.requireNonNull(text, "text");
    return secret.isEmpty() ? text : text.replace(secret, HIDDEN);
  }

  private interface Method {
    HttpRequest.Builder of(HttpRequest.Builder request);
  }
}
