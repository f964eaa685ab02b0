package dev.rpdr.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.Dataset;
import dev.rpdr.LabelledMention;
import dev.rpdr.Ranking;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DemoDataTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void the_embedded_example_is_whole(DemoLanguage language) {
    DemoData data = DemoData.load(language, folder);

    assertThat(data.knowledgeBase().size()).isGreaterThanOrEqualTo(150);
    assertThat(data.train().size() + data.test().size()).isGreaterThanOrEqualTo(300);
    for (Dataset split : new Dataset[] {data.train(), data.test()}) {
      assertThat(split.mentions())
          .allSatisfy(
              labelled ->
                  assertThat(labelled.gold().ids())
                      .allSatisfy(id -> assertThat(data.knowledgeBase().find(id)).isPresent()));
    }
    assertThat(data.teacher().rankings())
        .extracting(ranking -> ranking.mention().text())
        .containsAll(texts(data.train()))
        .containsAll(texts(data.test()));
  }

  @ParameterizedTest
  @EnumSource
  void no_test_mention_is_taught_and_none_is_a_name(DemoLanguage language) {
    DemoData data = DemoData.load(language, folder);
    Set<String> names =
        data.knowledgeBase().names().stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());

    assertThat(texts(data.test())).doesNotContainAnyElementsOf(texts(data.train()));
    assertThat(new HashSet<>(texts(data.test())))
        .noneMatch(text -> names.contains(text.toLowerCase(Locale.ROOT)));
  }

  @ParameterizedTest
  @EnumSource
  void the_recorded_teacher_is_good_but_not_perfect(DemoLanguage language) {
    DemoData data = DemoData.load(language, folder);
    var gold =
        data.train().mentions().stream()
            .collect(
                Collectors.toMap(
                    labelled -> labelled.mention().text(), labelled -> labelled.gold().ids()));
    long right =
        data.teacher().rankings().stream()
            .filter(ranking -> gold.containsKey(ranking.mention().text()))
            .filter(
                ranking ->
                    gold.getOrDefault(ranking.mention().text(), Set.of()).contains(first(ranking)))
            .count();

    assertThat((double) right / gold.size()).isBetween(0.8, 0.95);
  }

  private static String first(Ranking ranking) {
    return ranking.ids().get(0);
  }

  private static Set<String> texts(Dataset dataset) {
    return dataset.mentions().stream()
        .map(LabelledMention::mention)
        .map(mention -> mention.text())
        .collect(Collectors.toSet());
  }
}
