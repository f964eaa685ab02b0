package dev.rpdr.distill;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.PairScorer;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.nn.TextPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A cross-encoder as a re-ranker: a transformer reads the mention and an entity's preferred name as
 * one input, and a head on top of it gives the score (the shape of Nogueira and Cho, "Passage
 * Re-ranking with BERT", 2019). Scores are any finite numbers and compare within one request only.
 *
 * <p>Synonyms and the mention's context are not read. Where the settings are symmetric, a pair is
 * scored in both orders and the mean taken. With a {@code retrieverWeight} w the request's own
 * order counts too: a candidate at place p (0 is the best) gets w / (p + 1) more.
 *
 * <p>Thread-safe.
 */
public final class CrossEncoderStudent implements StudentReranker {
  /** Pairs that are held at once; bounds memory in large batches. */
  private static final int PAIRS_AT_ONCE = 8192;

  private final PairScorer scorer;
  private final StudentSettings.CrossEncoder settings;
  private final Provenance provenance;

  private CrossEncoderStudent(
      PairScorer scorer, StudentSettings.CrossEncoder settings, Provenance provenance) {
    this.scorer = scorer;
    this.settings = settings;
    this.provenance = provenance;
  }

  /** Opens a student on the CPU. */
  public static CrossEncoderStudent open(Path folder) {
    return open(folder, RunOptions.defaults());
  }

  /**
   * Opens a student.
   *
   * @param folder where it was saved
   * @param run device, threads and batch size
   * @return the student; the caller closes it
   * @throws ModelException if a file is missing or has changed, or the folder holds no
   *     cross-encoder
   */
  public static CrossEncoderStudent open(Path folder, RunOptions run) {
    StudentManifest manifest = Students.verified(folder, StudentKind.CROSS_ENCODER);
    StudentSettings.CrossEncoder settings = (StudentSettings.CrossEncoder) manifest.settings();
    PairScorer scorer = PairScorer.open(ModelFiles.folder(folder), settings.maxTokens(), run);
    return new CrossEncoderStudent(scorer, settings, manifest.openedWith(scorer.provenance()));
  }

  /**
   * A cross-encoder that was trained elsewhere, as a student: a folder of {@code model.onnx} (with
   * an output {@code logits} or {@code score} of one number a pair, as bge-reranker's export has
   * it) and {@code tokenizer.json}.
   *
   * @param files the model
   * @param maxTokens longer pairs are cut, the longer text first; 8 to 8192
   * @param run device, threads and batch size
   * @return the student; the caller closes it
   * @throws ModelException if the model is no such cross-encoder; the message names what it yields
   */
  public static CrossEncoderStudent of(ModelFiles files, int maxTokens, RunOptions run) {
    StudentSettings.CrossEncoder settings =
        new StudentSettings.CrossEncoder(Pooling.IN_GRAPH, maxTokens, false, 0);
    PairScorer scorer = PairScorer.open(files, maxTokens, run);
    return new CrossEncoderStudent(scorer, settings, scorer.provenance());
  }

  /** What the student knows about its model. */
  public StudentSettings.CrossEncoder settings() {
    return settings;
  }

  /**
   * This student with another weight of the request's order than its folder says. The model is
   * shared: closing either closes both.
   *
   * @param weight finite, ≥ 0
   */
  public CrossEncoderStudent withRetrieverWeight(double weight) {
    return new CrossEncoderStudent(
        scorer, settings.withRetrieverWeight(weight), provenance.with("retriever-weight", weight));
  }

  @Override
  public Ranking rerank(CandidateList request) {
    return rerankAll(List.of(request)).get(0);
  }

  @Override
  public List<Ranking> rerankAll(List<CandidateList> requests) {
    return RequestGroups.rank(requests, PAIRS_AT_ONCE, this::rank);
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public void close() {
    scorer.close();
  }

  private List<Ranking> rank(List<CandidateList> requests) {
    Set<TextPair> pairs = new LinkedHashSet<>();
    for (CandidateList request : requests) {
      for (Candidate candidate : request.candidates()) {
        TextPair pair = pair(request, candidate);
        pairs.add(pair);
        if (settings.symmetric()) {
          pairs.add(swapped(pair));
        }
      }
    }
    Map<TextPair, Float> scoreOf = score(List.copyOf(pairs));
    List<Ranking> rankings = new ArrayList<>(requests.size());
    for (CandidateList request : requests) {
      double[] scores = new double[request.size()];
      for (int place = 0; place < scores.length; place++) {
        TextPair pair = pair(request, request.candidates().get(place));
        double score = Objects.requireNonNull(scoreOf.get(pair));
        if (settings.symmetric()) {
          score = (score + Objects.requireNonNull(scoreOf.get(swapped(pair)))) / 2;
        }
        scores[place] = score + settings.retrieverWeight() / (place + 1);
      }
      rankings.add(Ranking.byScore(request, scores));
    }
    return rankings;
  }

  private Map<TextPair, Float> score(List<TextPair> pairs) {
    float[] scores = scorer.score(pairs);
    Map<TextPair, Float> scoreOf = new HashMap<>(pairs.size() * 2);
    for (int i = 0; i < scores.length; i++) {
      scoreOf.put(pairs.get(i), scores[i]);
    }
    return scoreOf;
  }

  private static TextPair pair(CandidateList request, Candidate candidate) {
    return new TextPair(request.mention().text(), candidate.entity().name());
  }

  private static TextPair swapped(TextPair pair) {
    return new TextPair(pair.second(), pair.first());
  }
}
