package dev.rpdr.distill.train;

import dev.rpdr.Mention;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.RankingTokens;
import dev.rpdr.nn.causal.TokenTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;

/** What a language model is shown in each epoch, decided by the seed alone. */
final class LlmLessons {
  private final LlmOptions options;
  private final List<TrainingExample> examples;
  private final ListSampler sampler;
  private final RankingTokens tokens;

  LlmLessons(LlmOptions options, TrainingSet trainingSet, RankingTokens tokens) {
    this.options = options;
    this.tokens = tokens;
    this.examples = Split.of(trainingSet, 0, options.training().seed()).training();
    this.sampler = new ListSampler(options.sampling(), examples);
    boolean plain = examples.stream().allMatch(one -> one.weight() == 1 && !one.soft());
    if (options.template().form() == LlmForm.RANKED_LIST && !plain) {
      throw new IllegalArgumentException(
          "a language model that writes lists ("
              + LlmForm.RANKED_LIST.label()
              + ") learns texts, which have no weights and no probabilities; give it examples of"
              + " weight 1 that are not soft, or another form");
    }
  }

  /**
   * A ranking as tokens.
   *
   * @param tree its branches in the order shown
   * @param order from each of the teacher's places to the branch
   * @param targets what the branches are worth, in the teacher's order
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Lesson(TokenTree tree, int[] order, ListTargets targets) {}

  /** The rankings that teach anything. */
  int size() {
    return examples.size();
  }

  /** All lessons of an epoch, counted from 1, in order; those too long are left out. */
  List<Lesson> epoch(int number) {
    SplittableRandom seeds = new SplittableRandom(options.training().seed());
    Random random = new Random(seeds.longs(number).reduce((first, last) -> last).getAsLong());
    List<TrainingExample> shuffled = new ArrayList<>(examples);
    Collections.shuffle(shuffled, random);
    List<Lesson> lessons = new ArrayList<>();
    for (TrainingExample example : shuffled) {
      lesson(example, random).ifPresent(lessons::add);
    }
    return lessons;
  }

  private Optional<Lesson> lesson(TrainingExample example, Random random) {
    TrainingList list = sampler.sample(example, random);
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < list.names().size(); i++) {
      shown.add(i);
    }
    // No order of the prompt may give the teacher's away.
    Collections.shuffle(shown, random);
    List<String> names = shown.stream().map(list.names()::get).toList();
    int[] order = new int[shown.size()];
    for (int branch = 0; branch < order.length; branch++) {
      order[shown.get(branch)] = branch;
    }
    Mention mention = example.ranking().mention();
    Optional<TokenTree> tree =
        options.template().form() == LlmForm.RANKED_LIST
            ? tokens.list(mention, names, list.names())
            : tokens.tree(mention, names);
    return tree.map(t -> new Lesson(t, order, ListTargets.ofLists(List.of(list))));
  }
}
