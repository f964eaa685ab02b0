package dev.rpdr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.CandidateList;
import dev.rpdr.ProgressListener;
import dev.rpdr.Ranking;
import dev.rpdr.TrainingSet;
import dev.rpdr.cli.CommandLineTest.Result;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.LlmStudent;
import dev.rpdr.distill.train.LlmOptions;
import dev.rpdr.distill.train.LlmStudentTrainer;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.testkit.openai.ChatCall;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import dev.rpdr.tiny.TinyLlm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rpdr student parity} as a user sees it, against a fake server that holds the student. */
class ParityCommandTest {
  private static final String RECORD =
      """
      {"mention":"sick","candidates":[{"id":"1","name":"Nausea"},{"id":"2","name":"Cough"}],"ranking":["1"]}
      {"mention":"hack","candidates":[{"id":"1","name":"Nausea"},{"id":"2","name":"Cough"}],"ranking":["2"]}
      {"mention":"itch","candidates":[{"id":"3","name":"Rash"},{"id":"2","name":"Cough"}],"ranking":["3"]}
      """;

  @TempDir static Path folder;
  private static LlmStudent local;
  private static List<CandidateList> requests = List.of();

  @BeforeAll
  static void trainStudent() throws IOException {
    Path record = Files.writeString(folder.resolve("record.jsonl"), RECORD);
    List<Ranking> rankings = RecordedTeacher.read(record).rankings();
    requests = rankings.stream().map(Ranking::request).toList();
    Path checkpoint = TinyLlm.write(folder.resolve("checkpoint"));
    LlmStudentTrainer.of(checkpoint, LlmOptions.of(LlmForm.RANKED_LIST).withEpochs(1))
        .train(TrainingSet.of(rankings, "test"), student(), ProgressListener.SILENT)
        .close();
    local = LlmStudent.open(student(), RunOptions.defaults());
  }

  @AfterAll
  static void close() {
    local.close();
  }

  private static Path student() {
    return folder.resolve("student");
  }

  private static String names(ChatCall call, boolean reversed) {
    Ranking ranking =
        requests.stream()
            .filter(
                request ->
                    local.dialogue().user(request).orElseThrow().equals(call.lastUserMessage()))
            .map(local::rerank)
            .findFirst()
            .orElseThrow();
    List<String> names =
        ranking.candidates().stream()
            .map(candidate -> candidate.entity().name())
            .collect(Collectors.toCollection(ArrayList::new));
    if (reversed) {
      Collections.reverse(names);
    }
    return String.join("\n", names);
  }

  private static Result parity(Function<ChatCall, String> server, String... more) {
    try (FakeOpenAiServer fake = FakeOpenAiServer.builder().answering(server).start()) {
      List<String> arguments = new ArrayList<>(List.of("--base-url", fake.baseUrl()));
      arguments.addAll(List.of(more));
      return parity(arguments);
    }
  }

  private static Result parity(List<String> more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "student",
                "parity",
                student().toString(),
                "--server",
                "compatible",
                "--model",
                "tiny",
                "--rankings",
                folder.resolve("record.jsonl").toString()));
    arguments.addAll(more);
    return CommandLineTest.rpdr("", arguments.toArray(String[]::new));
  }

  @Test
  void aServerThatHoldsTheStudentPasses() {
    Result result = parity(call -> names(call, false));

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("prompts: text not told by the server")
        .contains("first candidate: equal in 3 of 3 (1.000)")
        .contains("whole ranking: equal in 3 of 3")
        .contains("the served student is the local one");
  }

  @Test
  void aServerThatAnswersOtherwiseFailsUnlessLessIsAskedFor() {
    Result result = parity(call -> names(call, true), "--limit", "2");
    Result lenient = parity(call -> names(call, true), "--least-agreement", "0");

    assertThat(result.exit()).as(result.err()).isEqualTo(1);
    assertThat(result.out())
        .contains("first candidate: equal in 0 of 2")
        .contains("differs: ")
        .contains("the served student is another one");
    assertThat(lenient.exit()).as(lenient.err()).isZero();
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThat(parity(call -> "", "--limit", "0").err()).contains("--limit must be >= 1");
    assertThat(parity(List.of()).err())
        .contains("--base-url is needed for a server of kind compatible");
    assertThat(parity(call -> "", "--checkpoint", folder.resolve("absent").toString()).err())
        .contains("absent");
  }
}
