package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.Candidate;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LexicalSimilarityTest {
  private static final KnowledgeBase KNOWLEDGE =
      KnowledgeBase.of(
          List.of(
              Entity.of("1", "糖尿病"),
              Entity.of("2", "糖尿病性白内障"),
              Entity.of("3", "Heart attack"),
              Entity.of("4", "Panic attack")));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"糖尿病人的白内障", "attack", "hart atack", "heart heart"})
  void itIsWhatTheRetrieverGives(String mention) {
    for (TextAnalysis analysis :
        List.of(
            TextAnalysis.chars(1, 2), TextAnalysis.word(), TextAnalysis.charWordBoundary(3, 5))) {
      LexicalSimilarity similarity = LexicalSimilarity.of(KNOWLEDGE, analysis);
      for (Candidate candidate :
          TfIdfRetriever.build(KNOWLEDGE, analysis).retrieve(Mention.of(mention), 4).candidates()) {
        assertThat(similarity.cosine(mention, candidate.entity().names().get(0)))
            .isCloseTo(candidate.score(), within(1e-6));
      }
    }
  }

  @Test
  void equalTextsAreOneAndStrangersZero() {
    LexicalSimilarity similarity = LexicalSimilarity.of(KNOWLEDGE, TextAnalysis.word());

    assertThat(similarity.cosine("heart ATTACK", "Heart attack")).isCloseTo(1, within(1e-12));
    assertThat(similarity.cosine("heart", "panic")).isZero();
    assertThat(similarity.cosine("something else", "something else")).isZero();
  }

  @Test
  void itIsKeptInAFile() throws IOException {
    LexicalSimilarity similarity = LexicalSimilarity.of(KNOWLEDGE, TextAnalysis.chars(1, 2));
    Path file = folder.resolve("lexical.json");
    similarity.write(file);

    LexicalSimilarity read = LexicalSimilarity.read(file);

    assertThat(read.analysis()).isEqualTo(similarity.analysis());
    assertThat(read.cosine("糖尿病", "白内障糖尿病")).isEqualTo(similarity.cosine("糖尿病", "白内障糖尿病"));
    Files.writeString(file, "{\"analysis\":\"word\",\"texts\":2,\"textsWith\":{\"a\":3}}");
    assertThatThrownBy(() -> LexicalSimilarity.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("the term 'a' must be in 1 to 2 texts, not 3");
    Files.writeString(file, "{\"analysis\":\"words\",\"texts\":2,\"textsWith\":{}}");
    assertThatThrownBy(() -> LexicalSimilarity.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("'words' is no analysis");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> LexicalSimilarity.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("lexical.json");
  }

  @Test
  void anAnalysisIsReadAsItIsWritten() {
    for (TextAnalysis analysis :
        List.of(
            TextAnalysis.word(),
            TextAnalysis.word().caseSensitive(),
            TextAnalysis.chars(1, 2).caseSensitive(),
            TextAnalysis.charWordBoundary(3, 5))) {
      assertThat(TextAnalysis.parse(analysis.toString())).isEqualTo(analysis);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextAnalysis.parse("char(3,1)"))
        .withMessageContaining("1 <= min <= max");
  }
}
