package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.ModelException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTokenizerTest {
  private static final String LONG = "pain ".repeat(400);

  @ParameterizedTest
  @ValueSource(strings = {"all-minilm-l6-v2", "bge-small-en-v15", "bge-small-zh-v15"})
  void tokensAreThoseOfPython(String model) {
    try (TextTokenizer tokenizer = TextTokenizer.open(ModelFiles.maven(model), 128)) {
      List<Vectors.Reference> references = Vectors.of(model);
      assertThat(references).hasSize(3);
      for (Vectors.Reference reference : references) {
        assertThat(tokenizer.encode(reference.text()).ids()).isEqualTo(reference.ids());
      }
    }
  }

  @Test
  void pairsCarryTypes() {
    try (TextTokenizer tokenizer = TextTokenizer.open(ModelFiles.maven("all-minilm-l6-v2"), 128)) {
      TokenSequence pair = tokenizer.encode("a pain in the chest", "angina pectoris");
      assertThat(pair.ids())
          .containsExactly(
              101, 1037, 3255, 1999, 1996, 3108, 102, 17076, 3981, 21877, 16761, 2483, 102);
      assertThat(pair.typeIds()).containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1);
    }
  }

  @Test
  void neitherPaddingNorLengthComeFromTheFile() {
    // all-MiniLM's file asks to pad to 128 and to cut at 128, the tiny one to do both at 6.
    try (TextTokenizer real = TextTokenizer.open(ModelFiles.maven("all-minilm-l6-v2"), 200);
        TextTokenizer tiny = TextTokenizer.open(tiny(TinyModel.tokenizer()), 9)) {
      assertThat(real.encode("pain").length()).isEqualTo(3);
      assertThat(real.encode(LONG).length()).isEqualTo(200);
      assertThat(tiny.encodeAll(List.of("w0", "w1 w2")).stream().map(TokenSequence::length))
          .containsExactly(3, 4);
      assertThat(tiny.encode("w0 ".repeat(50)).length()).isEqualTo(9);
    }
  }

  @Test
  void ofAPairTheLongerTextIsCutFirst() {
    try (TextTokenizer tokenizer = TextTokenizer.open(tiny(TinyModel.tokenizer()), 9)) {
      TokenSequence pair = tokenizer.encode("w0 w1", "w2 ".repeat(50));
      assertThat(pair.ids()).containsExactly(1, 4, 5, 2, 6, 6, 6, 6, 2);
      assertThat(pair.typeIds()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 1);
    }
  }

  @Test
  void manyTextsAreTokenizedAsEachAlone() {
    List<String> texts = IntStream.range(0, 2500).mapToObj(i -> "w" + i % 10 + " w1").toList();
    try (TextTokenizer tokenizer = TextTokenizer.open(tiny(TinyModel.tokenizer()), 16)) {
      List<TokenSequence> all = tokenizer.encodeAll(texts);
      assertThat(all).hasSize(2500);
      assertThat(all.get(2047)).isEqualTo(tokenizer.encode(texts.get(2047)));
      assertThat(tokenizer.pad(all.subList(0, 3)).width()).isEqualTo(4);
      assertThat(tokenizer.encodeAll(List.of())).isEmpty();
    }
  }

  @Test
  void oddTextsAreTokenized() {
    try (TextTokenizer tokenizer = TextTokenizer.open(ModelFiles.maven("all-minilm-l6-v2"), 128)) {
      assertThat(tokenizer.encode("").ids()).containsExactly(101, 102);
      assertThat(tokenizer.encode("  \t ").ids()).containsExactly(101, 102);
      assertThat(tokenizer.encode("\uD83D")).isEqualTo(tokenizer.encode("\uFFFD"));
      assertThat(tokenizer.encode("pain \uDE00 here"))
          .isEqualTo(tokenizer.encode("pain \uFFFD here"));
      assertThat(tokenizer.encode("a\u0000b").length()).isGreaterThan(2);
      assertThat(tokenizer.encode("\uD83D\uDE00").length()).isEqualTo(3);
    }
  }

  @Test
  void nullIsRefused() {
    try (TextTokenizer tokenizer = TextTokenizer.open(tiny(TinyModel.tokenizer()), 16)) {
      assertThatThrownBy(() -> tokenizer.encodeAll(Collections.singletonList(null)))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("a text to encode");
    }
  }

  @Test
  void theFactsOfTheFileAreRead() {
    String padded =
        TinyModel.tokenizer()
            .replace(
                "\"added_tokens\":[]",
                "\"added_tokens\":[{\"id\":3,\"content\":\"<pad>\",\"special\":true}]");
    TokenizerFacts facts = TokenizerFacts.read(tiny(padded));
    assertThat(facts).isEqualTo(new TokenizerFacts(3, TinyModel.VOCABULARY - 1));
    assertThat(TokenizerFacts.read(tiny("{\"model\":{\"vocab\":[[\"a\",0.1],[\"b\",0.2]]}}")))
        .isEqualTo(new TokenizerFacts(0, 1));
  }

  @Test
  void whatIsNoTokenizerIsRefused() {
    assertThatThrownBy(() -> TextTokenizer.open(tiny("[CLS]\n[SEP]\n"), 16))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("not JSON");
    assertThatThrownBy(() -> TextTokenizer.open(tiny("{\"do_lower_case\":true}"), 16))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no field 'model'");
    assertThatThrownBy(() -> TextTokenizer.open(tiny("{\"model\":{\"type\":\"Telepathy\"}}"), 16))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("cannot be opened");
  }

  @Test
  void closingTwiceIsHarmlessAndUseAfterwardsIsAnError() {
    int before = OpenHandles.count();
    TextTokenizer tokenizer = TextTokenizer.open(tiny(TinyModel.tokenizer()), 16);
    assertThat(OpenHandles.count()).isEqualTo(before + 1);
    tokenizer.close();
    tokenizer.close();
    assertThat(OpenHandles.count()).isEqualTo(before);
    assertThatThrownBy(() -> tokenizer.encode("w0"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the tokenizer is closed");
  }

  private static byte[] tiny(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
