package dev.rpdr.teacher;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.rpdr.CandidateList;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.RetriableException;
import dev.rpdr.RpdrException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.testkit.TeacherLlmContract;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiTeachersTest implements TeacherLlmContract {
  private static final String KEY = "sk-fake-0123456789abcdef";

  private OpenAiServer server;

  @BeforeEach
  void start() {
    server = new OpenAiServer();
    server.answers("B > A");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  public TeacherLlm teacher() {
    return builder().concurrency(3).build();
  }

  @Override
  public List<String> secrets() {
    return List.of(KEY);
  }

  private OpenAiTeachers.Builder builder() {
    return OpenAiTeachers.openAi("gpt-test", () -> KEY, PromptTemplate.english())
        .baseUrl(server.baseUrl())
        .guard(CallGuard.once());
  }

  @Test
  void theRequestAndTheAnswerAreAsTheProtocolHasThem() {
    server.answers("B > A > C");

    TeacherAnswer answer = builder().top(3).build().rank(Requests.sick());

    JsonNode body = OpenAiServer.body(server.requests().get(0));
    assertThat(body.path("model").asText()).isEqualTo("gpt-test");
    assertThat(body.path("temperature").asDouble(-1)).isZero();
    assertThat(body.path("messages").path(0).path("role").asText()).isEqualTo("system");
    assertThat(body.path("messages").path(1).path("content").asText())
        .contains("<mention>felt sick</mention>", "exactly 3 different labels");
    assertThat(server.requests().get(0).header("Authorization").firstValue())
        .isEqualTo("Bearer " + KEY);
    assertThat(answer.ranking().ids()).containsExactly("e2", "e1", "e3");
    assertThat(answer.ranking().outcome()).isEqualTo(Outcome.ANSWERED);
    assertThat(answer.rawText()).isEqualTo("B > A > C");
    assertThat(answer.model()).isEqualTo("m-2026-01");
    assertThat(answer.usage()).isEqualTo(new TeacherAnswer.Usage(120, 7));
    assertThat(answer.finishReason()).isEqualTo("stop");
    assertThat(answer.latency()).isPositive();
  }

  @Test
  void deepSeekIsAskedInTheSameWayUnderItsOwnName() {
    LangChain4jTeacher deepSeek =
        OpenAiTeachers.deepSeek("deepseek-chat", () -> KEY, PromptTemplate.chinese())
            .baseUrl(server.baseUrl() + "/")
            .withoutTemperature()
            .build();

    deepSeek.rank(Requests.of("脾肿大", "脾大", "肝大"));

    assertThat(server.mentions()).containsExactly("脾肿大");
    assertThat(OpenAiServer.body(server.requests().get(0)).has("temperature")).isFalse();
    assertThat(deepSeek.identity())
        .isEqualTo(
            "model=deepseek-chat template="
                + PromptTemplate.chinese().sha256()
                + " top=all temperature=unset provider=deepseek");
  }

  @Test
  void aCutOffAnswerSaysSo() {
    server.stub(OpenAiServer.chat().willReturn(OpenAiServer.answer("B > A", "length")));

    assertThat(builder().build().rank(Requests.sick()).ranking().outcome())
        .isEqualTo(new Outcome.Repaired("answer cut off; missing appended: 3"));
  }

  @Test
  void anEmptyContentFallsBack() {
    server.answers("");

    assertThat(builder().build().rank(Requests.sick()).ranking().outcome())
        .isInstanceOf(Outcome.FellBack.class);
  }

  @ParameterizedTest
  @CsvSource({
    "429, true",
    "500, true",
    "503, true",
    "408, true",
    "400, false",
    "401, false",
    "402, false",
    "403, false",
    "404, false",
  })
  void failuresAreSortedByWhetherAskingAgainHelps(int status, boolean retriable) {
    server.stub(
        OpenAiServer.chat()
            .willReturn(
                aResponse().withStatus(status).withBody("{\"error\":{\"message\":\"no\"}}")));

    RpdrException failure =
        catchThrowableOfType(RpdrException.class, () -> builder().build().rank(Requests.sick()));

    assertThat(failure)
        .isInstanceOf(retriable ? RetriableException.class : NonRetriableException.class)
        .hasMessageContaining("gpt-test gave no answer for 'felt sick': HTTP " + status)
        .hasCauseInstanceOf(RpdrException.class);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void brokenConnectionsMalformedBodiesTimeoutsAndAbsentServersAreRetriable() {
    LangChain4jTeacher teacher = builder().timeout(Duration.ofMillis(300)).build();
    List<Runnable> faults =
        List.of(
            () ->
                server.stub(
                    OpenAiServer.chat()
                        .willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER))),
            () -> server.stub(OpenAiServer.chat().willReturn(aResponse().withBody("{\"choi"))),
            () -> server.stub(OpenAiServer.chat().willReturn(aResponse().withBody("{}"))),
            () ->
                server.stub(
                    OpenAiServer.chat().willReturn(aResponse().withBody("{\"choices\":[]}"))),
            () -> server.stub(OpenAiServer.chat().willReturn(aResponse().withBody("<html>"))),
            () ->
                server.stub(
                    OpenAiServer.chat()
                        .willReturn(OpenAiServer.answer("A", "stop").withFixedDelay(2000))),
            () -> server.close());
    for (Runnable fault : faults) {
      fault.run();
      assertThatExceptionOfType(RetriableException.class)
          .isThrownBy(() -> teacher.rank(Requests.sick()));
    }
  }

  @Test
  void aRetryIsMadeWhereItIsAllowed() {
    server.stub(
        OpenAiServer.chat()
            .inScenario("busy")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "0"))
            .willSetStateTo("free"));
    server.stub(
        OpenAiServer.chat()
            .inScenario("busy")
            .whenScenarioStateIs("free")
            .willReturn(OpenAiServer.answer("E", "stop")));
    LangChain4jTeacher teacher =
        OpenAiTeachers.openAi("gpt-test", () -> KEY, PromptTemplate.english())
            .baseUrl(server.baseUrl())
            .maxRetries(1)
            .top(1)
            .build();

    assertThat(teacher.rank(Requests.sick()).ranking().ids()).containsExactly("e5");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void afterAFailureABatchAsksNothingMore() {
    server.stub(OpenAiServer.chat().willReturn(aResponse().withStatus(401)));
    List<CandidateList> requests =
        java.util.stream.IntStream.range(0, 50)
            .mapToObj(i -> Requests.of("mention " + i, "Nausea", "Vomiting"))
            .toList();

    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> builder().concurrency(2).build().rankAll(requests));
    assertThat(server.requests()).hasSizeLessThan(10);
  }

  /** Servers and proxies have been seen to echo the header in their error page. */
  @ParameterizedTest
  @ValueSource(ints = {400, 401, 429, 500})
  void theKeyIsInNoMessageAndNoLogEvenIfTheServerEchoesIt(int status) {
    server.stub(
        OpenAiServer.chat()
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withBody("{\"error\":{\"message\":\"Incorrect key: " + KEY + "\"}}")));
    LangChain4jTeacher teacher = builder().build();
    PrintStream err = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    RpdrException failure;
    try {
      System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
      failure = catchThrowableOfType(RpdrException.class, () -> teacher.rank(Requests.sick()));
    } finally {
      System.setErr(err);
    }

    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).contains("Incorrect key: ***").doesNotContain(KEY);
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(KEY);
    assertThat(teacher.toString() + teacher.identity()).doesNotContain(KEY);
    assertThat(server.requests()).isNotEmpty();
  }

  @Test
  void aKeyThatCannotBeOneIsRefusedUnseen() {
    for (String bad : List.of("", " ", KEY + "\n", "sk-\u00e9" + KEY)) {
      assertThatExceptionOfType(NonRetriableException.class)
          .isThrownBy(() -> OpenAiTeachers.openAi("m", () -> bad, PromptTemplate.english()).build())
          .withMessageNotContaining(KEY)
          .withMessageContaining("key");
    }
  }

  @Test
  void aMissingVariableIsNamed() {
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> ApiKeys.from("OPENAI_API_KEY", name -> " ").get())
        .withMessage("no key: the environment variable OPENAI_API_KEY is not set");
    assertThat(ApiKeys.from("OPENAI_API_KEY", name -> name + "=1").get())
        .isEqualTo("OPENAI_API_KEY=1");
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> ApiKeys.fromEnvironment("RPDR_NO_SUCH_KEY").get());
  }

  @Test
  void aKeyThatIsTakenAwayLaterIsNotRetried() {
    AtomicInteger calls = new AtomicInteger();
    Supplier<String> once =
        () -> {
          if (calls.getAndIncrement() == 0) {
            return KEY;
          }
          throw new NonRetriableException("the vault is shut");
        };
    LangChain4jTeacher teacher =
        OpenAiTeachers.openAi("m", once, PromptTemplate.english())
            .baseUrl(server.baseUrl())
            .maxRetries(3)
            .build();

    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> teacher.rank(Requests.sick()))
        .withMessageContaining("the vault is shut");
    assertThat(calls).hasValue(2);
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://host", "host:80", "http://", "https://user:secret@host", "http://a b"})
  void anAddressThatIsNoneIsRefused(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().baseUrl(url))
        .withMessageContaining("baseUrl")
        .withMessageNotContaining("secret");
  }

  @Test
  void settingsAreCheckedAtOnce() {
    assertThatIllegalArgumentException().isThrownBy(() -> builder().top(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().concurrency(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().maxRetries(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().maxOutputTokens(0));
    assertThatIllegalStateException()
        .isThrownBy(() -> builder().maxRetries(3).build())
        .withMessageContaining("maxRetries(3) and guard exclude each other");
    assertThatIllegalArgumentException().isThrownBy(() -> builder().temperature(2.5));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().temperature(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().timeout(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenAiTeachers.openAi(" ", () -> KEY, PromptTemplate.english()))
        .withMessageContaining("modelName");
  }
}
