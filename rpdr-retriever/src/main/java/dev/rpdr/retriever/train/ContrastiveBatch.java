package dev.rpdr.retriever.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.torch.Torch;
import dev.rpdr.nn.train.Forward;
import dev.rpdr.retriever.train.Example.Choice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Some examples, ready for a step. All different texts of the batch, mentions and names alike, are
 * encoded once; each mention's softmax runs over all names in the batch, whoever's candidates they
 * are, but not over further names of what is right for it (in-batch negatives as in Karpukhin et
 * al. 2020, "Dense Passage Retrieval", with a soft target).
 *
 * @param texts all texts
 * @param target {@code float[texts][texts]}, row-major: the weight of a name (column) for a mention
 *     (row), which sum to the example's weight; rows of what is no mention are 0
 * @param mask of the same shape: 0 where a name takes part in a mention's softmax, and {@link
 *     #EXCLUDED} where it does not
 * @param examples how many examples there are
 */
@SuppressWarnings("ArrayRecordComponent")
record ContrastiveBatch(Texts texts, float[] target, float[] mask, int examples) {
  /** Far enough below any logit for a softmax of 0, and finite, so that times 0 it is 0. */
  private static final float EXCLUDED = -1e9f;

  /** A step keeps all its activations, so that only one long text may ask for more. */
  private static final int TOKEN_BUDGET = 1 << 16;

  /**
   * Makes a batch.
   *
   * @param candidates how many entities of each example, its targets included, at most
   * @param extra names that are put in besides
   * @param smoothing the share of each target that is spread evenly over the example's own entities
   *     in the batch
   * @param random chooses among an example's other entities and among the names of an entity
   */
  static ContrastiveBatch of(
      List<Example> examples,
      int candidates,
      List<Integer> extra,
      double smoothing,
      TokenTable table,
      TextTokenizer tokenizer,
      Random random) {
    List<Map<Integer, Double>> targets = new ArrayList<>();
    Set<Integer> names = new LinkedHashSet<>();
    for (Example example : examples) {
      Map<Integer, Double> picked = new HashMap<>();
      for (Choice choice : example.targets()) {
        picked.merge(choice.pick(random), choice.weight(), Double::sum);
      }
      List<Integer> own = new ArrayList<>(picked.keySet());
      int room = Math.max(1, candidates - example.targets().size());
      for (Choice choice : drawn(example.others(), room, random)) {
        own.add(choice.pick(random));
      }
      names.addAll(own);
      own.removeIf(name -> example.alsoRight().contains(name) && !picked.containsKey(name));
      targets.add(smoothed(picked, own, smoothing, example.weight()));
    }
    names.addAll(extra);
    Set<Integer> all = new LinkedHashSet<>(names);
    examples.forEach(example -> all.add(example.mention()));
    Texts texts = Texts.of(all, table, tokenizer, TOKEN_BUDGET);
    return new Filling(texts, names).fill(examples, targets);
  }

  private static Map<Integer, Double> smoothed(
      Map<Integer, Double> picked, List<Integer> own, double smoothing, double weight) {
    Map<Integer, Double> target = new HashMap<>();
    picked.forEach((name, share) -> target.put(name, weight * (1 - smoothing) * share));
    if (smoothing > 0) {
      own.forEach(name -> target.merge(name, weight * smoothing / own.size(), Double::sum));
    }
    return target;
  }

  /** The hardest for half of the room, rounded up, and for the rest any of the others. */
  private static List<Choice> drawn(List<Choice> others, int room, Random random) {
    if (others.size() <= room) {
      return others;
    }
    int hardest = (room + 1) / 2;
    List<Choice> drawn = new ArrayList<>(others.subList(0, hardest));
    List<Choice> rest = new ArrayList<>(others.subList(hardest, others.size()));
    Collections.shuffle(rest, random);
    drawn.addAll(rest.subList(0, room - hardest));
    return drawn;
  }

  /** The mean over examples of weight times cross-entropy of softmax and targets, one number. */
  NDArray loss(Forward forward, EncoderOptions options, double temperature) {
    NDArray vectors = texts.vectors(forward, options);
    int size = texts.numbers().size();
    Shape square = new Shape(size, size);
    NDArray logits =
        Torch.times(vectors.matMul(vectors.transpose()), 1 / temperature)
            .add(forward.manager().create(mask, square));
    NDArray wanted = forward.manager().create(target, square);
    return Torch.times(logits.logSoftmax(1).mul(wanted).sum(), -1.0 / examples);
  }

  private static final class Filling {
    private final Texts texts;
    private final Map<Integer, Integer> places = new HashMap<>();
    private final int size;
    private final float[] target;
    private final float[] mask;
    private final List<Integer> notNames = new ArrayList<>();

    Filling(Texts texts, Set<Integer> names) {
      this.texts = texts;
      size = texts.numbers().size();
      target = new float[size * size];
      mask = new float[size * size];
      for (int place = 0; place < size; place++) {
        places.put(texts.numbers().get(place), place);
        if (!names.contains(texts.numbers().get(place))) {
          notNames.add(place);
        }
      }
    }

    ContrastiveBatch fill(List<Example> examples, List<Map<Integer, Double>> targets) {
      for (Example example : examples) {
        int row = row(example);
        notNames.forEach(column -> mask[row + column] = EXCLUDED);
        for (int name : example.alsoRight()) {
          Integer column = places.get(name);
          if (column != null) {
            mask[row + column] = EXCLUDED;
          }
        }
      }
      // last, since the same mention may stand in two examples
      for (int e = 0; e < targets.size(); e++) {
        int row = row(examples.get(e));
        targets
            .get(e)
            .forEach(
                (name, weight) -> {
                  int cell = row + place(name);
                  target[cell] += weight.floatValue();
                  mask[cell] = 0;
                });
      }
      return new ContrastiveBatch(texts, target, mask, examples.size());
    }

    private int row(Example example) {
      return place(example.mention()) * size;
    }

    private int place(int number) {
      Integer place = places.get(number);
      if (place == null) {
        throw new IllegalStateException("text " + number + " is not in its batch");
      }
      return place;
    }
  }
}
