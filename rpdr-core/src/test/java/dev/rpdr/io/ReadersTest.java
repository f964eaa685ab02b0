package dev.rpdr.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.DataFormatException;
import dev.rpdr.Dataset;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadersTest {
  @TempDir Path folder;

  private Path file(String content) {
    return file(content, StandardCharsets.UTF_8);
  }

  private Path file(String content, Charset charset) {
    try {
      return Files.write(folder.resolve("table"), content.getBytes(charset));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static KnowledgeBaseReader.Builder numbered() {
    return KnowledgeBaseReader.builder(TableFormat.tsv(), Column.number(1), Column.number(2));
  }

  @Test
  void a_tsv_keeps_quotes_and_leading_zeros_as_they_are() {
    KnowledgeBase kb =
        numbered().build().read(file("007\t\"Tachycardia\n21290011000036100\tTestosterone\n"));

    assertThat(kb.entity(0)).isEqualTo(Entity.of("007", "\"Tachycardia"));
    assertThat(kb.find("21290011000036100")).isPresent();
  }

  @Test
  void columns_are_found_by_name_and_synonyms_cut_at_their_separator() {
    KnowledgeBase kb =
        KnowledgeBaseReader.builder(
                TableFormat.tsv().withHeader(true), Column.named("code"), Column.named("label"))
            .synonyms(Column.named("also"), "|")
            .semanticType(Column.named("type"))
            .build()
            .read(
                file(
                    "label\talso\tcode\ttype\nCataract\tcloudy lens| |lens opacity\tH26\teye\nGlaucoma\t\tH40\t\n"));

    assertThat(kb.entity(0))
        .isEqualTo(new Entity("H26", "Cataract", List.of("cloudy lens", "lens opacity"), "eye"));
    assertThat(kb.entity(1)).isEqualTo(Entity.of("H40", "Glaucoma"));
  }

  @Test
  void a_csv_understands_quoted_commas_and_doubled_quotes() {
    KnowledgeBase kb =
        KnowledgeBaseReader.builder(TableFormat.csv(), Column.named("id"), Column.named("name"))
            .build()
            .read(file("id,name\r\nA1,\"Diabetes, type 2\"\r\nA2,\"so-called \"\"sugar\"\"\"\r\n"));

    assertThat(kb.names()).containsExactly("Diabetes, type 2", "so-called \"sugar\"");
  }

  @Test
  void json_lines_and_a_json_array_read_alike() {
    String one = "{\"id\": 12, \"name\": \"霍乱\", \"synonyms\": [\"cholera\", \"Asiatic cholera\"]}";
    String two = "{\"id\": \"13\", \"name\": \"伤寒\", \"synonyms\": []}";
    KnowledgeBaseReader reader =
        KnowledgeBaseReader.builder(TableFormat.jsonl(), Column.named("id"), Column.named("name"))
            .synonyms(Column.named("synonyms"), null)
            .build();

    KnowledgeBase lines = reader.read(file(one + "\n" + two + "\n"));
    KnowledgeBase array = reader.read(file("[" + one + ",\n" + two + "]"));

    assertThat(lines.entity(0)).isEqualTo(Entity.of("12", "霍乱", "cholera", "Asiatic cholera"));
    assertThat(array.fingerprint()).isEqualTo(lines.fingerprint());
  }

  @Test
  void a_byte_order_mark_is_no_part_of_the_first_id() {
    assertThat(numbered().build().read(file("\uFEFFA00\tCholera\n")).id(0)).isEqualTo("A00");
  }

  @Test
  void the_charset_is_the_stated_one_and_a_wrong_one_is_an_error() {
    Path latin = file("1\tSjögren's syndrome\n", StandardCharsets.ISO_8859_1);

    assertThat(
            KnowledgeBaseReader.builder(
                    TableFormat.tsv().withCharset("ISO-8859-1"), Column.number(1), Column.number(2))
                .build()
                .read(latin)
                .name(0))
        .isEqualTo("Sjögren's syndrome");
    assertThatThrownBy(() -> numbered().build().read(latin))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("table")
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> TableFormat.tsv().withCharset("latin-17"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("latin-17");
  }

  @Test
  void a_repeated_id_is_reported_with_its_row_unless_merged() {
    Path repeated = file("1\ta\n2\tb\n1\tc\n");

    assertThatThrownBy(() -> numbered().build().read(repeated))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("row 3")
        .hasMessageContaining("'1'");
    assertThat(numbered().mergeRepeatedIds().build().read(repeated).entity(0))
        .isEqualTo(Entity.of("1", "a", "c"));
  }

  @Test
  void a_missing_column_a_blank_name_an_empty_and_an_absent_file_are_named() {
    assertThatThrownBy(() -> numbered().build().read(file("1\ta\n2\n")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("row 2")
        .hasMessageContaining("column 2");
    assertThatThrownBy(() -> numbered().build().read(file("1\t\n")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("row 1")
        .hasMessageContaining("column 2");
    assertThatThrownBy(() -> numbered().build().read(file("")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("no entity");
    assertThatThrownBy(() -> numbered().build().read(folder.resolve("absent.tsv")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("absent.tsv");
    assertThatThrownBy(
            () ->
                KnowledgeBaseReader.builder(
                        TableFormat.csv(), Column.named("id"), Column.named("title"))
                    .build()
                    .read(file("id,name\n1,a\n")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("'title'")
        .hasMessageContaining("[id, name]");
  }

  @Test
  void malformed_json_is_reported_with_its_line() {
    assertThatThrownBy(
            () ->
                DatasetReader.builder(
                        TableFormat.jsonl(), Column.named("text"), Column.named("gold"))
                    .build()
                    .read("d", file("{\"text\": \"a\", \"gold\": \"1\"}\n{\"text\": \n")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("line");
    assertThatThrownBy(
            () ->
                DatasetReader.builder(TableFormat.jsonl(), Column.number(1), Column.named("gold"))
                    .build()
                    .read("d", file("{\"text\": \"a\", \"gold\": \"1\"}\n")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("names, not numbers");
  }

  @Test
  void gold_may_have_alternatives_and_parts() {
    Dataset dataset =
        DatasetReader.builder(TableFormat.tsv(), Column.number(1), Column.number(2))
            .alternatives("|")
            .composite("##")
            .build()
            .read("d", file("m\tA|B##C\n"));

    assertThat(dataset.mentions().get(0).gold().parts())
        .containsExactly(Set.of("A", "B"), Set.of("C"));
  }

  @Test
  void a_part_without_an_id_is_refused_with_its_row() {
    DatasetReader reader =
        DatasetReader.builder(TableFormat.tsv(), Column.number(1), Column.number(2))
            .composite("##")
            .build();

    assertThatThrownBy(() -> reader.read("d", file("m\tA##\n")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("row 1")
        .hasMessageContaining("blank");
  }

  @Test
  void context_and_id_are_read_and_bad_offsets_are_reported_with_their_row() {
    DatasetReader reader =
        DatasetReader.builder(TableFormat.csv(), Column.named("mention"), Column.named("gold"))
            .id(Column.named("id"))
            .context(Column.named("text"), Column.named("start"), Column.named("end"))
            .build();

    Dataset dataset =
        reader.read("d", file("id,mention,gold,text,start,end\nm1,MI,I21,He had an MI.,10,12\n"));

    assertThat(dataset.mentions().get(0).mention().id()).isEqualTo("m1");
    assertThat(dataset.mentions().get(0).mention().context()).isNotNull();
    assertThatThrownBy(
            () ->
                reader.read(
                    "d", file("id,mention,gold,text,start,end\nm1,MI,I21,He had an MI.,10,99\n")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("row 2")
        .hasMessageContaining("[10, 99)");
    assertThatThrownBy(
            () ->
                reader.read(
                    "d", file("id,mention,gold,text,start,end\nm1,MI,I21,He had an MI.,ten,99\n")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("'ten'");
  }

  @Test
  void rows_can_be_picked_by_the_values_of_their_columns() {
    DatasetReader.Builder builder =
        DatasetReader.builder(TableFormat.csv(), Column.named("m"), Column.named("gold"))
            .where(Column.named("split"), "test")
            .where(Column.named("lang"), "en");
    Path file = file("m,gold,split,lang\na,1,train,en\nb,2,test,en\nc,3,test,zh\n");

    assertThat(builder.build().read("d", file).unlabelled())
        .extracting(Mention::text)
        .containsExactly("b");
    assertThatThrownBy(() -> builder.where(Column.named("lang"), "fr").build().read("d", file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("no mention where")
        .hasMessageContaining("fr");
  }

  @Test
  void formats_and_columns_are_parsed_from_configuration() {
    assertThat(TableFormat.of("json")).isEqualTo(TableFormat.jsonl());
    assertThatThrownBy(() -> TableFormat.of("xlsx"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'xlsx'")
        .hasMessageContaining("tsv, csv, jsonl");
    assertThat(Column.parse("2")).isEqualTo(Column.number(2));
    assertThat(Column.parse("code")).isEqualTo(Column.named("code"));
    assertThatThrownBy(() -> Column.parse("0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("counted from 1");
  }

  @Test
  void unlabelled_mentions_are_read_from_tables_and_from_lines() {
    MentionReader table =
        MentionReader.of(TableFormat.jsonl(), Column.named("mention"))
            .withId(Column.named("id"))
            .withContext(Column.named("text"), Column.named("start"), Column.named("end"));
    List<Mention> read =
        table.read(
            file(
                "{\"id\": \"m1\", \"mention\": \"MI\", \"text\": \"an MI\", \"start\": 3, \"end\": 5}"));

    assertThat(read).containsExactly(Mention.in("an MI", 3, 5).withId("m1"));
    assertThat(MentionReader.readLines(file(" heart attack \n\n白内障\n"), StandardCharsets.UTF_8))
        .containsExactly(Mention.of("heart attack"), Mention.of("白内障"));
  }

  @Test
  void a_file_without_mentions_or_in_another_charset_is_refused_by_name() {
    MentionReader table = MentionReader.of(TableFormat.csv(), Column.named("mention"));
    Path none = file("mention\n");
    assertThatThrownBy(() -> table.read(none))
        .isInstanceOf(DataFormatException.class)
        .hasMessage(none + " holds no mention");
    Path blank = file("\n \n");
    assertThatThrownBy(() -> MentionReader.readLines(blank, StandardCharsets.UTF_8))
        .hasMessage(blank + " holds no mention");
    assertThatThrownBy(() -> MentionReader.readLines(file("右眼"), StandardCharsets.US_ASCII))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("is not written in US-ASCII");
    assertThatThrownBy(
            () -> MentionReader.readLines(Path.of("nowhere.txt"), StandardCharsets.UTF_8))
        .hasMessage("there is no file nowhere.txt");
  }
}
