package dev.rpdr.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.Entity;
import dev.rpdr.Evaluation;
import dev.rpdr.Fingerprint;
import dev.rpdr.LabelledMention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Known scores on real data: first the data's hash, then the number. */
class AskAPatientEvaluationTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<LabelledMention> MENTIONS = new ArrayList<>();
  private static final List<CandidateList> CANDIDATES = new ArrayList<>();

  @BeforeAll
  static void readSapBertCandidates() throws IOException {
    Path file =
        checked(
            "sapbert-candidates/askapatient.test_sapbert.json",
            "d7123ac0d1bc20bde84cedd9413ca037a907a77bf96ce3e231a63d7b0c42b533");
    for (JsonNode query : MAPPER.readTree(file.toFile()).path("queries")) {
      for (JsonNode mention : query.path("mentions")) {
        LabelledMention labelled =
            LabelledMention.of(
                mention.path("mention").asText(), mention.path("golden_cui").asText());
        List<Entity> entities = new ArrayList<>();
        mention
            .path("candidates")
            .forEach(
                candidate ->
                    entities.add(
                        Entity.of(
                            candidate.path("labelcui").asText(), candidate.path("name").asText())));
        MENTIONS.add(labelled);
        CANDIDATES.add(CandidateList.of(labelled.mention(), entities));
      }
    }
  }

  @Test
  void sapBertScoresAsPublished() throws IOException {
    Path train =
        checked(
            "askapatient/AskAPatient.fold-0.train.txt",
            "66e9ae23f8167429176e98d33d05fbb6d7c50b27bd1f29851acaddda3599b4a9");
    List<String> seenTexts =
        Files.readAllLines(train, StandardCharsets.ISO_8859_1).stream()
            .map(line -> line.split("\t", -1)[2])
            .toList();
    AccuracyEvaluator evaluator = AccuracyEvaluator.builder().seenTexts(seenTexts).build();
    Evaluation sapBert = evaluator.evaluate(test(), asRetrieved());
    assertThat(sapBert.all().n()).isEqualTo(867);
    assertThat(sapBert.accuracyAt(1)).isCloseTo(.6978, within(.00005));
    assertThat(sapBert.accuracyAt(5)).isCloseTo(.8754, within(.00005));
    assertThat(sapBert.accuracyAt(10)).isCloseTo(.9031, within(.00005));
    assertThat(sapBert.all().ceiling()).isEqualTo(sapBert.accuracyAt(10));
    // One standard error of .698 at n = 867 is .0156.
    assertThat(sapBert.all().accuracyAt(1).low()).isCloseTo(.667, within(.004));
    assertThat(sapBert.all().accuracyAt(1).high()).isCloseTo(.728, within(.004));
    assertThat(sapBert.slice("seen").orElseThrow().n()).isEqualTo(559);
    assertThat(sapBert.slice("seen").orElseThrow().accuracyAt(1).value()).isEqualTo(455 / 559.0);
    assertThat(sapBert.slice("unseen").orElseThrow().n()).isEqualTo(308);
  }

  @Test
  void theRecordedTeacherScoresAsMeasuredAndItsLeadIsNoNoise() throws IOException {
    AccuracyEvaluator evaluator = AccuracyEvaluator.builder().build();
    Evaluation teacher = evaluator.evaluate(test(), asTheTeacherRanked());
    assertThat(teacher.accuracyAt(1)).isCloseTo(.8074, within(.00005));
    assertThat(teacher.accuracyAt(5)).isCloseTo(.9008, within(.00005));
    assertThat(teacher.all().ceiling()).isCloseTo(.9031, within(.00005));
    Comparison comparison =
        Comparison.of("teacher", teacher, "sapbert", evaluator.evaluate(test(), asRetrieved()), 1);
    assertThat(comparison).isEqualTo(new Comparison("teacher", "sapbert", 1, 583, 117, 22, 145));
    assertThat(comparison.pValue()).isLessThan(1e-15);
  }

  private static Dataset test() {
    return new Dataset("askapatient.test", MENTIONS);
  }

  private static List<Ranking> asRetrieved() {
    return CANDIDATES.stream().map(Ranking::asRetrieved).toList();
  }

  private static List<Ranking> asTheTeacherRanked() throws IOException {
    Path file =
        checked(
            "teacher/askapatient.test.jsonl",
            "cfae2fe9dc397ab9bf393966d00fae5ef9b1ac4641fa37bdf42a27e700cfcdd3");
    Map<String, JsonNode> answers = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode answer = MAPPER.readTree(line);
      answers.put(answer.path("mention").asText().toLowerCase(Locale.ROOT), answer.path("ranking"));
    }
    List<Ranking> rankings = new ArrayList<>();
    for (CandidateList request : CANDIDATES) {
      Map<String, Integer> places = request.places();
      List<Integer> order = new ArrayList<>();
      Objects.requireNonNull(answers.get(request.mention().text().toLowerCase(Locale.ROOT)))
          .forEach(id -> order.add(Objects.requireNonNull(places.get(id.asText()))));
      rankings.add(Ranking.byPlaces(request, order, Outcome.ANSWERED));
    }
    return rankings;
  }

  private static Path checked(String name, String sha256) {
    Path file = Path.of(System.getProperty("rpdr.data", "no-such-folder"), name);
    assumeTrue(
        Files.exists(file), () -> "data set " + name + " is not in the folder rpdr.data names");
    assertThat(Fingerprint.ofFile(file)).as("SHA-256 of %s", name).isEqualTo(sha256);
    return file;
  }
}
