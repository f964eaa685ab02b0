package dev.rpdr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.RetriableException;
import dev.rpdr.Retriever;
import dev.rpdr.testkit.ScriptedTeacher;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How an application is tested without a language model: the teacher is scripted. */
class ProblemListCoderTest {
  private static final Retriever ALWAYS_THESE =
      (mention, k) ->
          CandidateList.of(
              mention,
              List.of(Entity.of("I20", "Angina"), Entity.of("I21", "Myocardial infarction")));

  @Test
  void each_problem_gets_the_code_that_the_teacher_ranks_first() {
    ScriptedTeacher teacher =
        ScriptedTeacher.builder()
            .rank("heart attack", "I21", "I20")
            .rank("chest pain on exertion", "I20", "I21")
            .build();

    List<Optional<String>> codes =
        new ProblemListCoder(ALWAYS_THESE, teacher)
            .code(List.of("heart attack", "chest pain on exertion"));

    assertThat(codes).containsExactly(Optional.of("I21"), Optional.of("I20"));
    assertThat(teacher.requests()).hasSize(2);
  }

  @Test
  void a_teacher_that_is_down_is_the_applications_to_handle() {
    ScriptedTeacher teacher =
        ScriptedTeacher.builder()
            .fails("heart attack", new RetriableException("rate limit"))
            .build();

    assertThatThrownBy(
            () -> new ProblemListCoder(ALWAYS_THESE, teacher).code(List.of("heart attack")))
        .isInstanceOf(RetriableException.class)
        .hasMessageContaining("rate limit");
  }
}
