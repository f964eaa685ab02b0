package dev.rpdr.teacher.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Fingerprint;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherLlm;
import dev.rpdr.TrainingSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordedTeacherTest {
  private static final String LINE =
      "{\"id\":\"r1\",\"mention\":\"Felt sick\",\"candidates\":[{\"id\":\"1\",\"name\":\"Nausea\"},"
          + "{\"id\":\"2\",\"name\":\"Vomiting\"},{\"id\":\"3\",\"name\":\"Heartburn\"}],"
          + "\"ranking\":[\"2\",\"1\"]}";

  @TempDir Path folder;

  private Path file(String... lines) throws IOException {
    Path file = Files.createTempFile(folder, "recorded", ".jsonl");
    return Files.write(file, List.of(lines));
  }

  private static CandidateList request(String mention, String... ids) {
    List<Entity> entities = new ArrayList<>();
    for (String id : ids) {
      entities.add(Entity.of(id, "name of " + id));
    }
    return CandidateList.of(Mention.of(mention), entities);
  }

  @Test
  void theRecordIsReadAsItIs() throws IOException {
    RecordedTeacher teacher = RecordedTeacher.read(file(LINE));

    Ranking ranking = teacher.rankings().get(0);

    assertThat(teacher.size()).isEqualTo(1);
    assertThat(ranking.mention()).isEqualTo(Mention.of("Felt sick").withId("r1"));
    assertThat(ranking.request().ids()).containsExactly("1", "2", "3");
    assertThat(ranking.ids()).containsExactly("2", "1");
    assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
    assertThat(teacher.identity()).matches("recorded=[0-9a-f]{64} matching=strict");
    assertThat(teacher.lenient().identity()).isNotEqualTo(teacher.identity());
  }

  @Test
  void aNameAloneIsTheId() throws IOException {
    RecordedTeacher teacher =
        RecordedTeacher.read(
            file(
                "{\"mention\":\"脾肿大\",\"candidates\":[{\"name\":\"脾大\"},{\"name\":\"肝大\"}],"
                    + "\"ranking\":[\"肝大\",\"脾大\"]}"));

    assertThat(teacher.rankings().get(0).ids()).containsExactly("肝大", "脾大");
  }

  @Test
  void strictAnswersTheVeryRequestOnly() throws IOException {
    RecordedTeacher teacher = RecordedTeacher.read(file(LINE));

    assertThat(teacher.rank(request("Felt sick", "1", "2", "3")).ranking().ids())
        .containsExactly("2", "1");
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> teacher.rank(request("Felt sick", "2", "1", "9")))
        .withMessage(
            "the mention 'Felt sick' is recorded with other candidates: 2 of the 3 asked for are in"
                + " the record, or their order differs; see lenient()");
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> teacher.rank(request("felt sick", "1", "2", "3")))
        .withMessage(
            "the mention 'felt sick' is not among the 1 recorded answers; case counts, see"
                + " ignoringCase()");
    assertThat(teacher.find(request("dizzy", "1"))).isEmpty();
  }

  @Test
  void lenientRestrictsTheRankingToTheRequest() throws IOException {
    RecordedTeacher teacher = RecordedTeacher.read(file(LINE)).lenient().ignoringCase();

    Ranking fewer = teacher.rank(request("felt SICK", "3", "1", "2")).ranking();
    Ranking more = teacher.rank(request("felt sick", "1", "8", "9")).ranking();
    Ranking none = teacher.rank(request("felt sick", "8", "9")).ranking();

    assertThat(fewer.ids()).containsExactly("2", "1");
    assertThat(fewer.outcome()).isEqualTo(Outcome.ANSWERED);
    assertThat(more.ids()).containsExactly("1");
    assertThat(more.outcome())
        .isEqualTo(new Outcome.Repaired("candidates not in the record left out: 2"));
    assertThat(none.ids()).containsExactly("8", "9");
    assertThat(none.outcome()).isInstanceOf(Outcome.FellBack.class);
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> teacher.rank(request("dizzy", "1")))
        .withMessage("the mention 'dizzy' is not among the 1 recorded answers");
  }

  @Test
  void ofSeveralRecordsTheClosestAnswers() throws IOException {
    RecordedTeacher teacher =
        RecordedTeacher.read(
                file(
                    LINE,
                    LINE.replace("Felt", "felt").replace("\"2\",\"1\"", "\"1\",\"2\""),
                    LINE.replace("\"id\":\"3\"", "\"id\":\"4\"")
                        .replace("[\"2\",\"1\"]", "[\"4\"]")))
            .lenient()
            .ignoringCase();

    assertThat(teacher.rank(request("felt sick", "1", "2")).ranking().ids())
        .containsExactly("1", "2");
    assertThat(teacher.rank(request("Felt sick", "1", "2")).ranking().ids())
        .containsExactly("2", "1");
    assertThat(teacher.rank(request("Felt sick", "1", "2", "4")).ranking().ids())
        .containsExactly("4");
  }

  @Test
  void equalAnswersCountOnceAndDifferentOnesAreRefused() throws IOException {
    Path once = file(LINE);
    Path again = file(LINE);
    Path other = file(LINE.replace("[\"2\",\"1\"]", "[\"1\",\"2\"]"));

    assertThat(RecordedTeacher.read(once, again).size()).isEqualTo(1);
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> RecordedTeacher.read(once, other))
        .withMessageContaining("'Felt sick' is recorded with two different answers");
    assertThatIllegalArgumentException().isThrownBy(RecordedTeacher::read);
  }

  @Test
  void aJournalIsReadAsWellEvenWhileItIsWritten() throws IOException {
    Path path = folder.resolve("journal.jsonl");
    CandidateList request = request("dizzy", "1", "2");
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling =
          journal.journaling(
              TeacherLlm.of("t", r -> Ranking.byPlaces(r, List.of(1), new Outcome.Repaired("x"))));
      journaling.rank(request);
      Files.writeString(
          path, "{\"key\":\"12", StandardCharsets.UTF_8, java.nio.file.StandardOpenOption.APPEND);

      RecordedTeacher teacher = RecordedTeacher.read(path);

      assertThat(teacher.rank(request).ranking())
          .isEqualTo(Ranking.byPlaces(request, List.of(1), new Outcome.Repaired("x")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[\"2\",\"1\"]|[\"9\"]|line 1: it ranks \"9\", which is not among its candidates",
        "[\"2\",\"1\"]|[\"2\",\"2\"]|line 1: entity '2' is ranked twice",
        "\"id\":\"3\"|\"id\":\"2\"|line 1: entity '2' stands twice",
        "\"id\":\"3\"|\"id\":3|line 1: 'id' must be a text",
        "\"ranking\"|\"order\"|line 1: 'ranking' must be an array",
        "\"mention\"|\"text\"|line 1: 'mention' must be a text",
        "Felt sick| |line 1: a mention's text must not be blank",
        "\"ranking\"|\"scores\":[1],\"ranking\"|line 1: it has 1 scores for 2 ranked candidates",
        "\"ranking\"|\"outcome\":\"odd\",\"ranking\"|line 1: outcome 'odd' is unknown",
        "]}]|]|line 1",
      })
  void aFaultyRecordIsNamedByFileAndLine(String sound, String faulty, String message)
      throws IOException {
    Path file = file(LINE.replace(sound, faulty == null ? " " : faulty));
    if (sound.equals("]}]")) {
      Files.writeString(file, LINE.substring(0, 60) + "\n");
    }

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> RecordedTeacher.read(file))
        .withMessageContaining(file.toString())
        .withMessageContaining(message);
  }

  @Test
  void emptyMissingAndForeignFilesAreNamed() throws IOException {
    Path empty = file();
    Path latin = Files.write(folder.resolve("latin.jsonl"), new byte[] {'{', (byte) 0xe9, '\n'});

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> RecordedTeacher.read(empty))
        .withMessageContaining("holds no recorded answer");
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> RecordedTeacher.read(latin))
        .withMessageContaining("is not UTF-8");
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> RecordedTeacher.read(folder.resolve("none.jsonl")))
        .withMessageContaining("none.jsonl");
  }

  @ParameterizedTest
  @CsvSource({
    "askapatient.train.jsonl, 2000, 20, 3e72d4c98c1567ccc823f1fcba2b24830a1fa4f3bacef663a393449bf86c7dcf",
    "askapatient.test.jsonl, 561, 10, cfae2fe9dc397ab9bf393966d00fae5ef9b1ac4641fa37bdf42a27e700cfcdd3",
    "chip-cdn.train.jsonl, 1000, 20, 1c0bb79c6af3a75d99fbf7c373536d5278ac68ffecd352328aabe56661c2d078",
    "chip-cdn.dev.jsonl, 500, 20, 101a0aa2534f9376a78053e27c9efcada6af04ff562ca436cc392fb4b8ef2250",
  })
  void theRecordedSetsAreReadAndMakeTrainingSets(
      String name, int size, int candidates, String sha256) {
    Path file = data().resolve("teacher").resolve(name);
    assertThat(Fingerprint.ofFile(file)).isEqualTo(sha256);

    RecordedTeacher teacher = RecordedTeacher.read(file);

    assertThat(teacher.rankings()).hasSize(size);
    assertThat(teacher.rankings())
        .allSatisfy(
            ranking -> {
              assertThat(ranking.request().size()).isEqualTo(candidates);
              assertThat(ranking.candidates()).hasSize(10);
              assertThat(teacher.rank(ranking.request()).ranking()).isEqualTo(ranking);
            });
    assertThat(TrainingSet.of(teacher.rankings(), teacher.identity()).size()).isEqualTo(size);
  }

  /** The raw LLM of the paper's table: the recorded ranking as the answer, over all 867 rows. */
  @Test
  void theRecordAnswersAllRowsOfAskAPatientOnSapBertsCandidates() throws IOException {
    RecordedTeacher teacher =
        RecordedTeacher.read(data().resolve("teacher/askapatient.test.jsonl")).ignoringCase();
    JsonNode queries =
        JsonMapper.builder()
            .build()
            .readTree(data().resolve("sapbert-candidates/askapatient.test_sapbert.json").toFile())
            .path("queries");
    int first = 0;
    int firstFive = 0;
    for (JsonNode query : queries) {
      JsonNode mention = query.path("mentions").path(0);
      List<Entity> entities = new ArrayList<>();
      for (JsonNode candidate : mention.path("candidates")) {
        entities.add(
            Entity.of(candidate.path("labelcui").asText(), candidate.path("name").asText()));
      }
      List<String> gold = List.of(mention.path("golden_cui").asText().split("[|+]", -1));
      Mention text = Mention.of(mention.path("mention").asText());
      List<String> ids = teacher.rank(CandidateList.of(text, entities)).ranking().ids();
      first += gold.contains(ids.get(0)) ? 1 : 0;
      firstFive += ids.subList(0, 5).stream().anyMatch(gold::contains) ? 1 : 0;
    }
    assertThat(queries).hasSize(867);
    assertThat(first / 867.0).isEqualTo(0.8074, org.assertj.core.data.Offset.offset(0.00005));
    assertThat(firstFive / 867.0).isEqualTo(0.9008, org.assertj.core.data.Offset.offset(0.00005));
  }

  private static Path data() {
    Path data = Path.of(System.getProperty("rpdr.data", "none"));
    assumeTrue(Files.isDirectory(data), "no data sets at " + data + " (system property rpdr.data)");
    return data;
  }

  @Test
  void ofAMentionAskedAgainTheLaterAnswersCount() throws IOException {
    RecordedTeacher first =
        RecordedTeacher.read(
            file(LINE, LINE.replace("Felt sick", "Felt bad"), LINE.replace("Felt sick", "Ill")));
    RecordedTeacher later =
        RecordedTeacher.read(
            file(
                LINE.replace("[\"2\",\"1\"]", "[\"3\"]").replace("r1", "again"),
                LINE.replace("Felt sick", "New")));

    RecordedTeacher both = first.lenient().updatedBy(later);

    assertThat(both.rankings().stream().map(ranking -> ranking.mention().text()))
        .containsExactly("Felt bad", "Ill", "Felt sick", "New");
    assertThat(both.rank(request("Felt sick", "1", "2", "3")).ranking().ids()).containsExactly("3");
    assertThat(both.rank(request("Ill", "3", "2")).ranking().ids()).containsExactly("2");
    assertThat(both.identity())
        .endsWith("matching=lenient")
        .isNotEqualTo(first.lenient().identity());
  }

  @Test
  void aRecordOfNoRankingsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RecordedTeacher.of(List.of()))
        .withMessageContaining("at least one");
  }
}
