package dev.rpdr.teacher.batch;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.RetriableException;
import dev.rpdr.RpdrException;
import dev.rpdr.teacher.LangChain4jTeacher;
import dev.rpdr.teacher.OpenAiTeachers;
import dev.rpdr.teacher.Requests;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.RetryRule;
import dev.rpdr.teacher.cost.Bill;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.journal.FileJournal;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenAiBatchesTest {
  private static final String KEY = "sk-fake-0123456789abcdef";
  private static final String MODEL = "gpt-4o-2024-08-06";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final WireMockServer wire =
      new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

  @TempDir Path folder;

  @BeforeEach
  void start() {
    wire.start();
  }

  @AfterEach
  void stop() {
    wire.stop();
  }

  private static OpenAiTeachers.Builder teacher(String baseUrl) {
    return OpenAiTeachers.openAi(MODEL, () -> KEY, PromptTemplate.english()).baseUrl(baseUrl);
  }

  private static OpenAiBatches batches(String baseUrl) {
    return OpenAiBatches.of(
        teacher(baseUrl),
        CallGuard.builder()
            .retries(
                RetryRule.DEFAULT
                    .withRetries(2)
                    .withWaits(Duration.ofMillis(1), Duration.ofMillis(2)))
            .build());
  }

  private OpenAiBatches onWire() {
    return batches("http://127.0.0.1:" + wire.port() + "/v1");
  }

  private static List<CandidateList> requests(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Requests.of("mention " + i, "Nausea", "Vomiting", "Heartburn"))
        .toList();
  }

  private Path batch() {
    return folder.resolve("batch");
  }

  @Test
  void what_is_handed_in_today_another_process_collects_into_the_journal_tomorrow() {
    List<CandidateList> requests = requests(12);
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().snapshot(MODEL).start();
        FileJournal journal = FileJournal.open(folder.resolve("teacher.jsonl"))) {
      BatchJob job = batches(server.baseUrl()).submit(requests, batch());
      assertThat(job.batch()).isEqualTo("batch_1");
      assertThat(job.requests()).isEqualTo(12);

      OpenAiBatches tomorrow = batches(server.baseUrl());
      assertThat(tomorrow.status(batch()).state()).isEqualTo(BatchStatus.State.IN_PROGRESS);
      assertThat(tomorrow.status(batch()))
          .hasToString("batch_1 completed: 12 of 12 answered, 0 failed");
      BatchResult result = tomorrow.collect(batch(), journal);

      assertThat(result).hasToString("12 requests: 12 answered, 0 failed, 0 missing");
      assertThat(journal.size()).isEqualTo(12);
      Bill bill = result.bill(PriceTable.shipped());
      assertThat(bill.inputTokens()).isEqualTo(server.counts().inputTokens());
      assertThat(bill.outputTokens()).isEqualTo(server.counts().outputTokens());
      CostMeter plain = CostMeter.of(PriceTable.shipped());
      result.answers().forEach(answer -> plain.count(MODEL, answer));
      assertThat(bill.total().add(bill.total()))
          .as("half the plain price")
          .isEqualByComparingTo(plain.spent());

      LangChain4jTeacher online = teacher(server.baseUrl()).build();
      long before = server.counts().requests();
      assertThat(journal.journaling(online).rankAll(requests))
          .extracting(answer -> answer.ranking().ids())
          .containsOnly(List.of("e1", "e2", "e3"));
      assertThat(server.counts().requests()).as("all are in the journal").isEqualTo(before);

      server.close();
      assertThat(tomorrow.collect(batch(), journal).answers())
          .as("read again from the folder")
          .hasSize(12);
      assertThat(journal.size()).isEqualTo(12);
    }
  }

  @Test
  void the_input_asks_as_the_teacher_would() throws IOException {
    CandidateList inContext =
        CandidateList.of(
            Mention.in("He felt sick.", 3, 12).withId("m7"),
            List.of(Entity.of("e1", "Nausea"), Entity.of("e2", "Vomiting")));
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().start()) {
      OpenAiBatches batches = batches(server.baseUrl());
      CandidateList sick = Requests.sick();
      CandidateList sameOfAnotherRow =
          new CandidateList(sick.mention().withId("row 7"), sick.candidates());
      batches.submit(List.of(inContext, sick, sameOfAnotherRow), batch());

      List<String> lines = Files.readAllLines(batch().resolve("input.jsonl"));
      JsonNode first = JSON.readTree(lines.get(0));
      assertThat(lines).as("equal requests are asked once").hasSize(2);
      assertThat(first.path("custom_id").asText()).isEqualTo("r0");
      assertThat(first.path("method").asText()).isEqualTo("POST");
      assertThat(first.path("url").asText()).isEqualTo("/v1/chat/completions");
      assertThat(first.path("body").path("model").asText()).isEqualTo(MODEL);
      assertThat(first.path("body").path("temperature").asDouble(-1)).isZero();
      assertThat(first.path("body").path("messages").path(1).path("content").asText())
          .isEqualTo(batches.settings().prompt(inContext).user());
      batches.status(batch());
      assertThat(batches.collect(batch()).items().get(0).request()).isEqualTo(inContext);
      for (String file : List.of("job.json", "input.jsonl", "requests.jsonl", "output.jsonl")) {
        assertThat(Files.readString(batch().resolve(file))).doesNotContain(KEY);
      }
    }
  }

  @Test
  void each_partial_failure_has_its_type() {
    stubEnded("completed");
    output(
        """
        {"custom_id":"r0","response":{"status_code":200,"body":{"model":"m-1","choices":[{"finish_reason":"stop","message":{"content":"B > A > C"}}],"usage":{"prompt_tokens":10,"completion_tokens":5}}},"error":null}
        {"custom_id":"r1","response":{"status_code":200,"body":{"choices":[]}},"error":null}
        {"custom_id":"r2","resp
        """);
    errors(
        """
        {"custom_id":"r3","response":{"status_code":400,"body":{"error":{"code":"context_length_exceeded","message":"too long"}}},"error":null}
        {"custom_id":"r4","response":{"status_code":429,"body":{"message":"busy"}},"error":null}
        {"custom_id":"r5","response":null,"error":{"code":"batch_expired","message":"too late"}}
        """);
    List<CandidateList> requests = requests(7);
    onWire().submit(requests, batch());

    BatchResult result = onWire().collect(batch());

    assertThat(result).hasToString("7 requests: 1 answered, 3 failed, 3 missing");
    assertThat(result.answers().get(0).ranking().ids()).containsExactly("e2", "e1", "e3");
    assertThat(result.answers().get(0).model()).isEqualTo("m-1");
    assertThat(result.answers().get(0).finishReason()).isEqualTo("stop");
    assertThat(result.items().subList(3, 6))
        .containsExactly(
            new BatchItem.Failed(
                requests.get(3), 400, "context_length_exceeded", "too long", false),
            new BatchItem.Failed(requests.get(4), 429, "", "busy", true),
            new BatchItem.Failed(requests.get(5), 0, "batch_expired", "too late", true));
    assertThat(result.items().get(6)).isEqualTo(new BatchItem.Missing(requests.get(6)));
    assertThat(result.again())
        .containsExactly(
            requests.get(1), requests.get(2), requests.get(4), requests.get(5), requests.get(6));
  }

  @Test
  void a_batch_whose_reply_was_lost_is_found_and_not_made_twice() throws IOException {
    wire.stubFor(post("/v1/files").willReturn(okJson("{\"id\":\"file-1\"}")));
    wire.stubFor(
        post("/v1/batches").willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
    wire.stubFor(
        get(urlPathEqualTo("/v1/batches")).willReturn(okJson("{\"data\":[],\"has_more\":false}")));
    OpenAiBatches once =
        OpenAiBatches.of(teacher("http://127.0.0.1:" + wire.port() + "/v1"), CallGuard.once());

    assertThatExceptionOfType(RetriableException.class)
        .isThrownBy(() -> once.submit(requests(2), batch()));
    JsonNode job = JSON.readTree(batch().resolve("job.json").toFile());
    wire.stubFor(
        get(urlPathEqualTo("/v1/batches"))
            .willReturn(
                okJson(
                    "{\"data\":[{\"id\":\"batch_8\",\"metadata\":{}},{\"id\":\"batch_9\","
                        + "\"metadata\":{\"rpdr-token\":"
                        + job.path("token")
                        + "}}],\"has_more\":false}")));

    assertThat(onWire().submit(requests(2), batch()).batch()).isEqualTo("batch_9");
    wire.verify(1, postRequestedFor(urlEqualTo("/v1/files")));
    wire.verify(1, postRequestedFor(urlEqualTo("/v1/batches")));
    assertThat(onWire().submit(List.of(), batch()).batch()).as("again").isEqualTo("batch_9");
    wire.verify(1, postRequestedFor(urlEqualTo("/v1/batches")));
  }

  @Test
  void a_batch_that_was_not_made_is_made_when_asked_again() {
    wire.stubFor(post("/v1/files").willReturn(okJson("{\"id\":\"file-1\"}")));
    wire.stubFor(
        post("/v1/batches")
            .inScenario("busy")
            .whenScenarioStateIs("Started")
            .willReturn(aResponse().withStatus(503))
            .willSetStateTo("free"));
    wire.stubFor(
        post("/v1/batches")
            .inScenario("busy")
            .whenScenarioStateIs("free")
            .willReturn(okJson("{\"id\":\"batch_1\"}")));
    wire.stubFor(
        get(urlPathEqualTo("/v1/batches")).willReturn(okJson("{\"data\":[],\"has_more\":false}")));

    assertThat(onWire().submit(requests(2), batch()).batch()).isEqualTo("batch_1");
    wire.verify(2, postRequestedFor(urlEqualTo("/v1/batches")));
  }

  @Test
  void a_batch_that_failed_or_has_not_ended_is_not_collected() {
    stubEnded("in_progress");
    onWire().submit(requests(2), batch());

    assertThatIllegalStateException()
        .isThrownBy(() -> onWire().collect(batch()))
        .withMessageStartingWith("the batch has not ended: batch_1 in progress");
    wire.stubFor(
        get("/v1/batches/batch_1")
            .willReturn(
                okJson(
                    "{\"id\":\"batch_1\",\"status\":\"failed\",\"errors\":{\"data\":["
                        + "{\"code\":\"token_limit_exceeded\",\"message\":\"too much queued\"}]}}")));
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> onWire().collect(batch()))
        .withMessageContaining("token_limit_exceeded: too much queued");
    wire.stubFor(
        get("/v1/batches/batch_1")
            .willReturn(okJson("{\"id\":\"batch_1\",\"status\":\"pondering\"}")));
    assertThat(onWire().status(batch()).state()).isEqualTo(BatchStatus.State.UNKNOWN);
  }

  @Test
  void an_expired_batch_gives_what_it_has() {
    stubEnded("expired");
    output("");
    errors("");
    onWire().submit(requests(2), batch());

    assertThat(onWire().collect(batch()))
        .hasToString("2 requests: 0 answered, 0 failed, 2 missing");
  }

  @Test
  void it_can_be_cancelled() {
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().batchLooks(9).start()) {
      batches(server.baseUrl()).submit(requests(2), batch());

      assertThat(batches(server.baseUrl()).cancel(batch()).state())
          .isEqualTo(BatchStatus.State.CANCELLED);
    }
  }

  @Test
  void failures_within_a_batch_are_told_from_answers() {
    try (FakeOpenAiServer server =
        FakeOpenAiServer.builder()
            .batchLooks(0)
            .faults(Faults.seeded(3).with(dev.rpdr.testkit.Fault.RATE_LIMIT, 0.3))
            .start()) {
      OpenAiBatches batches = batches(server.baseUrl());
      batches.submit(requests(40), batch());

      BatchResult result = batches.collect(batch());

      assertThat(result.answers()).hasSize((int) server.counts().answers());
      assertThat(result.again()).hasSize((int) server.counts().failures()).isNotEmpty();
    }
  }

  @Test
  void bad_requests_and_foreign_folders_are_refused() throws IOException {
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().start()) {
      OpenAiBatches batches = batches(server.baseUrl());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> batches.submit(List.of(), batch()))
          .withMessage("a batch takes 1 to 50000 distinct requests, not 0");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> batches.submit(List.of(new CandidateList(Mention.of("x"), List.of())), batch()))
          .withMessage("'x' has no candidates to rank");
      assertThatExceptionOfType(NonRetriableException.class)
          .isThrownBy(() -> batches.status(batch()))
          .withMessageContaining("job.json is missing");

      batches.submit(requests(1), batch());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OpenAiBatches.of(teacher(server.baseUrl()).top(2)).status(batch()))
          .withMessageContaining("belongs to the teacher 'model=" + MODEL);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> onWire().status(batch()))
          .withMessageContaining("belongs to the server '" + server.baseUrl());

      Path job = batch().resolve("job.json");
      Files.writeString(job, Files.readString(job).replace("rpdr-batch", "other"));
      assertThatExceptionOfType(DataFormatException.class)
          .isThrownBy(() -> batches.status(batch()))
          .withMessageContaining("format must be rpdr-batch and version 1");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  OpenAiBatches.of(
                      teacher(server.baseUrl()),
                      CallGuard.builder().meter(CostMeter.of(PriceTable.shipped())).build()))
          .withMessageContaining("without a meter");
    }
  }

  @Test
  void the_key_is_in_no_message_even_if_the_server_echoes_it() {
    wire.stubFor(
        post("/v1/files")
            .willReturn(aResponse().withStatus(401).withBody("Incorrect key: " + KEY)));

    assertThatExceptionOfType(RpdrException.class)
        .isThrownBy(() -> onWire().submit(requests(1), batch()))
        .withMessageContaining("Incorrect key: ***")
        .withMessageNotContaining(KEY)
        .withStackTraceContaining("HTTP 401");
  }

  private void stubEnded(String status) {
    wire.stubFor(post("/v1/files").willReturn(okJson("{\"id\":\"file-1\"}")));
    wire.stubFor(post("/v1/batches").willReturn(okJson("{\"id\":\"batch_1\"}")));
    wire.stubFor(
        get("/v1/batches/batch_1")
            .willReturn(
                okJson(
                    "{\"id\":\"batch_1\",\"status\":\""
                        + status
                        + "\",\"output_file_id\":\"out\",\"error_file_id\":\"err\","
                        + "\"request_counts\":{\"total\":7,\"completed\":1,\"failed\":3}}")));
  }

  private void output(String lines) {
    wire.stubFor(get("/v1/files/out/content").willReturn(aResponse().withBody(lines)));
  }

  private void errors(String lines) {
    wire.stubFor(get("/v1/files/err/content").willReturn(aResponse().withBody(lines)));
  }
}
