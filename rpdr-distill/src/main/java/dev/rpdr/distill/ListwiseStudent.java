package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.nn.ListScorer;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.nn.TextList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A re-ranker that reads a mention and the preferred names of all of its candidates in one input,
 * so that each candidate is judged beside the others (as list-wise language models do, and as
 * BioCEI's single-pass ranker; here an encoder of a few million weights, distilled). A candidate's
 * score is the mean over its tokens ({@link ListScorer}). Scores are any finite numbers and compare
 * within one request only.
 *
 * <p>What stands where in the input matters a little, so each request is read in several orders
 * ({@code permutations}) and the mean taken. The orders follow from the mention and the names, so
 * the answer is the same for every order of the request (but for ties, and for the weight that the
 * settings give to that order). Candidates that do not fit into one input are spread over several,
 * and are then not read beside all others.
 *
 * <p>Synonyms and the mention's context are not read; candidates of equal names have equal scores.
 * With a {@code retrieverWeight} w the request's own order counts too: a candidate at place p (0 is
 * the best) gets w / (p + 1) more.
 *
 * <p>Thread-safe.
 */
public final class ListwiseStudent implements StudentReranker {
  /** Candidates that are held at once, over all orders; bounds memory in large batches. */
  private static final int CANDIDATES_AT_ONCE = 8192;

  private final ListScorer scorer;
  private final StudentSettings.Listwise settings;
  private final Provenance provenance;

  private ListwiseStudent(
      ListScorer scorer, StudentSettings.Listwise settings, Provenance provenance) {
    this.scorer = scorer;
    this.settings = settings;
    this.provenance = provenance;
  }

  /** Opens a student on the CPU. */
  public static ListwiseStudent open(Path folder) {
    return open(folder, RunOptions.defaults());
  }

  /**
   * Opens a student.
   *
   * @param folder where it was saved
   * @param run device, threads and batch size
   * @return the student; the caller closes it
   * @throws ModelException if a file is missing or has changed, or the folder holds no listwise
   *     student
   */
  public static ListwiseStudent open(Path folder, RunOptions run) {
    StudentManifest manifest = Students.verified(folder, StudentKind.LISTWISE);
    StudentSettings.Listwise settings = (StudentSettings.Listwise) manifest.settings();
    ListScorer scorer = ListScorer.open(ModelFiles.folder(folder), settings.maxTokens(), run);
    return new ListwiseStudent(scorer, settings, manifest.openedWith(scorer.provenance()));
  }

  /** What the student knows about its model. */
  public StudentSettings.Listwise settings() {
    return settings;
  }

  /**
   * This student with another number of orders than its folder says: more make the answer steadier,
   * fewer faster. The model is shared: closing either closes both.
   *
   * @param permutations 1 to 64
   */
  public ListwiseStudent withPermutations(int permutations) {
    return with(
        new StudentSettings.Listwise(
            settings.maxTokens(), permutations, settings.retrieverWeight()),
        "permutations",
        permutations);
  }

  /**
   * This student with another weight of the request's order than its folder says. The model is
   * shared: closing either closes both.
   *
   * @param weight finite, ≥ 0
   */
  public ListwiseStudent withRetrieverWeight(double weight) {
    return with(
        new StudentSettings.Listwise(settings.maxTokens(), settings.permutations(), weight),
        "retriever-weight",
        weight);
  }

  private ListwiseStudent with(StudentSettings.Listwise changed, String key, Object value) {
    return new ListwiseStudent(scorer, changed, provenance.with(key, value));
  }

  @Override
  public Ranking rerank(CandidateList request) {
    return rerankAll(List.of(request)).get(0);
  }

  @Override
  public List<Ranking> rerankAll(List<CandidateList> requests) {
    int most = Math.max(1, CANDIDATES_AT_ONCE / settings.permutations());
    return RequestGroups.rank(requests, most, this::rank);
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
    List<TextList> lists = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (CandidateList request : requests) {
      String mention = request.mention().text();
      List<String> names =
          request.candidates().stream().map(c -> c.entity().name()).distinct().toList();
      Shuffles.of(mention, names, settings.permutations())
          .forEach(order -> lists.add(new TextList(mention, order)));
      ends.add(lists.size());
    }
    List<float[]> scores = scorer.score(lists);
    List<Ranking> rankings = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      int from = i == 0 ? 0 : ends.get(i - 1);
      rankings.add(
          rank(
              requests.get(i),
              lists.subList(from, ends.get(i)),
              scores.subList(from, ends.get(i))));
    }
    return rankings;
  }

  private Ranking rank(CandidateList request, List<TextList> orders, List<float[]> scores) {
    Map<String, Double> means = new HashMap<>();
    for (int order = 0; order < orders.size(); order++) {
      List<String> names = orders.get(order).others();
      for (int i = 0; i < names.size(); i++) {
        means.merge(names.get(i), (double) scores.get(order)[i] / orders.size(), Double::sum);
      }
    }
    double[] all = new double[request.size()];
    for (int place = 0; place < all.length; place++) {
      all[place] =
          Objects.requireNonNull(means.get(request.entity(place).name()))
              + settings.retrieverWeight() / (place + 1);
    }
    return Ranking.byScore(request, all);
  }
}
