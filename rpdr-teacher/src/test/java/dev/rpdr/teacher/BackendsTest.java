package dev.rpdr.teacher;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.LostReplyException;
import dev.rpdr.teacher.call.RefusedException;
import dev.rpdr.teacher.call.TeacherEvent;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.prompt.PromptTemplate;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the servers behind OpenAI's protocol differ, and what goes wrong on the way to them. */
class BackendsTest {
  private static final PromptTemplate ENGLISH = PromptTemplate.english();

  private OpenAiServer server;

  @BeforeEach
  void start() {
    server = new OpenAiServer();
    server.answers("{\"ranking\":[\"B\",\"A\",\"C\",\"D\",\"E\"]}");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  static Stream<OpenAiTeachers.Builder> local() {
    return Stream.of(
        OpenAiTeachers.ollama("qwen2.5:7b", ENGLISH),
        OpenAiTeachers.vllm("qwen", ENGLISH),
        OpenAiTeachers.llamaCpp("qwen", ENGLISH));
  }

  @ParameterizedTest
  @MethodSource("local")
  void local_servers_need_no_key_and_are_held_to_a_schema(OpenAiTeachers.Builder builder) {
    LangChain4jTeacher teacher = builder.baseUrl(server.baseUrl()).build();

    TeacherAnswer answer = teacher.rank(Requests.sick());

    assertThat(answer.ranking().ids()).containsExactly("e2", "e1", "e3", "e4", "e5");
    assertThat(answer.ranking().outcome()).isEqualTo(Outcome.ANSWERED);
    assertThat(server.requests().get(0).header("Authorization").isPresent()).isFalse();
    JsonNode format = OpenAiServer.body(server.requests().get(0)).path("response_format");
    JsonNode schema = format.path("json_schema").path("schema");
    assertThat(format.path("type").asText()).isEqualTo("json_schema");
    assertThat(format.path("json_schema").path("strict").asBoolean()).isTrue();
    assertThat(schema.path("properties").path("ranking").path("items").path("enum").toString())
        .isEqualTo("[\"A\",\"B\",\"C\",\"D\",\"E\"]");
    assertThat(schema.path("required").toString()).isEqualTo("[\"ranking\"]");
    assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
    assertThat(teacher.identity()).contains(" answers=json-schema ");
  }

  @Test
  void any_compatible_server_is_asked_for_text_unless_told_otherwise() {
    OpenAiTeachers.Builder builder =
        OpenAiTeachers.compatible(server.baseUrl(), "m", ENGLISH)
            .key(() -> "sk-fake")
            .maxOutputTokens(64);

    builder.build().rank(Requests.sick());
    builder.answers(AnswerFormat.JSON_SCHEMA).build().rank(Requests.sick());

    List<JsonNode> bodies = server.requests().stream().map(OpenAiServer::body).toList();
    assertThat(bodies)
        .extracting(body -> body.has("response_format"))
        .containsExactlyInAnyOrder(false, true);
    assertThat(bodies.get(0).toString()).contains("64");
  }

  @ParameterizedTest
  @CsvSource({
    "OPENAI, gpt-4o-2024-08-06, true, JSON_SCHEMA",
    "OPENAI, gpt-4.1-mini, true, JSON_SCHEMA",
    "OPENAI, gpt-4o-2024-05-13, true, TEXT",
    "OPENAI, gpt-4-turbo, true, TEXT",
    "OPENAI, gpt-4, true, TEXT",
    "OPENAI, gpt-3.5-turbo-0125, true, TEXT",
    "OPENAI, gpt-4o, false, TEXT",
    "DEEPSEEK, deepseek-chat, true, TEXT",
    "COMPATIBLE, gpt-4o, false, TEXT",
    "LLAMA_CPP, any, false, JSON_SCHEMA",
  })
  void a_schema_is_sent_where_it_is_known_to_be_understood(
      Backend backend, String model, boolean own, AnswerFormat format) {
    assertThat(backend.usual(model, own)).isEqualTo(format);
  }

  @Test
  void a_schema_that_is_not_supported_is_refused_with_what_is() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                OpenAiTeachers.deepSeek("deepseek-chat", () -> "k", ENGLISH)
                    .answers(AnswerFormat.JSON_SCHEMA))
        .withMessage("answers JSON_SCHEMA is not supported by deepseek; supported is TEXT");
  }

  @Test
  void the_wait_that_the_server_asks_for_arrives_though_langchain4j_drops_headers() {
    server.stub(
        OpenAiServer.chat().willReturn(aResponse().withStatus(429).withHeader("Retry-After", "7")));

    RefusedException refused =
        catchThrowableOfType(
            RefusedException.class,
            () ->
                OpenAiTeachers.vllm("m", ENGLISH)
                    .baseUrl(server.baseUrl())
                    .guard(CallGuard.once())
                    .build()
                    .rank(Requests.sick()));

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void it_is_waited_for_and_then_answered() {
    server.stub(
        OpenAiServer.chat()
            .inScenario("busy")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(aResponse().withStatus(503).withHeader("retry-after-ms", "30"))
            .willSetStateTo("free"));
    server.stub(
        OpenAiServer.chat()
            .inScenario("busy")
            .whenScenarioStateIs("free")
            .willReturn(OpenAiServer.answer("B > A", "stop")));
    List<TeacherEvent> events = new ArrayList<>();
    CallGuard guard = CallGuard.builder().listener(events::add).build();

    OpenAiTeachers.vllm("m", ENGLISH)
        .baseUrl(server.baseUrl())
        .guard(guard)
        .build()
        .rank(Requests.sick());

    assertThat(events)
        .hasSize(6)
        .satisfiesExactly(
            sent -> assertThat(((TeacherEvent.Sent) sent).attempt()).isEqualTo(1),
            failed -> assertThat(((TeacherEvent.Failed) failed).kind()).isEqualTo("http-503"),
            waiting ->
                assertThat(((TeacherEvent.Waiting) waiting).time())
                    .isBetween(Duration.ofMillis(30), Duration.ofMillis(60)),
            sent -> assertThat(((TeacherEvent.Sent) sent).attempt()).isEqualTo(2),
            answered ->
                assertThat(((TeacherEvent.Answered) answered).spend().snapshot())
                    .isEqualTo("m-2026-01"),
            ranked ->
                assertThat(((TeacherEvent.Ranked) ranked).outcome())
                    .isInstanceOf(Outcome.Repaired.class));
  }

  @Test
  void an_account_without_money_is_not_asked_again_and_again() {
    server.stub(
        OpenAiServer.chat()
            .willReturn(
                aResponse()
                    .withStatus(429)
                    .withBody(
                        "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"check your"
                            + " plan\"}}")));

    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(
            () ->
                OpenAiTeachers.vllm("m", ENGLISH)
                    .baseUrl(server.baseUrl())
                    .build()
                    .rank(Requests.sick()))
        .withMessageContaining("insufficient_quota");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void a_body_that_is_not_what_the_protocol_has_is_a_lost_reply() {
    LangChain4jTeacher teacher =
        OpenAiTeachers.vllm("m", ENGLISH).baseUrl(server.baseUrl()).guard(CallGuard.once()).build();
    for (String body : List.of("{\"choi", "{}", "{\"choices\":[]}", "<html>", "")) {
      server.stub(OpenAiServer.chat().willReturn(aResponse().withBody(body)));
      assertThatExceptionOfType(LostReplyException.class)
          .as(body)
          .isThrownBy(() -> teacher.rank(Requests.sick()));
    }
  }

  @Test
  void a_long_error_page_is_cut() {
    server.stub(
        OpenAiServer.chat().willReturn(aResponse().withStatus(400).withBody("x".repeat(9000))));

    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(
            () ->
                OpenAiTeachers.vllm("m", ENGLISH)
                    .baseUrl(server.baseUrl())
                    .build()
                    .rank(Requests.sick()))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(700).endsWith("…"));
  }

  @Test
  void a_model_without_a_price_and_a_budget_do_not_go_together() {
    CallGuard guard =
        CallGuard.builder()
            .meter(CostMeter.withBudget(PriceTable.shipped(), BigDecimal.TEN))
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenAiTeachers.ollama("qwen2.5:7b", ENGLISH).guard(guard).build())
        .withMessageContaining("model 'qwen2.5:7b' has no price");
  }
}
