package dev.rpdr.teacher.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WritingTemplateTest {
  private static final String OWN =
      """
      format: 1
      name: own
      language: en
      instruction: Write {count} each.
      item: "{number}) <name>{name}</name>"
      output: One line each.
      """;

  @TempDir Path folder;

  @Test
  void chineseEntitiesAreAskedForInChinese() {
    Prompt prompt =
        WritingTemplate.chinese().render(List.of(Entity.of("1", "脾大")), 3, List.of("脾肿大？"));

    assertThat(prompt.user()).contains("1. <entry>脾大</entry>", "写 3 条", "脾肿大？", "只回答一行");
    assertThat(prompt.system()).contains("医学术语");
    assertThat(WritingTemplate.chinese().language()).isEqualTo("zh");
    assertThat(WritingTemplate.chinese().name()).isEqualTo("rpdr-write-zh");
  }

  @Test
  void aTemplateOfOnesOwnIsReadFromAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("own.yaml"), OWN);

    WritingTemplate template = WritingTemplate.load(file);

    assertThat(template.render(List.of(Entity.of("1", "a <b>")), 2, List.of("shown nowhere")))
        .isEqualTo(
            new Prompt("", "Write 2 each.\n\n1) <name>a &lt;b&gt;</name>\n\nOne line each."));
    assertThat(template.sha256())
        .hasSize(64)
        .isNotEqualTo(WritingTemplate.parse(OWN.replace("Write", "Make"), "x").sha256())
        .isEqualTo(WritingTemplate.parse(OWN.replace("name: own", "name: x"), "x").sha256());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          format: 1 | format: 2 | 'format' must be 1
          {count} each | some | needs {count}
          instruction: Write {count} each. | tone: x | unknown part 'tone'
          {number}) | - | needs {number}
          <name>{name}</name> | {name} | in a tag of its own
          One line each. | One {line} each. | unknown placeholder {line}
          """)
  void whatCannotBeIsNamed(String what, String by, String message) {
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> WritingTemplate.parse(OWN.replace(what, by), "own.yaml"))
        .withMessageContaining("own.yaml")
        .withMessageContaining(message);
  }

  @Test
  void noEntitiesNoPrompt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WritingTemplate.english().render(List.of(), 2, List.of()))
        .withMessageContaining("0 entities");
  }
}
