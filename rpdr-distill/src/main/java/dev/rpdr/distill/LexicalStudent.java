package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.retriever.LexicalSimilarity;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Scores a candidate by how its best name is spelt, 0 to 1 (the cosine of a {@link
 * LexicalSimilarity}). It is there to be fused with students that read meaning.
 */
public final class LexicalStudent implements LightStudent {
  static final String FILE = "lexical.json";

  private final LexicalSimilarity similarity;

  private LexicalStudent(LexicalSimilarity similarity) {
    this.similarity = Objects.requireNonNull(similarity, "similarity");
  }

  public static LexicalStudent of(LexicalSimilarity similarity) {
    return new LexicalStudent(similarity);
  }

  /** What names are compared by. */
  public LexicalSimilarity similarity() {
    return similarity;
  }

  @Override
  public Ranking rerank(CandidateList request) {
    double[] scores = new double[request.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] =
          request.entity(i).names().stream()
              .mapToDouble(name -> similarity.cosine(request.mention().text(), name))
              .max()
              .orElseThrow();
    }
    return Ranking.byScore(request, scores);
  }

  @Override
  public Provenance provenance() {
    return Provenance.none()
        .with("student.kind", "lexical")
        .with("analysis", similarity.analysis());
  }

  @Override
  public String file() {
    return FILE;
  }

  @Override
  public void write(Path file) {
    similarity.write(file);
  }
}
