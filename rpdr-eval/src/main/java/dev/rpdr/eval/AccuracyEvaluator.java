package dev.rpdr.eval;

import dev.rpdr.Dataset;
import dev.rpdr.Evaluation;
import dev.rpdr.Evaluation.Judgement;
import dev.rpdr.Evaluation.Slice;
import dev.rpdr.Evaluator;
import dev.rpdr.LabelledMention;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Concept-level accuracy: Acc@k is the share of mentions for which the first k concepts hold the
 * right answer. Concepts are compared by id, so names of one concept never count twice, unlike in
 * BioSyn's published Acc@k, which counts names.
 *
 * <p>The ceiling is the share of mentions whose candidates would have allowed a right answer:
 * recall of the request, which no order of it can exceed.
 *
 * <p>Immutable, thread-safe, deterministic.
 */
public final class AccuracyEvaluator implements Evaluator {
  /** The name of the slice of mentions that stand in the training texts. */
  public static final String SEEN = "seen";

  /** The name of the slice of all other mentions. */
  public static final String UNSEEN = "unseen";

  private final int[] ks;
  private final GoldRule goldRule;
  private final Bootstrap bootstrap;
  private final Resampling resampling;
  private final Map<String, Predicate<LabelledMention>> slices;
  private final Provenance provenance;

  private AccuracyEvaluator(Builder builder) {
    ks = builder.ks.clone();
    goldRule = builder.goldRule;
    bootstrap = new Bootstrap(builder.resamples, builder.seed);
    resampling = builder.resampling;
    slices = new LinkedHashMap<>(builder.slices);
    provenance =
        builder
            .provenance
            .with("evaluator.gold-rule", goldRule)
            .with("evaluator.k", Arrays.toString(ks))
            .with("evaluator.resamples", builder.resamples)
            .with("evaluator.resampling", resampling)
            .with("evaluator.seed", builder.seed);
  }

  /** Acc@1, @5 and @10, lenient, 1000 resamples, without slices. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Judgement judge(LabelledMention labelled, Ranking ranking) {
    if (!labelled.mention().text().equals(ranking.mention().text())) {
      throw new IllegalArgumentException(
          "the ranking is for mention '"
              + ranking.mention().text()
              + "', but gold is for '"
              + labelled.mention().text()
              + "'");
    }
    int rank = goldRule.rank(labelled.gold(), ranking.ids());
    boolean reachable = goldRule.rank(labelled.gold(), ranking.request().ids()) > 0;
    return new Judgement(labelled, ranking, rank, reachable);
  }

  @Override
  public Evaluation evaluate(Dataset dataset, List<Ranking> rankings) {
    if (dataset.size() == 0) {
      throw new IllegalArgumentException("dataset '" + dataset.name() + "' holds no mentions");
    }
    if (dataset.size() != rankings.size()) {
      throw new IllegalArgumentException(
          rankings.size()
              + " rankings for "
              + dataset.size()
              + " mentions of dataset '"
              + dataset.name()
              + "'; one a mention is needed");
    }
    List<Judgement> judgements = new ArrayList<>(rankings.size());
    for (int i = 0; i < rankings.size(); i++) {
      judgements.add(judge(dataset.mentions().get(i), rankings.get(i)));
    }
    List<Slice> parts = new ArrayList<>();
    slices.forEach(
        (name, condition) ->
            parts.add(
                slice(
                    name, judgements.stream().filter(j -> condition.test(j.labelled())).toList())));
    return new Evaluation(slice("all", judgements), parts, judgements);
  }

  /** The settings that decide the numbers, each key under {@code evaluator.}. */
  public Provenance provenance() {
    return provenance;
  }

  private Slice slice(String name, List<Judgement> judgements) {
    int n = judgements.size();
    long reachable = judgements.stream().filter(Judgement::reachable).count();
    double ceiling = n == 0 ? 0 : (double) reachable / n;
    return new Slice(name, n, bootstrap.accuracies(resampling.units(judgements), ks), ceiling);
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private final Map<String, Predicate<LabelledMention>> slices = new LinkedHashMap<>();
    private Provenance provenance = Provenance.none();
    private int[] ks = {1, 5, 10};
    private GoldRule goldRule = GoldRule.LENIENT;
    private int resamples = 1000;
    private Resampling resampling = Resampling.MENTIONS;
    private long seed = 42;

    private Builder() {}

    /** For which k to compute Acc@k, each ≥ 1, at least one; order and repeats do not matter. */
    public Builder ks(int... newKs) {
      if (newKs.length == 0 || Arrays.stream(newKs).anyMatch(k -> k < 1)) {
        throw new IllegalArgumentException(
            "ks must hold at least one k and none below 1, not " + Arrays.toString(newKs));
      }
      ks = Arrays.stream(newKs).sorted().distinct().toArray();
      return this;
    }

    /** What is right where gold holds several ids; {@link GoldRule#LENIENT} by default. */
    public Builder goldRule(GoldRule newGoldRule) {
      goldRule = Objects.requireNonNull(newGoldRule, "goldRule");
      return this;
    }

    /** How many draws an interval is made of, ≥ 100; 1000 by default. */
    public Builder resamples(int newResamples) {
      if (newResamples < 100) {
        throw new IllegalArgumentException("resamples must be >= 100, not " + newResamples);
      }
      resamples = newResamples;
      return this;
    }

    /** What an interval's draws are made of; {@link Resampling#MENTIONS} by default. */
    public Builder resampling(Resampling newResampling) {
      resampling = Objects.requireNonNull(newResampling, "resampling");
      return this;
    }

    /** The seed of the draws; 42 by default. */
    public Builder seed(long newSeed) {
      seed = newSeed;
      return this;
    }

    /**
     * Adds the slices {@value AccuracyEvaluator#SEEN} and {@value AccuracyEvaluator#UNSEEN}:
     * mentions whose text stands among these texts of training mentions, ignoring case and
     * surrounding white space, and the others.
     */
    public Builder seenTexts(Collection<String> texts) {
      SeenTexts seen = SeenTexts.of(texts);
      provenance = provenance.with("evaluator.seen-texts", seen.keys().size());
      return slice(SEEN, labelled -> seen.contains(labelled.mention().text()))
          .slice(UNSEEN, labelled -> !seen.contains(labelled.mention().text()));
    }

    /** Adds a slice of mentions that fulfil a condition; names must differ. */
    public Builder slice(String name, Predicate<LabelledMention> condition) {
      Objects.requireNonNull(condition, "condition");
      if (name.isBlank() || name.equals("all") || slices.containsKey(name)) {
        throw new IllegalArgumentException(
            "a slice needs a name of its own, neither blank nor 'all' nor one of "
                + slices.keySet()
                + ", but it is '"
                + name
                + "'");
      }
      slices.put(name, condition);
      return this;
    }

    /** The evaluator; the builder may go on. */
    public AccuracyEvaluator build() {
      return new AccuracyEvaluator(this);
    }
  }
}
