package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.retriever.TextAnalysis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Scores a candidate by what its name adds to the mention, leaves out of it and shares with it,
 * term by term, with a weight for each such {@linkplain EditFeatures edit} that {@link
 * dev.rpdr.distill.train.EditTrainer} learnt from a teacher's rankings. So it knows that a name may
 * leave out <em>bilateral</em> or <em>grade IV</em>, and that one which adds <em>congenital</em> is
 * another disease. It is linear in terms as DNorm is (Leaman, Islamaj Doğan and Lu, Bioinformatics
 * 2013), with edits in place of pairs of terms. Scores are any finite numbers and compare within
 * one request only.
 *
 * <p>Of an entity with several names it reads the one that shares most with the mention.
 */
public final class EditStudent implements LightStudent {
  static final String FILE = "edits.json";

  private final EditFeatures features;
  private final SortedMap<String, Double> weights;

  private EditStudent(TextAnalysis analysis, SortedMap<String, Double> weights) {
    this.features = EditFeatures.of(analysis);
    this.weights = weights;
  }

  /** As it is kept in a file. */
  private record Kept(String analysis, SortedMap<String, Double> weights) {}

  /**
   * A student of known weights.
   *
   * @param analysis how texts are cut into terms
   * @param weights by {@link EditFeatures}; those absent are 0; all finite; copied
   */
  public static EditStudent of(TextAnalysis analysis, Map<String, Double> weights) {
    weights.forEach(
        (edit, weight) -> {
          if (weight == null || !Double.isFinite(weight)) {
            throw new IllegalArgumentException(
                "the weight of '" + edit + "' must be a finite number, not " + weight);
          }
        });
    return new EditStudent(Objects.requireNonNull(analysis, "analysis"), new TreeMap<>(weights));
  }

  /** The weight of an edit; 0 where it was never seen. */
  public double weight(String edit) {
    return weights.getOrDefault(edit, 0.0);
  }

  @Override
  public Ranking rerank(CandidateList request) {
    EditFeatures.Reader reader = features.reader(request.mention().text());
    double[] scores = new double[request.size()];
    for (int i = 0; i < scores.length; i++) {
      double score = 0;
      for (Map.Entry<String, Double> edit : reader.of(request.entity(i)).entrySet()) {
        score += weight(edit.getKey()) * edit.getValue();
      }
      scores[i] = score;
    }
    return Ranking.byScore(request, scores);
  }

  @Override
  public Provenance provenance() {
    return Provenance.none()
        .with("student.kind", "edits")
        .with("analysis", features.analysis())
        .with("weights", weights.size());
  }

  @Override
  public String file() {
    return FILE;
  }

  @Override
  public void write(Path file) {
    try {
      StrictJson.write(file, new Kept(features.analysis().toString(), weights));
    } catch (IOException e) {
      throw new NonRetriableException("cannot write " + file, e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws DataFormatException naming the file if it holds something else
   */
  public static EditStudent read(Path file) {
    Kept kept = StrictJson.read(file, Kept.class, DataFormatException::new);
    try {
      return of(TextAnalysis.parse(kept.analysis()), kept.weights());
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(file + ": " + e.getMessage(), e);
    }
  }
}
