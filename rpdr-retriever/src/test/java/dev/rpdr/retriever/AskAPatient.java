package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.Entity;
import dev.rpdr.Fingerprint;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import dev.rpdr.Retriever;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** AskAPatient fold 0 for tests on real data: the 1036 preferred labels and the 867 test rows. */
public final class AskAPatient {
  private static final String CONCEPTS_SHA256 =
      "c1bda6716cafad8e9250e488d3f2e44b3c99b1410f11c56a524640beac173ea0";
  private static final String TEST_SHA256 =
      "f129a0d1e80b96bb169fd0a42a361a6d44401e829cd0eaa8ebd8667f93489c8b";

  private AskAPatient() {}

  /** The file under {@code rpdr.data}; skips the test where it is absent. */
  public static Path file(String path, String sha256) {
    Path file = Path.of(System.getProperty("rpdr.data", "no-data")).resolve(path);
    assumeTrue(Files.exists(file), () -> "needs the data set " + path + " under -Drpdr.data");
    assertThat(Fingerprint.ofFile(file)).as("SHA-256 of " + path).isEqualTo(sha256);
    return file;
  }

  public static KnowledgeBase labels() {
    return KnowledgeBase.of(
        rows(file("askapatient/derived/concepts.tsv", CONCEPTS_SHA256), StandardCharsets.UTF_8)
            .stream()
            .map(row -> Entity.of(row[0], row[1]))
            .toList());
  }

  public static Dataset test() {
    Path file = file("askapatient/AskAPatient.fold-0.test.txt", TEST_SHA256);
    return new Dataset(
        "test",
        rows(file, StandardCharsets.ISO_8859_1).stream()
            .map(row -> LabelledMention.of(row[2], row[0]))
            .toList());
  }

  /** The share of mentions whose gold is among the first k. */
  public static double accuracy(Retriever retriever, Dataset dataset, int k) {
    List<CandidateList> lists = retriever.retrieveAll(dataset.unlabelled(), k);
    int hits = 0;
    for (int i = 0; i < dataset.size(); i++) {
      LabelledMention labelled = dataset.mentions().get(i);
      if (lists.get(i).ids().stream().anyMatch(labelled.gold().ids()::contains)) {
        hits++;
      }
    }
    return (double) hits / dataset.size();
  }

  private static List<String[]> rows(Path file, Charset charset) {
    try {
      return Files.readAllLines(file, charset).stream().map(line -> line.split("\t", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
