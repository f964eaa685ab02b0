package dev.rpdr.teacher.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.teacher.prompt.WritingTemplate.Item;
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
        WritingTemplate.chinese()
            .render(List.of(Item.of(Entity.of("1", "脾大"))), 3, List.of("脾肿大？"));

    assertThat(prompt.user()).contains("1. <entry>脾大</entry>", "写 3 条", "脾肿大？", "只回答一行");
    assertThat(prompt.system()).contains("医学术语");
    assertThat(WritingTemplate.chinese().language()).isEqualTo("zh");
    assertThat(WritingTemplate.chinese().name()).isEqualTo("rpdr-write-zh");
  }

  @Test
  void aTemplateOfOnesOwnIsReadFromAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("own.yaml"), OWN);

    WritingTemplate template = WritingTemplate.load(file);

    assertThat(template.render(List.of(full("a <b>")), 2, List.of("shown nowhere")))
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

  private static Item full(String name) {
    return new Item(Entity.of("1", name), List.of("near <x>", "by"), List.of("there"));
  }

  @Test
  void whatIsNearAndWrittenStandsUnderItsEntity() {
    WritingTemplate template =
        WritingTemplate.parse(
            OWN + "near: \" not {names}\"\nwritten: \" has {mentions}\"\n", "own.yaml");

    Prompt prompt = template.render(List.of(full("a"), Item.of(Entity.of("2", "b"))), 2, List.of());

    assertThat(prompt.user())
        .contains("1) <name>a</name>\n not near &lt;x&gt;; by\n has there\n2) <name>b</name>\n\n");
    assertThat(template.sha256()).isNotEqualTo(WritingTemplate.parse(OWN, "x").sha256());
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> WritingTemplate.parse(OWN + "near: some\n", "own.yaml"))
        .withMessageContaining("near")
        .withMessageContaining("needs {names}");
    for (WritingTemplate shipped : List.of(WritingTemplate.english(), WritingTemplate.chinese())) {
      assertThat(shipped.render(List.of(full("a")), 2, List.of()).user())
          .contains("near &lt;x&gt;; by", "there");
    }
  }

  @Test
  void noEntitiesNoPrompt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WritingTemplate.english().render(List.of(), 2, List.of()))
        .withMessageContaining("0 entities");
  }
}
