package dev.rpdr.distill.noise;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.Retriever;
import dev.rpdr.Softmax;
import dev.rpdr.StudentReranker;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Students as the teacher of another: they rank mentions that nobody was paid for (self-training;
 * Lee, "Pseudo-Label", ICML workshop 2013; with soft targets of several students, Xie et al.,
 * "Self-training with Noisy Student", CVPR 2020).
 *
 * <p>A mention's candidates are all that the retrievers find. Each student's scores become ln
 * softmax at its temperature; their mean over the students, normalised anew, is the soft example's
 * distribution, and its highest probability the ranking's confidence. The students and retrievers
 * stay the caller's. As thread-safe as they are.
 */
public final class PseudoLabels {
  private final List<Retriever> retrievers;
  private final List<Member> members;
  private final int candidates;

  private PseudoLabels(Builder builder) {
    retrievers = List.copyOf(builder.retrievers);
    members = List.copyOf(builder.members);
    candidates = builder.candidates;
    if (retrievers.isEmpty() || members.isEmpty()) {
      throw new IllegalStateException(
          "pseudo-labels need at least one retriever and one student, not "
              + retrievers.size()
              + " and "
              + members.size());
    }
  }

  private record Member(StudentReranker student, double temperature) {}

  /** A builder without retriever and student; at least one of each is needed. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Ranks mentions.
   *
   * @param mentions those of equal text are ranked once; those without a candidate are left out
   * @param minConfidence what the highest probability must reach, 0 to 1; 0 keeps all
   * @return soft examples of weight 1; the provenance says how many of how many were kept, and
   *     which students ranked
   */
  public TrainingSet label(List<Mention> mentions, double minConfidence) {
    if (!(minConfidence >= 0 && minConfidence <= 1)) {
      throw new IllegalArgumentException("minConfidence must be 0 to 1, not " + minConfidence);
    }
    List<Mention> distinct = distinct(mentions);
    List<CandidateList> requests =
        union(distinct).stream().filter(request -> request.size() > 0).toList();
    List<double[]> logs = new ArrayList<>();
    requests.forEach(request -> logs.add(new double[request.size()]));
    for (Member member : members) {
      List<Ranking> rankings = member.student.rerankAll(requests);
      for (int i = 0; i < rankings.size(); i++) {
        double[] scores = rankings.get(i).scoresInOrder(requests.get(i));
        double[] log = Softmax.log(scores, member.temperature);
        for (int c = 0; c < log.length; c++) {
          logs.get(i)[c] += log[c] / members.size();
        }
      }
    }
    List<TrainingExample> kept = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      TrainingExample example =
          TrainingExample.soft(requests.get(i), Probabilities.normalised(logs.get(i)));
      if (example.ranking().candidates().get(0).score() >= minConfidence) {
        kept.add(example);
      }
    }
    TrainingSet set = TrainingSet.ofExamples(kept, members.size() + " students");
    Provenance provenance =
        set.provenance()
            .with("mentions", distinct.size())
            .with("min-confidence", minConfidence)
            .with("candidates", candidates);
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      Provenance facts = member.student.provenance();
      provenance =
          provenance
              .with("student." + (i + 1) + ".temperature", member.temperature)
              .with(
                  "student." + (i + 1),
                  facts.facts().getOrDefault("student.sha256", facts.toString()));
    }
    return set.withProvenance(provenance);
  }

  private static List<Mention> distinct(List<Mention> mentions) {
    Map<String, Mention> byText = new LinkedHashMap<>();
    mentions.forEach(mention -> byText.putIfAbsent(mention.text(), mention));
    return List.copyOf(byText.values());
  }

  /** All that the retrievers find, those first that any of them puts first. */
  private List<CandidateList> union(List<Mention> mentions) {
    List<List<CandidateList>> found =
        retrievers.stream().map(one -> one.retrieveAll(mentions, candidates)).toList();
    List<CandidateList> union = new ArrayList<>();
    for (int i = 0; i < mentions.size(); i++) {
      Map<String, Entity> entities = new LinkedHashMap<>();
      for (int place = 0; place < candidates; place++) {
        for (List<CandidateList> lists : found) {
          List<Candidate> list = lists.get(i).candidates();
          if (place < list.size()) {
            entities.putIfAbsent(list.get(place).id(), list.get(place).entity());
          }
        }
      }
      union.add(CandidateList.of(mentions.get(i), List.copyOf(entities.values())));
    }
    return union;
  }

  /** Gathers who finds candidates and who ranks them. Not thread-safe. */
  public static final class Builder {
    private final Collection<Retriever> retrievers = new ArrayList<>();
    private final Collection<Member> members = new ArrayList<>();
    private int candidates = 10;

    private Builder() {}

    /** One more that finds candidates. */
    public Builder retriever(Retriever retriever) {
      retrievers.add(Objects.requireNonNull(retriever, "retriever"));
      return this;
    }

    /**
     * One more that ranks.
     *
     * @param temperature what its scores are divided by, &gt; 0: what it was trained with (a
     *     bi-encoder), or 1 where scores are logits (a cross-encoder)
     */
    public Builder student(StudentReranker student, double temperature) {
      Objects.requireNonNull(student, "student");
      if (!(temperature > 0) || Double.isInfinite(temperature)) {
        throw new IllegalArgumentException(
            "temperature must be a finite number > 0, not " + temperature);
      }
      members.add(new Member(student, temperature));
      return this;
    }

    /** How many candidates each retriever gives, ≥ 2; 10 unless said otherwise. */
    public Builder candidates(int newCandidates) {
      if (newCandidates < 2) {
        throw new IllegalArgumentException("candidates must be >= 2, not " + newCandidates);
      }
      candidates = newCandidates;
      return this;
    }

    /**
     * The ensemble.
     *
     * @throws IllegalStateException if a retriever or a student is missing
     */
    public PseudoLabels build() {
      return new PseudoLabels(this);
    }
  }
}
