package dev.rpdr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.testkit.TeacherLlmContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The own teacher against a gateway on this machine; it fulfils the contract of every teacher. */
class InHouseLlmTeacherTest implements TeacherLlmContract {
  private static final CandidateList REQUEST =
      CandidateList.of(
          Mention.of("heart attack"),
          List.of(Entity.of("1", "Angina"), Entity.of("2", "Myocardial infarction")));

  private HttpServer gateway;
  private volatile int status = 200;
  private volatile String answer = "{\"text\": \"B, A\"}";
  private volatile String asked = "";

  @BeforeEach
  void start() throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/rank",
        exchange -> {
          asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    gateway.start();
  }

  @AfterEach
  void stop() {
    gateway.stop(0);
  }

  @Override
  public TeacherLlm teacher() {
    URI uri = URI.create("http://127.0.0.1:" + gateway.getAddress().getPort() + "/rank");
    return new InHouseLlmTeacher(uri, "in-house-7b", PromptTemplate.english());
  }

  @Test
  void the_models_order_becomes_the_ranking() {
    TeacherAnswer given = teacher().rank(REQUEST);

    assertThat(given.ranking().ids()).containsExactly("2", "1");
    assertThat(given.rawText()).isEqualTo("B, A");
    assertThat(asked).contains("heart attack").contains("Myocardial infarction");
  }

  @Test
  void an_overloaded_gateway_may_be_asked_again_and_a_refusal_not() {
    status = 503;
    assertThatThrownBy(() -> teacher().rank(REQUEST))
        .isInstanceOf(RetriableException.class)
        .hasMessageContaining("503");
    status = 403;
    assertThatThrownBy(() -> teacher().rank(REQUEST))
        .isInstanceOf(NonRetriableException.class)
        .hasMessageContaining("403");
  }
}
