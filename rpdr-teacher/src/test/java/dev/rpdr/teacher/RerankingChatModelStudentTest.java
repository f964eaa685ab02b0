package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rpdr.Outcome;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.StudentReranker;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.StudentRerankerContract;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import dev.rpdr.testkit.openai.ListwiseAnswer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RerankingChatModelStudentTest implements StudentRerankerContract {
  private FakeOpenAiServer server;

  @BeforeEach
  void start() {
    server =
        FakeOpenAiServer.builder()
            .answering(
                ListwiseAnswer.byNames(
                    call -> {
                      List<String> names = new ArrayList<>(call.candidates().values());
                      Collections.reverse(names);
                      return names;
                    }))
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private OpenAiTeachers.Builder model() {
    return OpenAiTeachers.vllm("our-finetune", PromptTemplate.english())
        .baseUrl(server.baseUrl())
        .key(() -> "local")
        .guard(CallGuard.once());
  }

  @Override
  public StudentReranker student() {
    return openStudent();
  }

  @Override
  public StudentReranker openStudent() {
    return RerankingChatModelStudent.of(model().concurrency(2).build());
  }

  @Test
  void the_served_model_ranks_by_the_teachers_template_and_parser() {
    Provenance training = Provenance.none().with("data.sha256", "abc");
    RerankingChatModelStudent student = RerankingChatModelStudent.of(model().build(), training);

    Ranking ranking = student.rerank(Requests.sick());

    assertThat(ranking.ids()).containsExactly("e5", "e4", "e3", "e2", "e1");
    assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
    assertThat(student.provenance().facts())
        .containsEntry("data.sha256", "abc")
        .containsEntry("student.kind", "chat-model")
        .containsEntry(
            "student.identity",
            "model=our-finetune template="
                + PromptTemplate.english().sha256()
                + " top=all temperature=0.0 answers=json-schema provider=vllm");
  }

  @Test
  void candidates_beyond_those_asked_for_follow_as_retrieved() {
    StudentReranker student = RerankingChatModelStudent.of(model().top(2).build());

    assertThat(student.rerank(Requests.sick()).ids()).containsExactly("e5", "e4", "e1", "e2", "e3");
  }

  @Test
  void a_server_that_fails_is_an_exception() {
    try (FakeOpenAiServer down =
        FakeOpenAiServer.builder().faults(Faults.always(Fault.SERVER_ERROR)).start()) {
      StudentReranker student =
          RerankingChatModelStudent.of(model().baseUrl(down.baseUrl()).build());

      assertThatExceptionOfType(RetriableException.class)
          .isThrownBy(() -> student.rerank(Requests.sick()))
          .withMessageContaining("our-finetune gave no answer for 'felt sick': HTTP 500");
    }
  }
}
