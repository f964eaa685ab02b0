package dev.rpdr.teacher;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Lets LangChain4j send by an {@link OpenAiEndpoint}, which reads the headers that LangChain4j's
 * own client drops, {@code Retry-After} among them, and keeps the key to itself.
 */
final class EndpointHttpClient implements HttpClient {
  private final OpenAiEndpoint endpoint;

  private EndpointHttpClient(OpenAiEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  static HttpClientBuilder builder(OpenAiEndpoint endpoint) {
    return new Builder(new EndpointHttpClient(endpoint));
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    String path = request.url().substring(endpoint.baseUrl().length());
    HttpResponse<String> response = endpoint.post(path, request.body());
    return SuccessfulHttpResponse.builder()
        .statusCode(response.statusCode())
        .headers(response.headers().map())
        .body(response.body())
        .build();
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    throw new UnsupportedOperationException("a teacher does not stream");
  }

  /** Timeouts are the endpoint's own. */
  private record Builder(EndpointHttpClient client) implements HttpClientBuilder {
    @Override
    public Duration connectTimeout() {
      return client.endpoint.timeout();
    }

    @Override
    public HttpClientBuilder connectTimeout(Duration timeout) {
      return this;
    }

    @Override
    public Duration readTimeout() {
      return client.endpoint.timeout();
    }

    @Override
    public HttpClientBuilder readTimeout(Duration timeout) {
      return this;
    }

    @Override
    public HttpClient build() {
      return client;
    }
  }
}
