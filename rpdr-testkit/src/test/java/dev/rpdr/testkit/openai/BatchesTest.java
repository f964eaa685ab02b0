package dev.rpdr.testkit.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static String line(String id, String mention) {
    return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":%s}"
        .formatted(id, Http.call(mention, "Nausea", "老年性白内障"));
  }

  private static JsonNode upload(FakeOpenAiServer server, String content) throws Exception {
    String body =
        "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n"
            + "Content-Type: application/jsonl\r\n\r\n"
            + content
            + "\r\n--x--\r\n";
    return Http.json(
        Http.send(
            HttpRequest.newBuilder(java.net.URI.create(server.baseUrl() + "/files"))
                .header("Authorization", "Bearer sk-fake")
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build()));
  }

  private static JsonNode create(FakeOpenAiServer server, String file) throws Exception {
    return Http.json(
        Http.post(
            server,
            "/batches",
            "{\"input_file_id\":\"%s\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}"
                .formatted(file)));
  }

  @Test
  void aBatchIsUploadedWaitedForAndFetched() throws Exception {
    try (FakeOpenAiServer server =
        FakeOpenAiServer.builder()
            .batchLooks(2)
            .faults(Faults.sequence(Fault.SERVER_ERROR))
            .start()) {
      String content = line("a", "one") + "\n" + line("b", "two") + "\n";
      JsonNode file = upload(server, content);
      assertThat(file.path("purpose").asText()).isEqualTo("batch");
      assertThat(file.path("filename").asText()).isEqualTo("in.jsonl");
      String fileId = file.path("id").asText();
      assertThat(Http.get(server, "/files/" + fileId + "/content").body()).isEqualTo(content);

      JsonNode batch = create(server, fileId);
      String id = batch.path("id").asText();
      assertThat(batch.path("status").asText()).isEqualTo("validating");
      assertThat(server.counts().requests()).isZero();
      for (int look = 0; look < 2; look++) {
        assertThat(Http.json(Http.get(server, "/batches/" + id)).path("status").asText())
            .isEqualTo("in_progress");
      }
      JsonNode done = Http.json(Http.get(server, "/batches/" + id));

      assertThat(done.path("status").asText()).isEqualTo("completed");
      assertThat(done.at("/request_counts/completed").asInt()).isEqualTo(1);
      assertThat(done.at("/request_counts/failed").asInt()).isEqualTo(1);
      String output =
          Http.get(server, "/files/" + done.path("output_file_id").asText() + "/content").body();
      JsonNode answer = Replies.JSON.readTree(output);
      assertThat(answer.path("custom_id").asText()).isEqualTo("b");
      assertThat(answer.at("/response/body/choices/0/message/content").asText()).isEqualTo("A > B");
      String errors =
          Http.get(server, "/files/" + done.path("error_file_id").asText() + "/content").body();
      assertThat(Replies.JSON.readTree(errors).at("/response/status_code").asInt()).isEqualTo(500);
      assertThat(server.counts().answers()).isEqualTo(1);
      assertThat(server.counts().failures()).isEqualTo(1);
    }
  }

  @Test
  void whatIsNotThereIsNotFoundAndWhatIsBrokenFails() throws Exception {
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().batchLooks(0).start()) {
      for (String path : List.of("/batches/b9", "/files/f9", "/files/f9/content")) {
        assertThat(Http.get(server, path).statusCode()).as(path).isEqualTo(404);
      }
      assertThat(create(server, "file-9").at("/error/message").asText())
          .isEqualTo("there is no such input file");
      HttpResponse<String> noFile = Http.post(server, "/files", "{}");
      assertThat(noFile.statusCode()).isEqualTo(400);
      String broken = upload(server, "{").path("id").asText();
      String id = create(server, broken).path("id").asText();
      assertThat(Http.json(Http.get(server, "/batches/" + id)).path("status").asText())
          .isEqualTo("failed");
    }
  }

  @Test
  void aBatchCanBeCancelledUntilItIsDone() throws Exception {
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().start()) {
      String file = upload(server, line("a", "one")).path("id").asText();
      String id = create(server, file).path("id").asText();
      JsonNode cancelled = Http.json(Http.post(server, "/batches/" + id + "/cancel", ""));
      assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
      assertThat(Http.json(Http.get(server, "/batches/" + id)).path("status").asText())
          .isEqualTo("cancelled");
      assertThat(server.counts().requests()).isZero();
    }
  }
}
