package dev.rpdr.teacher.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rpdr.DataFormatException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Torn, changed and foreign files. */
class JournalDamageTest extends JournalFixture {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 40, 200})
  void aTornLastLineIsCutOffAndAskedForAgain(int missing) throws IOException {
    write(3);
    long whole = Files.size(path);
    truncate(whole - missing);
    asked.set(0);

    write(3);

    // Without its line feed alone the record is whole and was paid for: it is kept
    assertThat(asked).hasValue(missing == 1 ? 0 : 1);
    assertThat(Files.readAllLines(path)).hasSize(4);
    assertThat(RecordedTeacher.read(path).size()).isEqualTo(3);
  }

  @Test
  void zerosAtTheEndAreTornAsWell() throws IOException {
    write(2);
    Files.write(path, new byte[4096], StandardOpenOption.APPEND);

    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.size()).isEqualTo(2);
    }
    assertThat(Files.readString(path)).doesNotContain("\0").endsWith("}\n");
  }

  @Test
  void aTornHeaderIsWrittenAnew() throws IOException {
    Files.writeString(path, "{\"format\":\"rpdr-jou");

    write(1);

    assertThat(Files.readAllLines(path)).hasSize(2);
  }

  @Test
  void damageInTheMiddleIsNamedAndNotRepaired() throws IOException {
    write(3);
    List<String> lines = new ArrayList<>(Files.readAllLines(path));
    lines.set(2, lines.get(2).substring(0, 50));
    Files.write(path, lines);
    byte[] before = Files.readAllBytes(path);

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> FileJournal.open(path))
        .withMessageContaining("journal.jsonl, line 3: not JSON");
    assertThat(Files.readAllBytes(path)).isEqualTo(before);
  }

  @Test
  void aRecordThatWasChangedIsRefused() throws IOException {
    write(1);
    Files.writeString(path, Files.readString(path).replace("Nausea", "Vertigo"));

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> FileJournal.open(path))
        .withMessageContaining("line 2: its key does not fit its content");
  }

  @Test
  void aRecordTwiceIsRefused() throws IOException {
    write(1);
    Files.writeString(path, Files.readAllLines(path).get(1) + "\n", StandardOpenOption.APPEND);

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> FileJournal.open(path))
        .withMessageContaining("line 3: a second answer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"my precious notes", "{\"a\":1}\n{\"b\":2}\n", "{\"format\":\"other\"}"})
  void aFileThatIsNoJournalIsLeftAlone(String content) throws IOException {
    Files.writeString(path, content);

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> FileJournal.open(path))
        .withMessageContaining("is no journal");
    assertThat(path).hasContent(content);
  }

  @Test
  void aLaterVersionIsRefused() throws IOException {
    Files.writeString(path, "{\"format\":\"rpdr-journal\",\"version\":3}\n");

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> FileJournal.open(path))
        .withMessageContaining("journal version 3 is unknown; known are 1 to 2");
  }

  @Test
  void fieldsOfLaterVersionsAreIgnored() throws IOException {
    write(1);
    Files.writeString(path, Files.readString(path).replace("\"time\"", "\"mood\":5,\"time\""));

    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.size()).isEqualTo(1);
    }
  }

  private void truncate(long size) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    }
    assertThat(new String(Files.readAllBytes(path), StandardCharsets.UTF_8)).doesNotEndWith("\n");
  }
}
