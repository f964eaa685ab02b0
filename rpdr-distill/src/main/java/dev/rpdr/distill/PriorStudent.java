package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Scores a candidate by how often it is the answer to any mention ({@link EntityPrior#logOf}, ≥ 0),
 * without a look at this one. It is there to be fused with students that read.
 */
public final class PriorStudent implements LightStudent {
  static final String FILE = "prior.json";

  private final EntityPrior prior;

  private PriorStudent(EntityPrior prior) {
    this.prior = Objects.requireNonNull(prior, "prior");
  }

  public static PriorStudent of(EntityPrior prior) {
    return new PriorStudent(prior);
  }

  @Override
  public Ranking rerank(CandidateList request) {
    return Ranking.byScore(request, request.ids().stream().mapToDouble(prior::logOf).toArray());
  }

  @Override
  public Provenance provenance() {
    return Provenance.none().with("student.kind", "prior").with("entities", prior.entities());
  }

  @Override
  public String file() {
    return FILE;
  }

  @Override
  public void write(Path file) {
    prior.write(file);
  }
}
