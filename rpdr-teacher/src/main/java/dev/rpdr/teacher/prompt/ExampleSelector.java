package dev.rpdr.teacher.prompt;

import dev.rpdr.CandidateList;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Retriever;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Chooses the few-shot examples of a prompt. The same request gets the same examples, in the same
 * order. Implementations are thread-safe.
 */
public interface ExampleSelector {
  /** The examples for a request, in the order they are shown; at most {@link #count()}. */
  List<Example> select(CandidateList request);

  /** All examples that may be chosen. */
  List<Example> pool();

  /** How many examples a prompt shows. */
  int count();

  /**
   * How it chooses, as one word. Together with the pool it decides the prompts, so that two
   * selectors that choose differently must not share it.
   */
  String identity();

  /** The same examples for every request, in this order; none make the prompt zero-shot. */
  static ExampleSelector fixed(List<Example> examples) {
    return new FixedExamples(examples);
  }

  /**
   * Examples drawn once at random and then the same for every request, so that prompts share their
   * beginning and providers can cache it.
   *
   * @param count how many, from 1 to the size of the pool
   * @param seed of the draw
   */
  static ExampleSelector random(List<Example> pool, int count, long seed) {
    NearestExamples.requireCount(count, pool.size());
    List<Example> shuffled = new ArrayList<>(pool);
    Collections.shuffle(shuffled, new Random(seed));
    return new FixedExamples(shuffled.subList(0, count));
  }

  /**
   * The examples whose mentions are nearest to the request's, by the cosine of their counts of
   * characters, pairs and triples of characters, in lower case. The nearest stands last, next to
   * what is asked (Liu et al. 2022, "What Makes Good In-Context Examples for GPT-3?").
   *
   * @param count how many, from 1 to the size of the pool
   */
  static ExampleSelector nearest(List<Example> pool, int count) {
    CharacterGrams grams = CharacterGrams.of(NearestExamples.mentions(pool));
    return new NearestExamples(pool, count, "characters", text -> grams.best(text, count));
  }

  /** As {@link #nearest(List, int)}, by a similarity of one's own. Ties keep the pool's order. */
  static ExampleSelector nearest(List<Example> pool, int count, TextSimilarity similarity) {
    List<String> mentions = NearestExamples.mentions(pool);
    return new NearestExamples(
        pool,
        count,
        similarity.name(),
        text -> NearestExamples.best(similarity, text, mentions, count));
  }

  /**
   * As {@link #nearest(List, int)}, by a retriever such as those of step 1. It searches a knowledge
   * base of the pool's mentions, whose ids are their places in the pool.
   *
   * @param name of the retriever, one word: what it retrieves by, for the identity
   * @param index builds the retriever
   */
  static ExampleSelector nearest(
      List<Example> pool, int count, String name, Function<KnowledgeBase, Retriever> index) {
    NearestExamples.requireCount(count, pool.size());
    Retriever retriever = index.apply(NearestExamples.knowledgeBase(pool));
    return new NearestExamples(
        pool, count, name, text -> NearestExamples.retrieve(retriever, text, count));
  }
}
