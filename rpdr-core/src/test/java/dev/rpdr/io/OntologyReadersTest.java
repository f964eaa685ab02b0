package dev.rpdr.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OntologyReadersTest {
  private static final String OBO =
      """
      format-version: 1.2

      [Term]
      id: X:1
      name: Haematuria
      synonym: "Blood in urine" EXACT layperson [X:curators]
      synonym: "Red\\, \\"rusty\\" urine" EXACT []
      synonym: "Urine finding" BROAD []
      is_a: X:0 ! Finding

      [Typedef]
      id: part_of
      name: part of

      [Term]
      id: X:2
      name: Old term
      is_obsolete: true

      [Term]
      id: X:3
      name: Cough
      """;

  @TempDir Path folder;

  @Test
  void oboTermsKeepTheirExactSynonyms() throws IOException {
    KnowledgeBase terms = OboReader.read(write("terms.obo", OBO));

    assertThat(terms.size()).isEqualTo(2);
    assertThat(terms.find("X:1"))
        .contains(Entity.of("X:1", "Haematuria", "Blood in urine", "Red, \"rusty\" urine"));
    assertThat(terms.find("X:3")).contains(Entity.of("X:3", "Cough"));
  }

  @Test
  void aTermWithoutANameIsNamedByItsLine() throws IOException {
    Path file = write("terms.obo", OBO.replace("name: Cough\n", ""));

    assertThatThrownBy(() -> OboReader.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("terms.obo line 20")
        .hasMessageContaining("lacks an id or a name");
  }

  @Test
  void aFileWithoutTermsIsRefused() throws IOException {
    Path file = write("terms.obo", "format-version: 1.2\n");

    assertThatThrownBy(() -> OboReader.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("holds no [Term]");
  }

  @Test
  void dictionaryLinesAreIdsAndNames() throws IOException {
    Path file = write("dictionary.txt", "D1|600001||Cough|Coughing\nD2||Fever\nD1||Tussis\n");

    KnowledgeBase terms = DictionaryReader.read(file);

    assertThat(terms.find("D1")).contains(Entity.of("D1", "Cough", "Coughing", "Tussis"));
    assertThat(terms.find("D2")).contains(Entity.of("D2", "Fever"));
  }

  @Test
  void aDictionaryLineWithoutNamesIsNamed() throws IOException {
    Path file = write("dictionary.txt", "D1||Cough\nD2|Fever\n");

    assertThatThrownBy(() -> DictionaryReader.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("dictionary.txt line 2")
        .hasMessageContaining("'||' is missing");
  }

  @Test
  void realOntologiesAreReadWhole() {
    String data = System.getProperty("rpdr.data");
    assumeThat(data).as("the data sets lie in the folder named by rpdr.data").isNotNull();
    Path sets = Path.of(data);
    assumeThat(sets.resolve("hpo")).as("the data set hpo").isDirectory();

    assertThat(OboReader.read(sets.resolve("hpo/hp-2013-11-30.obo")).size()).isEqualTo(10267 - 44);
    assertThat(OboReader.read(sets.resolve("disease-ontology/doid-2016-03-04.obo")).size())
        .isEqualTo(9243 - 2369);
    KnowledgeBase medic = DictionaryReader.read(sets.resolve("medic/medic_06Jul2012.txt"));
    assertThat(medic.size()).isEqualTo(11915);
    assertThat(medic.nameCount()).isBetween(76000, 76237);
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content, StandardCharsets.UTF_8);
  }
}
