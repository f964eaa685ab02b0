package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TextAnalysisTest {
  @Test
  void wordsHaveTwoLettersAndAreLowerCasedAsInScikitLearn() {
    assertThat(TextAnalysis.word().terms("Type-2 Diabetes, a Sjögren's\tsyndrome (HbA1c_x)"))
        .containsExactly("type", "diabetes", "sjögren", "syndrome", "hba1c_x");
    assertThat(TextAnalysis.word().caseSensitive().terms("Dry Eye")).containsExactly("Dry", "Eye");
  }

  @Test
  void aTextTooShortForItsAnalysisKeepsATerm() {
    assertThat(TextAnalysis.word().terms("m/s")).containsExactly("m", "s");
    assertThat(TextAnalysis.word().terms("++")).containsExactly("++");
    assertThat(TextAnalysis.charWordBoundary(5, 6).terms("T4")).containsExactly(" t4  ");
    assertThat(TextAnalysis.chars(3, 3).terms("癌")).containsExactly("癌  ");
  }

  @Test
  void charWordBoundaryPadsEachWordAndStaysWithinIt() {
    assertThat(TextAnalysis.charWordBoundary(3, 5).terms("Pain  of"))
        .containsExactlyInAnyOrder(
            " pa", "pai", "ain", "in ", " pai", "pain", "ain ", " pain", "pain ", " of", "of ",
            " of ");
  }

  @Test
  void aNoBreakSpaceSeparatesWords() {
    assertThat(TextAnalysis.charWordBoundary(4, 4).terms("ab\u00a0cd"))
        .containsExactlyInAnyOrder(" ab ", " cd ");
  }

  @Test
  void charsRunAcrossWordsAndOneBlankStandsForMany() {
    assertThat(TextAnalysis.chars(2, 2).terms("a \t b")).containsExactlyInAnyOrder("a ", " b");
    assertThat(TextAnalysis.chars(1, 2).terms("糖尿病"))
        .containsExactlyInAnyOrder("糖", "糖尿", "尿", "尿病", "病");
  }

  @Test
  void charactersOutsideTheBasicPlaneStayWhole() {
    assertThat(TextAnalysis.chars(1, 1).terms("𠮷病")).containsExactlyInAnyOrder("𠮷", "病");
  }

  @Test
  void aLongWordIsNotCut() {
    String word = "肝".repeat(300) + "癌";
    assertThat(TextAnalysis.charWordBoundary(2, 2).terms(word)).contains("肝癌").hasSize(302);
    assertThat(TextAnalysis.chars(2, 2).terms(word)).contains("肝癌").hasSize(300);
  }

  @Test
  void aBlankTextHasNoTerms() {
    assertThat(TextAnalysis.word().terms(" \t")).isEmpty();
    assertThat(TextAnalysis.charWordBoundary(1, 2).terms(" \u3000")).isEmpty();
    assertThat(TextAnalysis.chars(1, 2).terms("  ")).isEmpty();
  }

  @Test
  void analysesAreComparedAndPrintedByWhatTheyDo() {
    assertThat(TextAnalysis.charWordBoundary(3, 5)).hasToString("char_wb(3,5)");
    assertThat(TextAnalysis.chars(1, 2).caseSensitive()).hasToString("char(1,2,case-sensitive)");
    assertThat(TextAnalysis.word()).hasToString("word").isEqualTo(TextAnalysis.word());
    assertThat(TextAnalysis.word().caseSensitive())
        .hasToString("word(case-sensitive)")
        .isNotEqualTo(TextAnalysis.word());
  }

  @Test
  void impossibleGramsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextAnalysis.chars(0, 2))
        .withMessage("n-grams need 1 <= min <= max <= 32, not 0 to 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextAnalysis.charWordBoundary(4, 3))
        .withMessageContaining("not 4 to 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextAnalysis.charWordBoundary(4, 33))
        .withMessageContaining("not 4 to 33");
  }
}
