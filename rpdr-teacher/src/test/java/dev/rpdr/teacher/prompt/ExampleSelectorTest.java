package dev.rpdr.teacher.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.teacher.Requests;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExampleSelectorTest {
  private static final List<Example> POOL =
      List.of(
          example("stomach pain"),
          example("ringing in the ears"),
          example("pain in the knee"),
          example("糖尿病"),
          example("knee pains at night"));

  private static Example example(String mention) {
    return Example.of(mention, List.of("Itch", "Pain"), List.of("Pain", "Itch"));
  }

  private static List<String> chosen(ExampleSelector selector, String mention) {
    return selector.select(Requests.of(mention, "Nausea")).stream()
        .map(example -> example.ranking().mention().text())
        .toList();
  }

  @Test
  void fixedExamplesAreTheSameForAll() {
    ExampleSelector fixed = ExampleSelector.fixed(POOL);

    assertThat(fixed.select(Requests.sick())).isEqualTo(POOL).isEqualTo(fixed.pool());
    assertThat(fixed.count()).isEqualTo(5);
  }

  @Test
  void randomExamplesAreDrawnOnceBySeed() {
    ExampleSelector one = ExampleSelector.random(POOL, 2, 1);

    assertThat(one.select(Requests.sick()))
        .hasSize(2)
        .isSubsetOf(POOL)
        .isEqualTo(one.select(Requests.twelve()))
        .isEqualTo(ExampleSelector.random(POOL, 2, 1).select(Requests.sick()));
    assertThat(
            IntStream.range(0, 20)
                .mapToObj(seed -> ExampleSelector.random(POOL, 2, seed).pool())
                .distinct())
        .hasSizeGreaterThan(5);
  }

  @Test
  void theNearestExamplesComeTheNearestLast() {
    ExampleSelector nearest = ExampleSelector.nearest(POOL, 2);

    assertThat(chosen(nearest, "Knee Pains"))
        .containsExactly("pain in the knee", "knee pains at night");
    assertThat(chosen(nearest, "２型糖尿病")).last().isEqualTo("糖尿病");
    assertThat(chosen(nearest, "ears ring")).last().isEqualTo("ringing in the ears");
    assertThat(nearest.pool()).isEqualTo(POOL);
    assertThat(nearest.identity()).isEqualTo("nearest:2:characters");
  }

  @Test
  void theCallersSimilarityDecidesAndTiesKeepThePoolsOrder() {
    TextSimilarity length =
        TextSimilarity.of("length", (a, b) -> -Math.abs(a.length() - b.length()));

    assertThat(chosen(ExampleSelector.nearest(POOL, 1, length), "xyz")).containsExactly("糖尿病");
    assertThat(
            chosen(ExampleSelector.nearest(POOL, 3, TextSimilarity.of("none", (a, b) -> 0)), "x"))
        .containsExactly("pain in the knee", "ringing in the ears", "stomach pain");
  }

  @Test
  void aRetrieverWillDo() {
    ExampleSelector selector =
        ExampleSelector.nearest(
            POOL,
            2,
            "backwards",
            knowledgeBase ->
                (mention, k) ->
                    CandidateList.of(
                        mention,
                        List.of(
                            knowledgeBase.find("4").orElseThrow(),
                            knowledgeBase.find("3").orElseThrow())));

    assertThat(chosen(selector, "x")).containsExactly("糖尿病", "knee pains at night");
    assertThat(selector.identity()).isEqualTo("nearest:2:backwards");
  }

  @Test
  void impossibleCountsAndNamesAreRefused() {
    for (int wrong : new int[] {0, 6}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ExampleSelector.random(POOL, wrong, 1))
          .withMessage("count must be from 1 to the number of examples, 5, not " + wrong);
      assertThatIllegalArgumentException().isThrownBy(() -> ExampleSelector.nearest(POOL, wrong));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ExampleSelector.nearest(POOL, 1, TextSimilarity.of("two words", (a, b) -> 0)))
        .withMessageContaining("must be one word, not 'two words'");
  }

  @Test
  void thePromptShowsWhatIsNearestAndItsHashCoversTheChoice() {
    PromptTemplate template = PromptTemplate.english();
    PromptTemplate nearest = template.withExamples(ExampleSelector.nearest(POOL, 1));

    assertThat(nearest.render(Requests.of("my knee", "Nausea"), 1).user())
        .contains("<mention>pain in the knee</mention>")
        .doesNotContain("<mention>stomach pain</mention>");
    assertThat(nearest.render(Requests.of("stomach", "Nausea"), 1).user())
        .contains("<mention>stomach pain</mention>");
    assertThat(
            List.of(
                template.withExamples(POOL).sha256(),
                nearest.sha256(),
                template.withExamples(ExampleSelector.nearest(POOL, 2)).sha256(),
                template.withExamples(ExampleSelector.nearest(POOL.subList(0, 4), 1)).sha256(),
                template
                    .withExamples(
                        ExampleSelector.nearest(POOL, 1, TextSimilarity.of("other", (a, b) -> 0)))
                    .sha256(),
                template.withExamples(ExampleSelector.random(POOL, 1, 3)).sha256()))
        .doesNotHaveDuplicates();
  }

  @Test
  void anExampleMayRankEntitiesThatShareTheMentionsName() {
    Example same = Example.of("Pain", List.of("Pain", "Itch"), List.of("Pain"));

    assertThat(same.ranking().best()).map(Entity::name).contains("Pain");
  }
}
