package dev.rpdr.teacher.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextlessRecordTest {
  private static final Entity NAUSEA = Entity.of("422587007", "Nausea");
  private static final Entity VOMITING = Entity.of("422400008", "Vomiting");
  private static final Entity HEARTBURN = Entity.of("16331000", "Heartburn");
  private static final KnowledgeBase CODES = KnowledgeBase.of(List.of(NAUSEA, VOMITING, HEARTBURN));
  private static final Mention SICK = Mention.of("felt sick");
  private static final Mention BURNING = Mention.in("a burning chest at night", 2, 15);
  private static final List<Mention> MENTIONS = List.of(Mention.of("other"), BURNING, SICK);

  @TempDir Path folder;

  private static Ranking ranking(Mention mention, List<Integer> places, Entity... candidates) {
    return Ranking.byPlaces(
        CandidateList.of(mention, List.of(candidates)), places, Outcome.ANSWERED);
  }

  private Path written() {
    RecordedTeacher teacher =
        RecordedTeacher.of(
            List.of(
                ranking(SICK, List.of(1, 0), VOMITING, NAUSEA, HEARTBURN).withConfidence(.75),
                Ranking.fellBack(CandidateList.of(Mention.of("x"), List.of(NAUSEA)), "no answer"),
                ranking(BURNING, List.of(0), HEARTBURN, NAUSEA)));
    Path file = folder.resolve("stripped.jsonl");
    assertThat(TextlessRecord.write(teacher, "a model", CODES, file)).isEqualTo(2);
    return file;
  }

  @Test
  void rankingsComeBackWithTheirTexts() {
    List<Ranking> read = TextlessRecord.read(written(), CODES, MENTIONS).rankings();

    assertThat(read)
        .containsExactly(
            ranking(SICK, List.of(1, 0), VOMITING, NAUSEA, HEARTBURN).withConfidence(.75),
            ranking(BURNING, List.of(0), HEARTBURN, NAUSEA));
  }

  @Test
  void theFileHoldsNoText() throws IOException {
    String file = Files.readString(written());

    assertThat(file)
        .contains("\"teacher\":\"a model\"")
        .contains(CODES.fingerprint())
        .doesNotContainIgnoringCase("sick")
        .doesNotContainIgnoringCase("chest")
        .doesNotContainIgnoringCase("nausea")
        .doesNotContain("422587007");
  }

  @Test
  void restoredRankingsAreARecord() {
    Path target = folder.resolve("restored.jsonl");

    assertThat(TextlessRecord.restore(written(), CODES, MENTIONS, target)).isEqualTo(2);

    assertThat(RecordedTeacher.read(target).rankings())
        .isEqualTo(
            TextlessRecord.read(folder.resolve("stripped.jsonl"), CODES, MENTIONS).rankings());
  }

  @Test
  void aMentionInAnotherContextIsAnotherOne() {
    Path file = written();
    List<Mention> withoutContext = List.of(SICK, Mention.of(BURNING.text()));

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> TextlessRecord.read(file, CODES, withoutContext))
        .withMessageContaining("1 of its 2 rankings (the first in line 3)")
        .withMessageContaining("2 different mentions");
  }

  @Test
  void anotherKnowledgeBaseIsRefused() {
    Path file = written();
    KnowledgeBase other = KnowledgeBase.of(List.of(NAUSEA, VOMITING));

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> TextlessRecord.read(file, other, MENTIONS))
        .withMessageContaining(CODES.fingerprint())
        .withMessageContaining(other.fingerprint());
  }

  @Test
  void aCandidateBeyondTheKnowledgeBaseIsNamed() {
    RecordedTeacher teacher =
        RecordedTeacher.of(List.of(ranking(SICK, List.of(0), Entity.of("99", "Fever"))));
    Path target = folder.resolve("new.jsonl");

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> TextlessRecord.write(teacher, "a model", CODES, target))
        .withMessageContaining("'99'");
    assertThat(target).doesNotExist();
  }

  @Test
  void whatIsThereIsNotOverwritten() {
    Path file = written();
    RecordedTeacher teacher = TextlessRecord.read(file, CODES, MENTIONS);

    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> TextlessRecord.write(teacher, "a model", CODES, file))
        .withMessageContaining("is there already");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "ranking":[2 | "ranking":[7 | line 2
          "candidates":[ | "candidates":["x", | line 2: 'candidates' holds "x"
          "ranking" | "order" | line 2: 'ranking' is missing or empty
          "version":1 | "version":2 | is no textless record of version 1
          rpdr-textless-record | rpdr-journal | is no textless record of version 1
          } | ] | is not JSON
          """)
  void spoiltFilesSayWhere(String what, String by, String message) throws IOException {
    Path file = written();
    Files.writeString(file, Files.readString(file).replaceFirst("\\Q" + what + "\\E", by));

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> TextlessRecord.read(file, CODES, MENTIONS))
        .withMessageContaining(file.toString())
        .withMessageContaining(message);
  }

  @Test
  void anEmptyFileIsNoRecord() throws IOException {
    Path file = Files.createFile(folder.resolve("empty.jsonl"));

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> TextlessRecord.read(file, CODES, MENTIONS))
        .withMessageContaining("is no textless record");
  }
}
