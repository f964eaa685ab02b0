package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The figures of scikit-learn on real data, which ours must reproduce. */
class TfIdfOnDataTest {
  private static final String ICD10_SHA256 =
      "bcac14dc5096308bf4eef4677cbdfb7a7b6b9ec7933d9221b93ea0cc63723671";

  @Test
  void askAPatientLabelsOnlyReachesTheKnownAccuracies() {
    KnowledgeBase labels = AskAPatient.labels();
    Dataset test = AskAPatient.test();

    TfIdfRetriever cased = TfIdfRetriever.build(labels, TextAnalysis.word().caseSensitive());
    assertThat(AskAPatient.accuracy(cased, test, 1)).as("word, cased @1").isBetween(.19, .23);
    assertThat(AskAPatient.accuracy(cased, test, 5)).as("word, cased @5").isBetween(.26, .30);

    TfIdfRetriever word = TfIdfRetriever.build(labels, TextAnalysis.word());
    assertThat(AskAPatient.accuracy(word, test, 1)).as("word @1").isBetween(.455, .485);
    assertThat(AskAPatient.accuracy(word, test, 5)).as("word @5").isBetween(.535, .565);

    TfIdfRetriever chars = TfIdfRetriever.build(labels, TextAnalysis.charWordBoundary(3, 5));
    assertThat(AskAPatient.accuracy(chars, test, 1)).as("char_wb @1").isBetween(.565, .585);
    assertThat(AskAPatient.accuracy(chars, test, 5)).as("char_wb @5").isBetween(.692, .712);
  }

  @Test
  void aChineseTerminologyFindsEachOfItsNames() throws IOException {
    Path file = AskAPatient.file("chip-cdn/derived/icd10-beijing-v601.tsv", ICD10_SHA256);
    Set<String> names = new LinkedHashSet<>();
    for (String line : Files.readAllLines(file)) {
      names.add(line.split("\t", -1)[1]);
    }
    KnowledgeBase kb = KnowledgeBase.of(names.stream().map(name -> Entity.of(name, name)).toList());
    assertThat(kb.size()).isEqualTo(37_645);
    TfIdfRetriever retriever = TfIdfRetriever.build(kb, TextAnalysis.chars(1, 2));
    List<Mention> mentions = names.stream().limit(500).map(Mention::of).toList();

    for (CandidateList list : retriever.retrieveAll(mentions, 20)) {
      String text = list.mention().text();
      double best = list.candidates().get(0).score();
      assertThat(best).isBetween(.99999, 1.00001);
      assertThat(list.candidates())
          .filteredOn(candidate -> candidate.score() > best - 1e-6)
          .as("the names most similar to " + text)
          .anyMatch(candidate -> candidate.entity().name().equals(text));
    }
  }
}
