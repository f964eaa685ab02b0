package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.ModelException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InnerProductSearchTest {
  private static final int DIMENSION = 24;
  private final Random random = new Random(11);

  @Test
  void findsWhatAPlainLoopFindsAcrossChunks() {
    float[][] names = vectors(97);
    float[][] queries = vectors(5);
    List<VectorChunk> chunks =
        List.of(chunk(names, 0, 40), chunk(names, 40, 43), chunk(names, 43, 97));
    try (InnerProductSearch search = InnerProductSearch.over(chunks)) {
      for (int count : new int[] {1, 7, 50, 97}) {
        List<NearestNames> found = search.search(Arrays.asList(queries), count);

        for (int q = 0; q < queries.length; q++) {
          NearestNames nearest = found.get(q);
          Set<Integer> listed = new HashSet<>();
          for (int i = 0; i < nearest.names().length; i++) {
            listed.add(nearest.names()[i]);
            assertThat((double) nearest.scores()[i])
                .isCloseTo(dot(queries[q], names[nearest.names()[i]]), within(1e-4));
          }
          assertThat(listed).hasSameSizeAs(nearest.names());
          for (int name = 0; name < names.length; name++) {
            if (!listed.contains(name)) {
              assertThat(dot(queries[q], names[name])).isLessThanOrEqualTo(nearest.bound() + 1e-4);
            }
          }
          assertThat(nearest.names()).hasSizeGreaterThanOrEqualTo(count);
        }
      }
    }
  }

  @Test
  void nothingIsMissingWhereAllAreAskedFor() {
    float[][] names = vectors(10);
    try (InnerProductSearch search = InnerProductSearch.over(List.of(chunk(names, 0, 10)))) {
      NearestNames all = search.search(List.of(vectors(1)[0]), 10).get(0);
      assertThat(all.bound()).isEqualTo(Float.NEGATIVE_INFINITY);
      assertThat(all.names()).containsExactlyInAnyOrder(IntStream.range(0, 10).toArray());
    }
  }

  @Test
  void closingTwiceIsHarmlessAndSearchingAfterItIsRefused() {
    InnerProductSearch search = InnerProductSearch.over(List.of(chunk(vectors(3), 0, 3)));
    search.close();
    search.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> search.search(List.of(vectors(1)[0]), 1))
        .withMessage("the dense retriever is closed");
  }

  @Test
  void aVectorThatIsNoNumberIsRefusedByItsText() {
    float[][] vectors = vectors(2);
    vectors[1][3] = Float.NaN;
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> VectorChunk.of(vectors, DIMENSION, List.of("fine", "broken")))
        .withMessage("the encoder's vector of 'broken' holds NaN, which is no finite number");
  }

  private static VectorChunk chunk(float[][] vectors, int from, int to) {
    List<String> texts = Collections.nCopies(to - from, "text");
    return VectorChunk.of(Arrays.copyOfRange(vectors, from, to), DIMENSION, texts);
  }

  private float[][] vectors(int count) {
    float[][] vectors = new float[count][DIMENSION];
    for (float[] vector : vectors) {
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < DIMENSION; d++) {
      sum += (double) a[d] * b[d];
    }
    return sum;
  }
}
