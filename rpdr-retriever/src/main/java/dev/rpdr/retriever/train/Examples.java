package dev.rpdr.retriever.train;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import dev.rpdr.Ranking;
import dev.rpdr.Retriever;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import dev.rpdr.retriever.train.Example.Choice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes examples and counts what teaches nothing.
 *
 * @param all the examples
 * @param skipped how many rankings or labelled mentions gave none
 */
record Examples(List<Example> all, int skipped) {
  /** How many candidates are retrieved to find hard negatives for a labelled mention. */
  private static final int RETRIEVED = 20;

  /** The probability that the targets of a soft example have together, at least. */
  private static final double MASS = .99;

  Examples {
    all = List.copyOf(all);
  }

  /**
   * From rankings: the first place is right with weight 1, the second with {@code
   * secondPlaceWeight} (both divided by their sum), all other candidates of the request are wrong:
   * first those that the teacher placed, in its order, then the rest in the request's. Of a soft
   * example the most probable candidates that together have {@value #MASS} are right, each with its
   * share, and the others are wrong.
   */
  static Examples of(
      TrainingSet trainingSet, String prefix, double secondPlaceWeight, TokenTable table) {
    List<Example> examples = new ArrayList<>();
    for (TrainingExample taught : trainingSet.examples()) {
      Ranking ranking = taught.ranking();
      List<Entity> places = ranking.candidates().stream().map(Candidate::entity).toList();
      if (places.isEmpty()) {
        continue;
      }
      double[] weights =
          taught.soft() ? mostProbable(ranking) : firstTwo(places, secondPlaceWeight);
      List<Entity> right = places.subList(0, weights.length);
      Set<Entity> wrong = new LinkedHashSet<>(places.subList(right.size(), places.size()));
      ranking.request().candidates().forEach(candidate -> wrong.add(candidate.entity()));
      Maker maker = new Maker(table, right, weights, List.of());
      Example example = maker.make(prefix + ranking.mention().text(), wrong, taught.weight());
      boolean choice = taught.soft() && right.size() > 1;
      if (choice || !example.others().isEmpty()) {
        examples.add(example);
      }
    }
    return new Examples(examples, trainingSet.size() - examples.size());
  }

  private static double[] firstTwo(List<Entity> places, double secondPlaceWeight) {
    boolean second = secondPlaceWeight > 0 && places.size() > 1;
    return second ? new double[] {1, secondPlaceWeight} : new double[] {1};
  }

  private static double[] mostProbable(Ranking ranking) {
    double[] probabilities = ranking.candidates().stream().mapToDouble(Candidate::score).toArray();
    int taken = 0;
    double mass = 0;
    while (mass < MASS && taken < probabilities.length && probabilities[taken] > 0) {
      mass += probabilities[taken++];
    }
    return Arrays.copyOf(probabilities, taken);
  }

  /**
   * From labels: the first alternative of each part of the gold that the knowledge base holds is
   * right, its other alternatives are neither right nor wrong, what a retriever finds besides is
   * wrong.
   */
  static Examples of(
      Dataset dataset,
      KnowledgeBase knowledgeBase,
      Retriever retriever,
      String prefix,
      TokenTable table) {
    List<CandidateList> found = retriever.retrieveAll(dataset.unlabelled(), RETRIEVED);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < dataset.size(); i++) {
      LabelledMention labelled = dataset.mentions().get(i);
      List<Entity> right = new ArrayList<>();
      List<Entity> alternatives = new ArrayList<>();
      for (Set<String> part : labelled.gold().parts()) {
        List<Entity> known =
            part.stream().sorted().flatMap(id -> knowledgeBase.find(id).stream()).toList();
        if (!known.isEmpty() && !right.contains(known.get(0))) {
          right.add(known.get(0));
          alternatives.addAll(known.subList(1, known.size()));
        }
      }
      if (right.isEmpty()) {
        continue;
      }
      double[] weights = new double[right.size()];
      Arrays.fill(weights, 1);
      Set<Entity> wrong = new LinkedHashSet<>();
      found.get(i).candidates().forEach(candidate -> wrong.add(candidate.entity()));
      Maker maker = new Maker(table, right, weights, alternatives);
      Example example = maker.make(prefix + labelled.mention().text(), wrong, 1);
      if (!example.others().isEmpty()) {
        examples.add(example);
      }
    }
    return new Examples(examples, dataset.size() - examples.size());
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Maker(
      TokenTable table, List<Entity> right, double[] weights, List<Entity> alternatives) {
    Example make(String mention, Set<Entity> wrong, double weight) {
      double sum = Arrays.stream(weights).sum();
      List<Choice> targets = new ArrayList<>();
      Set<Integer> alsoRight = new LinkedHashSet<>();
      for (int i = 0; i < right.size(); i++) {
        int[] names = names(right.get(i));
        targets.add(new Choice(names, weights[i] / sum));
        Arrays.stream(names).forEach(alsoRight::add);
      }
      for (Entity alternative : alternatives) {
        Arrays.stream(names(alternative)).forEach(alsoRight::add);
      }
      Set<String> rightIds = new HashSet<>();
      right.forEach(entity -> rightIds.add(entity.id()));
      alternatives.forEach(entity -> rightIds.add(entity.id()));
      List<Integer> rightNames = List.copyOf(alsoRight);
      List<Choice> others = new ArrayList<>();
      for (Entity entity : wrong) {
        Choice choice = new Choice(names(entity), 0);
        if (!rightIds.contains(entity.id()) && choice.differsFrom(rightNames)) {
          others.add(choice);
        }
      }
      return new Example(table.number(mention), targets, others, rightNames, weight);
    }

    private int[] names(Entity entity) {
      return entity.names().stream().mapToInt(table::number).distinct().toArray();
    }
  }
}
