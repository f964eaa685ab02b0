package dev.rpdr.distill.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.nn.Device;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.testkit.StudentRerankerContract;
import dev.rpdr.tiny.TinyLlm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LlmStudentTest implements StudentRerankerContract {
  private static final CandidateList HEART =
      CandidateList.of(
          Mention.of("heart attack"),
          List.of(
              Entity.of("1", "vomiting"),
              Entity.of("2", "myocardial infarction"),
              Entity.of("3", "headache"),
              Entity.of("4", "headache")));

  @TempDir static Path checkpoint;
  private static LlmStudent shared;

  @BeforeAll
  static void open() {
    TinyLlm.write(checkpoint);
    shared = untrained(LlmForm.NAME_LIKELIHOOD, 0);
  }

  @AfterAll
  static void close() {
    shared.close();
  }

  private static LlmStudent untrained(LlmForm form, double prior) {
    return LlmStudent.untrained(
        checkpoint, RankingTemplate.of(form), prior, 1024, RunOptions.defaults());
  }

  @Override
  public StudentReranker student() {
    return shared;
  }

  @Override
  public StudentReranker openStudent() {
    return untrained(LlmForm.NAME_LIKELIHOOD, 0);
  }

  @ParameterizedTest
  @EnumSource(names = "SCORING_HEAD", mode = EnumSource.Mode.EXCLUDE)
  void every_form_ranks_all_candidates_and_nothing_else(LlmForm form) {
    try (LlmStudent student = untrained(form, 0)) {
      Ranking ranking = student.rerank(HEART);
      assertThat(ranking.ids()).containsExactlyInAnyOrder("1", "2", "3", "4");
      assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
      assertThat(student.provenance().facts()).containsEntry("form", form.label());
    }
  }

  @Test
  void a_prior_takes_off_what_a_name_is_worth_anyway() {
    try (LlmStudent student = untrained(LlmForm.NAME_LIKELIHOOD, 1)) {
      CandidateList nothing = new CandidateList(Mention.of("N/A"), HEART.candidates());
      student
          .rerank(nothing)
          .candidates()
          .forEach(c -> assertThat(c.score()).isCloseTo(0, within(1e-5)));
      assertThat(student.rerank(HEART).candidates().get(0).score()).isNotCloseTo(0, within(1e-5));
      assertThat(student.rerank(HEART)).isEqualTo(student.rerank(HEART));
    }
  }

  @Test
  void a_request_that_does_not_fit_keeps_its_order_and_says_so() {
    List<Entity> many = new ArrayList<>();
    for (int i = 0; i < 27; i++) {
      many.add(Entity.of("E" + i, "name " + i));
    }
    try (LlmStudent student = untrained(LlmForm.LETTERS, 0);
        LlmStudent list = untrained(LlmForm.RANKED_LIST, 0)) {
      CandidateList request = CandidateList.of(Mention.of("x"), many);
      assertThat(student.rerank(request).outcome().reason())
          .isEqualTo(
              "the prompt is longer than 1024 tokens, or holds more candidates than there are letters");
      assertThat(student.rerank(request).ids()).isEqualTo(request.ids());
      CandidateList mention = CandidateList.of(Mention.of("x".repeat(1100)), many.subList(0, 2));
      assertThat(list.rerank(mention).outcome()).isInstanceOf(Outcome.FellBack.class);
    }
  }

  @Test
  void what_cannot_be_opened_is_refused() {
    assertThatThrownBy(() -> untrained(LlmForm.SCORING_HEAD, 0).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a scoring head must be trained before it can rank");
    assertThatThrownBy(() -> untrained(LlmForm.LETTERS, 1).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("priorWeight must be");
    RunOptions cuda = RunOptions.defaults().withDevice(Device.cuda(5));
    RankingTemplate template = RankingTemplate.of(LlmForm.LETTERS);
    assertThatThrownBy(() -> LlmStudent.untrained(checkpoint, template, 0, 64, cuda).close())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("device 'cuda:5' is not there");
    RunOptions either = cuda.withDevice(Device.cuda(5).orCpu());
    try (LlmStudent student = LlmStudent.untrained(checkpoint, template, 0, 1024, either)) {
      assertThat(student.provenance().facts()).containsEntry("device", "cpu");
    }
    assertThatThrownBy(() -> LlmStudent.open(checkpoint, RunOptions.defaults()).close())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no student.json");
  }
}
