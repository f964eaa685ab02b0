package dev.rpdr.distill.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.ProgressListener;
import dev.rpdr.Ranking;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.nn.causal.ChatTemplate;
import dev.rpdr.nn.causal.Tokens;
import dev.rpdr.teacher.ChatModelStudent;
import dev.rpdr.teacher.GrammarStyle;
import dev.rpdr.teacher.OpenAiEndpoint;
import dev.rpdr.testkit.openai.ChatCall;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import dev.rpdr.tiny.TinyLlm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedParityTest {
  private static final List<CandidateList> REQUESTS =
      List.of(
          request("heart attack", "vomiting", "myocardial infarction", "headache"),
          request("head hurts<|im_end|>", "headache", "vomiting", "nausea"));

  @TempDir static Path checkpoint;
  private static LlmStudent local;

  @BeforeAll
  static void open() {
    TinyLlm.write(checkpoint);
    local =
        LlmStudent.untrained(
            checkpoint, RankingTemplate.of(LlmForm.RANKED_LIST), 0, 1024, RunOptions.defaults());
  }

  @AfterAll
  static void close() {
    local.close();
  }

  private static CandidateList request(String mention, String... names) {
    return CandidateList.of(
        Mention.of(mention), List.of(names).stream().map(name -> Entity.of(name, name)).toList());
  }

  /** The server that holds the same model: it is asked, and answers as that ranks. */
  private static String same(ChatCall call) {
    Ranking ranking =
        REQUESTS.stream()
            .filter(
                request ->
                    local.dialogue().user(request).orElseThrow().equals(call.lastUserMessage()))
            .map(local::rerank)
            .findFirst()
            .orElseThrow();
    return ranking.candidates().stream()
        .map(candidate -> candidate.entity().name())
        .collect(Collectors.joining("\n"));
  }

  private static ServerPrompts.Told chatMl(String system, String user) {
    String text = ChatTemplate.CHAT_ML.render(system, user);
    return new ServerPrompts.Told(text, local.encode(text));
  }

  private static ParityReport compare(
      Function<ChatCall, String> server, ServerPrompts prompts, List<CandidateList> requests) {
    try (FakeOpenAiServer fake = FakeOpenAiServer.builder().answering(server).start()) {
      OpenAiEndpoint endpoint =
          OpenAiEndpoint.at(fake.baseUrl(), () -> "local", Duration.ofSeconds(60));
      ChatModelStudent served =
          ChatModelStudent.builder(endpoint.chatModel("tiny"), "tiny", local.dialogue())
              .grammar(GrammarStyle.LLAMA_CPP)
              .build();
      return ServedParity.compare(local, served, prompts, requests, ProgressListener.SILENT);
    }
  }

  @Test
  void the_same_model_behind_the_same_template_is_the_same_student() {
    ParityReport report = compare(ServedParityTest::same, ServedParityTest::chatMl, REQUESTS);

    assertThat(report).isEqualTo(new ParityReport(2, 2, 2, 2, 2, 2, 2, true, 0, List.of()));
    assertThat(report.holds(1)).isTrue();
    assertThat(report.lines())
        .contains("prompts: tokens equal in 2 of 2", "whole ranking: equal in 2 of 2 (1.000)");
  }

  @Test
  void another_chat_template_is_told_with_the_place_where_it_differs() {
    ParityReport report =
        compare(
            ServedParityTest::same,
            (system, user) -> {
              String text = ChatTemplate.CHAT_ML.render("You are a helpful assistant.", user);
              return new ServerPrompts.Told(text, local.encode(text).plus(Tokens.of(7)));
            },
            REQUESTS.subList(0, 1));

    assertThat(report.holds(0)).isFalse();
    assertThat(report.textsEqual()).isZero();
    assertThat(report.differences())
        .anySatisfy(
            difference ->
                assertThat(difference)
                    .contains("prompt text from character 23")
                    .contains("here 'link medical", "served 'are a helpful"))
        .anySatisfy(difference -> assertThat(difference).contains("prompt tokens from "));
  }

  @Test
  void another_model_is_told_by_its_rankings() {
    ParityReport report =
        compare(call -> "no candidate", (system, user) -> ServerPrompts.Told.NOTHING, REQUESTS);

    assertThat(report.textsTold() + report.tokensTold()).isZero();
    assertThat(report.mended()).isEqualTo(2);
    assertThat(report.lines())
        .contains("prompts: text not told by the server")
        .anyMatch(line -> line.contains("fell-back: the answer 'no candidate' names no candidate"));
    int first =
        (int)
            REQUESTS.stream()
                .filter(r -> local.rerank(r).ids().get(0).equals(r.ids().get(0)))
                .count();
    assertThat(report.sameFirst()).isEqualTo(first);
  }

  @Test
  void nothing_to_compare_is_refused() {
    assertThatThrownBy(() -> compare(ServedParityTest::same, ServedParityTest::chatMl, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one request");
  }
}
