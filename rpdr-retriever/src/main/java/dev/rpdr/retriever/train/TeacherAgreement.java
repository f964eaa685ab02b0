package dev.rpdr.retriever.train;

import ai.djl.ndarray.NDArray;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.TokenBatch;
import dev.rpdr.nn.train.TrainableGraph;
import dev.rpdr.retriever.train.Example.Choice;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How often the encoder puts the same candidate first as the teacher did, each candidate by its
 * best name. A candidate that ties with the teacher's first is no disagreement.
 */
final class TeacherAgreement {
  private static final int TOKEN_BUDGET = 2048;

  private final List<Example> examples;
  private final Texts texts;
  private final EncoderOptions options;

  TeacherAgreement(
      List<Example> examples, TokenTable table, TextTokenizer tokenizer, EncoderOptions options) {
    this.examples = examples;
    this.options = options;
    Set<Integer> numbers = new LinkedHashSet<>();
    for (Example example : examples) {
      numbers.add(example.mention());
      for (List<Choice> choices : List.of(example.targets(), example.others())) {
        for (Choice choice : choices) {
          for (int name : choice.names()) {
            numbers.add(name);
          }
        }
      }
    }
    texts = Texts.of(numbers, table, tokenizer, TOKEN_BUDGET);
  }

  /** The share of examples in [0, 1]. */
  double of(TrainableGraph graph) {
    Map<Integer, float[]> vectors = new HashMap<>();
    int next = 0;
    for (TokenBatch batch : texts.batches()) {
      float[] flat =
          graph.evaluate(
              forward -> {
                NDArray made = Texts.vectors(forward, options, batch);
                return made.toFloatArray();
              });
      int dimension = flat.length / batch.size();
      for (int row = 0; row < batch.size(); row++) {
        float[] vector = new float[dimension];
        System.arraycopy(flat, row * dimension, vector, 0, dimension);
        vectors.put(texts.numbers().get(next++), vector);
      }
    }
    long agreeing = examples.stream().filter(example -> agrees(example, vectors)).count();
    return (double) agreeing / examples.size();
  }

  private static boolean agrees(Example example, Map<Integer, float[]> vectors) {
    float[] mention = vector(vectors, example.mention());
    double first = score(mention, example.targets().get(0), vectors);
    List<Choice> rest = example.targets().subList(1, example.targets().size());
    return rest.stream().allMatch(choice -> score(mention, choice, vectors) <= first)
        && example.others().stream().allMatch(choice -> score(mention, choice, vectors) <= first);
  }

  private static double score(float[] mention, Choice choice, Map<Integer, float[]> vectors) {
    double best = Double.NEGATIVE_INFINITY;
    for (int name : choice.names()) {
      float[] vector = vector(vectors, name);
      double dot = 0;
      for (int d = 0; d < mention.length; d++) {
        dot += (double) mention[d] * vector[d];
      }
      best = Math.max(best, dot);
    }
    return best;
  }

  private static float[] vector(Map<Integer, float[]> vectors, int number) {
    float[] vector = vectors.get(number);
    if (vector == null) {
      throw new IllegalStateException("text " + number + " was not encoded");
    }
    return vector;
  }
}
