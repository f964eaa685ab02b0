package dev.rpdr.distill.llm;

import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.nn.causal.CausalLm;
import dev.rpdr.nn.causal.TokenTree;
import dev.rpdr.nn.causal.Tokens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Rankings by a model in one form. Thread-safe; the model stays its owner's. */
final class LlmScores {
  /** A mention without content, whose answer shows what the model says anyway. */
  private static final Mention NOTHING = Mention.of("N/A");

  private static final int MOST_PRIORS = 200_000;

  private final CausalLm model;
  private final RankingTokens tokens;
  private final StudentSettings.Llm settings;
  private final float[] head;
  private final Map<String, Double> priors = new ConcurrentHashMap<>();

  /**
   * @param head of the scoring head; empty for other forms
   */
  LlmScores(CausalLm model, RankingTokens tokens, StudentSettings.Llm settings, float[] head) {
    this.model = model;
    this.tokens = tokens;
    this.settings = settings;
    this.head = head;
  }

  Ranking rank(CandidateList request) {
    if (request.size() == 0) {
      return Ranking.byScore(request, new double[0]);
    }
    return settings.template().form() == LlmForm.RANKED_LIST ? listed(request) : scored(request);
  }

  private Ranking scored(CandidateList request) {
    List<String> names = RankingTokens.names(request);
    Optional<TokenTree> tree = tokens.tree(request.mention(), names);
    if (tree.isEmpty()) {
      return tooLong(request);
    }
    double[] scores = scores(tree.get());
    if (settings.priorWeight() > 0) {
      double[] prior = prior(names);
      for (int i = 0; i < scores.length; i++) {
        scores[i] -= settings.priorWeight() * prior[i];
      }
    }
    return Ranking.byScore(request, scores);
  }

  private double[] scores(TokenTree tree) {
    double[] scores = new double[tree.branches().size()];
    if (settings.template().form() == LlmForm.SCORING_HEAD) {
      List<float[]> hidden = model.lastHidden(tree);
      for (int i = 0; i < scores.length; i++) {
        for (int d = 0; d < head.length; d++) {
          scores[i] += (double) head[d] * hidden.get(i)[d];
        }
      }
      return scores;
    }
    List<float[]> logs = model.logProbabilities(tree);
    for (int i = 0; i < scores.length; i++) {
      double sum = 0;
      for (float log : logs.get(i)) {
        sum += log;
      }
      scores[i] = sum / logs.get(i).length;
    }
    return scores;
  }

  /** The mean log-likelihood of each name as the answer to nothing; computed once a name. */
  private double[] prior(List<String> names) {
    List<String> missing =
        names.stream().filter(name -> !priors.containsKey(name)).distinct().toList();
    if (priors.size() > MOST_PRIORS) {
      priors.clear();
    }
    if (!missing.isEmpty()) {
      Optional<TokenTree> tree = tokens.tree(NOTHING, missing);
      double[] found = tree.isPresent() ? scores(tree.get()) : new double[missing.size()];
      for (int i = 0; i < found.length; i++) {
        priors.put(missing.get(i), found[i]);
      }
    }
    return names.stream()
        .mapToDouble(name -> Objects.requireNonNullElse(priors.get(name), 0.0))
        .toArray();
  }

  private Ranking listed(CandidateList request) {
    List<String> names = RankingTokens.names(request);
    Optional<TokenTree> longest = tokens.list(request.mention(), names, names);
    if (longest.isEmpty()) {
      return tooLong(request);
    }
    Map<Tokens, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      places.computeIfAbsent(tokens.name(names.get(i)), name -> new ArrayList<>()).add(i);
    }
    List<Tokens> distinct = List.copyOf(places.keySet());
    dev.rpdr.nn.causal.CandidateList constraint =
        new dev.rpdr.nn.causal.CandidateList(distinct, tokens.newline(), distinct.size());
    model.generate(longest.get().prompt(), constraint);
    List<Integer> order = new ArrayList<>();
    for (int index : constraint.ranked()) {
      order.addAll(Objects.requireNonNull(places.get(distinct.get(index))));
    }
    return Ranking.byPlaces(request, order, Outcome.ANSWERED);
  }

  private Ranking tooLong(CandidateList request) {
    return Ranking.fellBack(
        request,
        "the prompt is longer than %d tokens, or holds more candidates than there are letters"
            .formatted(settings.maxTokens()));
  }
}
