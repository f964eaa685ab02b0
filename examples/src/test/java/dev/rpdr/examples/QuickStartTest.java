package dev.rpdr.examples;

import static dev.rpdr.testkit.RpdrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.Ranking;
import dev.rpdr.testkit.ScriptedTeacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickStartTest {
  @Test
  void the_quick_start_links_a_lay_mention_after_teaching(@TempDir Path folder) {
    ScriptedTeacher teacher =
        ScriptedTeacher.builder()
            .prefer("heart attack", "22298006")
            .prefer("cloudy lens", "193570009")
            .prefer("pink eye", "9826008")
            .prefer("sugar disease", "73211009")
            .prefer("chest tightness on exertion", "194828000")
            .prefer("raised eye pressure", "23986001")
            .build();

    Ranking ranking =
        QuickStart.run(
            QuickStart.diagnoses(), QuickStart.unlabelled(), teacher, folder, "heart attack");

    assertThat(ranking).ranks("22298006").first();
    assertThat(teacher.requestCount()).isEqualTo(QuickStart.unlabelled().size());
    assertThat(folder.resolve("teacher.jsonl")).exists();
    assertThat(folder.resolve("student/student.json")).exists();
  }

  @Test
  void the_snippet_of_the_readme_is_the_code_of_the_quick_start() throws IOException {
    Path readme = Path.of("..", "README.md");
    String source = Files.readString(Path.of("src/main/java/dev/rpdr/examples/QuickStart.java"));
    String snippet =
        source.substring(source.indexOf("// README: begin") + 16, source.indexOf("// README: end"));

    assertThat(squeezed(Files.readString(readme))).contains(squeezed(snippet));
    assertThat(snippet.strip().lines().count()).isBetween(10L, 22L);
  }

  @Test
  void a_call_without_model_and_folder_says_what_is_needed() {
    assertThatThrownBy(() -> QuickStart.main(new String[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the model's name and a folder");
  }

  private static String squeezed(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
