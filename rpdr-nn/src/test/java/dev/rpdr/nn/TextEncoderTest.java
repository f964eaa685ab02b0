package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On the real encoders of the Maven artifacts. */
class TextEncoderTest {
  private static final float CLOSE = 1e-5f;

  private static TextEncoder encoder;

  @BeforeAll
  static void open() {
    encoder =
        TextEncoder.open(
            ModelFiles.maven("all-minilm-l6-v2"),
            EncoderOptions.mean().withQueryPrefix("query: "),
            RunOptions.defaults().withThreads(2).withTokenBudget(64));
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  @ParameterizedTest
  @CsvSource({
    "all-minilm-l6-v2, MEAN, true, 384",
    "bge-small-en-v15, CLS, true, 384",
    "bge-small-zh-v15, MEAN, false, 512",
  })
  void vectorsAreThoseOfPythonAloneAndTogether(
      String model, Pooling pooling, boolean normalise, int dimension) {
    EncoderOptions options = new EncoderOptions(pooling, normalise, 128, "");
    List<Vectors.Reference> references = Vectors.of(model);
    List<String> texts = references.stream().map(Vectors.Reference::text).toList();
    try (TextEncoder encoder = TextEncoder.open(ModelFiles.maven(model), options)) {
      float[][] together = encoder.encodeAll(texts);
      assertThat(encoder.dimension()).isEqualTo(dimension);
      assertThat(together).hasDimensions(3, dimension);
      for (int i = 0; i < texts.size(); i++) {
        float[] head = references.get(i).head(pooling, normalise);
        assertThat(Arrays.copyOf(together[i], head.length)).containsExactly(head, within(CLOSE));
        assertThat(encoder.encode(texts.get(i))).containsExactly(together[i], within(CLOSE));
      }
      assertThat(Vectors.cosine(together[0], together[1]))
          .as("an infarction is nearer to a heart attack than to diabetes")
          .isGreaterThan(Vectors.cosine(together[0], together[2]));
    }
  }

  @Test
  void resultsComeInTheCallersOrder() {
    List<String> texts = new ArrayList<>();
    IntStream.range(0, 60).forEach(i -> texts.add("finding " + i + " of the skin".repeat(i % 5)));
    List<String> shuffled = new ArrayList<>(texts);
    Collections.shuffle(shuffled, new Random(3));

    float[][] vectors = encoder.encodeAll(texts);
    float[][] others = encoder.encodeAll(shuffled);

    for (int i = 0; i < shuffled.size(); i++) {
      float[] same = vectors[texts.indexOf(shuffled.get(i))];
      assertThat(others[i]).containsExactly(same, within(CLOSE));
    }
  }

  @Test
  void vectorsAreOfLengthOneWhereAskedFor() {
    for (float[] vector : encoder.encodeAll(List.of("rash", "", "a ".repeat(300)))) {
      double squares =
          IntStream.range(0, vector.length).mapToDouble(d -> vector[d] * vector[d]).sum();
      assertThat(squares).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void aLongTextIsCut() {
    String words = "pain ".repeat(126);
    assertThat(encoder.encode(words + "and much more of it"))
        .containsExactly(encoder.encode(words), within(CLOSE));
  }

  @Test
  void emptyInputs() {
    assertThat(encoder.encodeAll(List.of())).isEmpty();
    assertThat(encoder.encodePairs(List.of())).isEmpty();
    assertThat(encoder.encode("")).containsExactly(encoder.encode(" "), within(CLOSE));
    assertThatThrownBy(() -> encoder.encodeAll(Arrays.asList("rash", null)))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void queriesGetThePrefixAndNamesDoNot() {
    assertThat(encoder.encodeQuery("rash"))
        .containsExactly(encoder.encode("query: rash"), within(CLOSE));
    assertThat(Vectors.cosine(encoder.encodeQuery("rash"), encoder.encode("rash")))
        .isLessThan(0.999f);
  }

  @Test
  void pairsAreReadTogether() {
    TextPair pair = new TextPair("rash", "an itchy skin");
    float[][] vectors = encoder.encodePairs(List.of(new TextPair("a", "b"), pair));
    assertThat(encoder.encodePairs(List.of(pair))[0]).containsExactly(vectors[1], within(CLOSE));
    assertThat(Vectors.cosine(vectors[1], encoder.encode("rash an itchy skin"))).isLessThan(0.999f);
  }

  @Test
  void theListenerHearsOfAllTexts() {
    List<Long> heard = new ArrayList<>();
    encoder.encodeAll(
        Collections.nCopies(100, "a rash on the arm"),
        (stage, done, total, message) -> {
          assertThat(stage).isEqualTo("encode");
          assertThat(total).isEqualTo(100);
          heard.add(done);
        });
    assertThat(heard).isSorted().endsWith(100L).hasSizeGreaterThan(5);
  }

  @Test
  void threadsMayShareAnEncoder() throws Exception {
    List<String> texts = IntStream.range(0, 24).mapToObj(i -> "lesion number " + i).toList();
    float[][] expected = encoder.encodeAll(texts);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<float[][]> call = () -> encoder.encodeAll(texts);
      for (Future<float[][]> result : threads.invokeAll(Collections.nCopies(8, call))) {
        for (int i = 0; i < texts.size(); i++) {
          assertThat(result.get()[i]).containsExactly(expected[i], within(CLOSE));
        }
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void provenanceTellsFilesOptionsAndVersions() {
    assertThat(encoder.provenance().facts())
        .containsEntry("model.source", "maven:all-minilm-l6-v2")
        .containsEntry(
            "model.sha256", "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e")
        .containsEntry("pooling", "MEAN")
        .containsEntry("normalise", "true")
        .containsEntry("max-tokens", "128")
        .containsEntry("device", "cpu")
        .containsKeys("tokenizer.sha256", "onnxruntime.version");
  }
}
