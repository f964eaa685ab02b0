package dev.rpdr.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rpdr.Dataset;
import dev.rpdr.Fingerprint;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Reads the real data sets where they lie beside the checkout; skipped elsewhere. */
class RealDataTest {
  private static Path data(String name, String sha256) {
    Path file = Path.of(System.getProperty("rpdr.data", "absent")).resolve(name);
    assumeThat(Files.exists(file)).as("this test needs the data set %s", name).isTrue();
    assertThat(Fingerprint.ofFile(file)).as("the hash of %s", name).isEqualTo(sha256);
    return file;
  }

  @Test
  void ask_a_patient_has_1036_labels_and_867_test_rows() {
    Path concepts =
        data(
            "askapatient/derived/concepts.tsv",
            "c1bda6716cafad8e9250e488d3f2e44b3c99b1410f11c56a524640beac173ea0");
    Path test =
        data(
            "askapatient/AskAPatient.fold-0.test.txt",
            "f129a0d1e80b96bb169fd0a42a361a6d44401e829cd0eaa8ebd8667f93489c8b");

    KnowledgeBase kb =
        KnowledgeBaseReader.builder(TableFormat.tsv(), Column.number(1), Column.number(2))
            .build()
            .read(concepts);
    Dataset dataset =
        DatasetReader.builder(
                TableFormat.tsv().withCharset("ISO-8859-1"), Column.number(3), Column.number(1))
            .build()
            .read("test", test);

    assertThat(kb.size()).isEqualTo(1036);
    assertThat(kb.names()).anyMatch(name -> name.contains("Sjögren"));
    assertThat(dataset.size()).isEqualTo(867);
    assertThat(dataset.mentions())
        .allSatisfy(
            mention -> assertThat(kb.find(mention.gold().ids().iterator().next())).isPresent());
  }

  @Test
  void chip_cdn_has_37645_names_and_composite_gold() {
    Path codes =
        data(
            "chip-cdn/derived/icd10-beijing-v601.tsv",
            "bcac14dc5096308bf4eef4677cbdfb7a7b6b9ec7933d9221b93ea0cc63723671");
    Path dev =
        data(
            "chip-cdn/derived/dev.resolved.tsv",
            "f2efe80851888edb0bcd6eca692635690aee681ae7110148e6dcf82473f430bf");

    KnowledgeBase kb =
        KnowledgeBaseReader.builder(TableFormat.tsv(), Column.number(2), Column.number(2))
            .mergeRepeatedIds()
            .build()
            .read(codes);
    Dataset dataset =
        DatasetReader.builder(TableFormat.tsv(), Column.number(1), Column.number(2))
            .composite("##")
            .build()
            .read("dev", dev);

    assertThat(kb.size()).isEqualTo(37645);
    assertThat(kb.nameCount()).isEqualTo(37645);
    assertThat(dataset.size()).isEqualTo(2000);
    assertThat(dataset.mentions())
        .extracting(LabelledMention::gold)
        .filteredOn(gold -> gold.parts().size() == 1)
        .hasSize(972);
  }
}
