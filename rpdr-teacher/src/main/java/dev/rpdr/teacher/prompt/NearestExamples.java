package dev.rpdr.teacher.prompt;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Retriever;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The examples nearest to the mention, the nearest last. */
final class NearestExamples implements ExampleSelector {
  private final List<Example> pool;
  private final int count;
  private final String name;
  private final Function<String, List<Integer>> best;

  /**
   * @param best the places in the pool of the nearest examples of a text, nearest first
   */
  NearestExamples(
      List<Example> pool, int count, String name, Function<String, List<Integer>> best) {
    this.pool = List.copyOf(pool);
    this.count = requireCount(count, pool.size());
    if (name.isEmpty() || name.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(
          "the name of a similarity must be one word, not '" + name + "'");
    }
    this.name = name;
    this.best = best;
  }

  @Override
  public List<Example> select(CandidateList request) {
    List<Example> nearest = new ArrayList<>(count);
    best.apply(request.mention().text()).forEach(place -> nearest.add(pool.get(place)));
    Collections.reverse(nearest);
    return nearest;
  }

  @Override
  public List<Example> pool() {
    return pool;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public String identity() {
    return "nearest:" + count + ":" + name;
  }

  static int requireCount(int count, int size) {
    if (count < 1 || count > size) {
      throw new IllegalArgumentException(
          "count must be from 1 to the number of examples, " + size + ", not " + count);
    }
    return count;
  }

  static List<String> mentions(List<Example> pool) {
    return pool.stream().map(example -> example.ranking().mention().text()).toList();
  }

  static List<Integer> best(
      TextSimilarity similarity, String text, List<String> mentions, int count) {
    return best(
        mentions.stream().map(mention -> similarity.similarity(text, mention)).toList(), count);
  }

  /** The places of the highest numbers, highest first; ties in their order. */
  static List<Integer> best(List<Double> similarities, int count) {
    return IntStream.range(0, similarities.size())
        .boxed()
        .sorted(Comparator.comparing(similarities::get, Comparator.reverseOrder()))
        .limit(count)
        .toList();
  }

  static KnowledgeBase knowledgeBase(List<Example> pool) {
    List<String> mentions = mentions(pool);
    return KnowledgeBase.of(
        IntStream.range(0, mentions.size())
            .mapToObj(place -> Entity.of(Integer.toString(place), mentions.get(place)))
            .toList());
  }

  static List<Integer> retrieve(Retriever retriever, String text, int count) {
    return retriever.retrieve(Mention.of(text), count).ids().stream()
        .map(Integer::valueOf)
        .toList();
  }
}
