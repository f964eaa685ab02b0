package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.RankingDialogue;
import dev.rpdr.RetriableException;
import dev.rpdr.StudentReranker;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.StudentRerankerContract;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChatModelStudentTest implements StudentRerankerContract {
  private final AtomicReference<JsonNode> asked = new AtomicReference<>();
  private FakeOpenAiServer server;

  /** Asks for the last candidate's place; a request of more than nine cannot be asked for. */
  private record LastPlace() implements RankingDialogue {
    @Override
    public String system() {
      return "You count.";
    }

    @Override
    public Optional<String> user(CandidateList request) {
      return request.size() > 9
          ? Optional.empty()
          : Optional.of("last of " + request.size() + " for " + request.mention().text());
    }

    @Override
    public String grammar(CandidateList request) {
      return "root ::= \"" + request.size() + "\"";
    }

    @Override
    public int longestAnswer(CandidateList request) {
      return 7;
    }

    @Override
    public Ranking read(@Nullable String answer, CandidateList request) {
      if (!Integer.toString(request.size()).equals(answer)) {
        return Ranking.fellBack(request, "not the last but " + answer);
      }
      List<Integer> backwards =
          IntStream.range(0, request.size()).map(i -> request.size() - 1 - i).boxed().toList();
      return Ranking.byPlaces(request, backwards, Outcome.ANSWERED);
    }

    @Override
    public String identity() {
      return "last-place";
    }
  }

  @BeforeEach
  void start() {
    server =
        FakeOpenAiServer.builder()
            .answering(
                call -> {
                  asked.set(call.body());
                  return call.lastUserMessage().replaceFirst("last of (\\d+) .*", "$1");
                })
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ChatModelStudent.Builder served(FakeOpenAiServer at) {
    OpenAiEndpoint endpoint =
        OpenAiEndpoint.at(at.baseUrl(), () -> "local", Duration.ofSeconds(60));
    return ChatModelStudent.builder(
        endpoint.chatModel("our-student"), "our-student", new LastPlace());
  }

  @Override
  public StudentReranker student() {
    return openStudent();
  }

  @Override
  public StudentReranker openStudent() {
    return served(server).concurrency(2).build();
  }

  @Test
  void a_served_student_is_asked_and_read_by_its_dialogue() {
    ChatModelStudent student =
        served(server).training(Provenance.none().with("data.sha256", "abc")).build();

    Ranking ranking = student.rerank(Requests.sick());

    assertThat(ranking.ids()).containsExactly("e5", "e4", "e3", "e2", "e1");
    assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
    JsonNode body = Objects.requireNonNull(asked.get());
    assertThat(body.at("/messages/0/content").asText()).isEqualTo("You count.");
    assertThat(body.path("temperature").asDouble(-1)).isZero();
    assertThat(body.toString()).contains("\"model\":\"our-student\"").contains("tokens\":7");
    assertThat(body.has("grammar")).isFalse();
    assertThat(student.provenance().facts())
        .containsEntry("data.sha256", "abc")
        .containsEntry("student.kind", "served")
        .containsEntry("student.dialogue", "last-place");
  }

  @Test
  void servers_that_take_a_grammar_get_it_as_they_want_it() {
    served(server).grammar(GrammarStyle.LLAMA_CPP).build().rerank(Requests.sick());
    JsonNode llama = Objects.requireNonNull(asked.get());
    served(server).grammar(GrammarStyle.VLLM).build().rerank(Requests.sick());
    JsonNode vllm = Objects.requireNonNull(asked.get());

    assertThat(llama.path("grammar").asText()).isEqualTo("root ::= \"5\"");
    assertThat(vllm.at("/structured_outputs/grammar").asText()).isEqualTo("root ::= \"5\"");
    assertThat(vllm.has("grammar")).isFalse();
    assertThat(vllm.path("model").asText()).isEqualTo("our-student");
  }

  @Test
  void an_answer_that_is_not_allowed_falls_back_and_says_why() {
    try (FakeOpenAiServer chatty = FakeOpenAiServer.builder().answering(call -> "Sure!").start()) {
      Ranking ranking = served(chatty).build().rerank(Requests.sick());

      assertThat(ranking.ids()).isEqualTo(Requests.sick().ids());
      assertThat(ranking.outcome()).isEqualTo(new Outcome.FellBack("not the last but Sure!"));
    }
  }

  @Test
  void what_cannot_be_asked_for_is_not_sent() {
    Ranking ranking = served(server).build().rerank(Requests.twelve());

    assertThat(ranking.outcome().label()).isEqualTo("fell-back");
    assertThat(server.calls()).isEmpty();
  }

  @Test
  void a_server_that_fails_is_an_exception_and_no_ranking() {
    try (FakeOpenAiServer broken =
        FakeOpenAiServer.builder().faults(Faults.seeded(1).with(Fault.SERVER_ERROR, 1)).start()) {
      ChatModelStudent student = served(broken).build();

      assertThatExceptionOfType(RetriableException.class)
          .isThrownBy(() -> student.rerank(Requests.sick()))
          .withMessageContaining("our-student")
          .withMessageNotContaining("local ");
    }
  }
}
