package dev.rpdr.teacher;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.time.Duration;
import java.util.List;

/**
 * An HTTP client whose failures do not tell the key, even where a server or proxy echoes it in an
 * error page. It sits below LangChain4j's retries, so that what these log is clean as well.
 */
final class KeyGuard implements HttpClient {
  private static final String BEARER = "Bearer ";
  private static final String HIDDEN = "***";

  private final HttpClient client;

  private KeyGuard(HttpClient client) {
    this.client = client;
  }

  static HttpClientBuilder builder(HttpClientBuilder inner) {
    return new Guarded(inner);
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    try {
      return client.execute(request);
    } catch (RuntimeException e) {
      throw hide(e, key(request));
    }
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    throw new UnsupportedOperationException("a teacher does not stream");
  }

  private static String key(HttpRequest request) {
    return request.headers().entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("Authorization"))
        .map(header -> header.getValue())
        .flatMap(List::stream)
        .filter(value -> value.startsWith(BEARER))
        .map(value -> value.substring(BEARER.length()))
        .findFirst()
        .orElse("");
  }

  private static RuntimeException hide(RuntimeException failure, String key) {
    if (key.isEmpty() || !tells(failure, key)) {
      return failure;
    }
    String message = String.valueOf(failure.getMessage()).replace(key, HIDDEN);
    RuntimeException hidden =
        failure instanceof HttpException http
            ? new HttpException(http.statusCode(), message)
            : new LangChain4jException(failure.getClass().getSimpleName() + ": " + message);
    hidden.setStackTrace(failure.getStackTrace());
    return hidden;
  }

  private static boolean tells(Throwable failure, String key) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains(key)) {
        return true;
      }
    }
    return false;
  }

  private record Guarded(HttpClientBuilder inner) implements HttpClientBuilder {
    @Override
    public Duration connectTimeout() {
      return inner.connectTimeout();
    }

    @Override
    public HttpClientBuilder connectTimeout(Duration timeout) {
      inner.connectTimeout(timeout);
      return this;
    }

    @Override
    public Duration readTimeout() {
      return inner.readTimeout();
    }

    @Override
    public HttpClientBuilder readTimeout(Duration timeout) {
      inner.readTimeout(timeout);
      return this;
    }

    @Override
    public HttpClient build() {
      return new KeyGuard(inner.build());
    }
  }
}
