package dev.rpdr.distill;

import dev.rpdr.DataFormatException;
import dev.rpdr.LabelledMention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Ranking;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How probable it is that a student's first choice is right, given by how far its score is above
 * the second's: isotonic regression (Zadrozny and Elkan, KDD 2002, by pooling adjacent violators),
 * fitted on mentions whose answers are known. The probability never falls as the distance grows;
 * between the steps that were fitted it is interpolated.
 *
 * <p>Holds for the student and the kind of candidates that it was fitted on. Kept as JSON: {@code
 * margins} (rising) and {@code probabilities} (0 to 1, never falling), of equal length. Immutable
 * and thread-safe.
 */
public final class Calibration {
  /** The distance of a candidate that stands alone. */
  private static final double ALONE = Double.MAX_VALUE;

  private final List<Double> margins;
  private final List<Double> probabilities;

  private Calibration(List<Double> margins, List<Double> probabilities) {
    this.margins = List.copyOf(margins);
    this.probabilities = List.copyOf(probabilities);
    if (margins.isEmpty() || margins.size() != probabilities.size()) {
      throw new IllegalArgumentException(
          "margins and probabilities must be of equal length >= 1, not "
              + margins.size()
              + " and "
              + probabilities.size());
    }
    for (int i = 0; i < margins.size(); i++) {
      double p = probabilities.get(i);
      boolean rises =
          i == 0 || (margins.get(i) > margins.get(i - 1) && p >= probabilities.get(i - 1));
      if (!(p >= 0 && p <= 1) || !rises) {
        throw new IllegalArgumentException(
            "margins must rise and probabilities stay within 0 to 1 and never fall, but entry "
                + i
                + " is "
                + margins.get(i)
                + ", "
                + p);
      }
    }
  }

  /** As it is kept in a file. */
  private record Kept(List<Double> margins, List<Double> probabilities) {}

  /**
   * Fits a calibration.
   *
   * @param rankings of mentions whose answers are known, not those that the student was trained on;
   *     empty ones are passed over
   * @param right whether the first of each ranking is the answer, in the same order
   * @throws IllegalArgumentException if the lists differ in length or no ranking is left
   */
  public static Calibration fit(List<Ranking> rankings, List<Boolean> right) {
    if (rankings.size() != right.size()) {
      throw new IllegalArgumentException(
          rankings.size() + " rankings, but " + right.size() + " judgements");
    }
    List<Block> points = new ArrayList<>();
    for (int i = 0; i < rankings.size(); i++) {
      if (!rankings.get(i).candidates().isEmpty()) {
        points.add(new Block(margin(rankings.get(i)), right.get(i) ? 1 : 0, 1));
      }
    }
    if (points.isEmpty()) {
      throw new IllegalArgumentException("there is no ranking to fit a calibration on");
    }
    points.sort(Comparator.comparingDouble(Block::margin));
    List<Block> blocks = new ArrayList<>();
    for (Block point : points) {
      blocks.add(point);
      while (blocks.size() > 1 && violates(blocks)) {
        Block last = blocks.remove(blocks.size() - 1);
        blocks.set(blocks.size() - 1, blocks.get(blocks.size() - 1).with(last));
      }
    }
    return new Calibration(
        blocks.stream().map(Block::margin).toList(),
        blocks.stream().map(Block::probability).toList());
  }

  /**
   * Fits a calibration on mentions with gold.
   *
   * @param rows mentions that the student was not trained on
   * @param rankings the student's, in the same order; empty ones are passed over
   * @throws IllegalArgumentException if the lists differ in length or no ranking is left
   */
  public static Calibration fitByGold(List<LabelledMention> rows, List<Ranking> rankings) {
    if (rows.size() != rankings.size()) {
      throw new IllegalArgumentException(
          rows.size() + " rows with gold, but " + rankings.size() + " rankings");
    }
    List<Boolean> right = new ArrayList<>(rankings.size());
    for (int i = 0; i < rankings.size(); i++) {
      right.add(rows.get(i).gold().rankIn(rankings.get(i).ids()) == 1);
    }
    return fit(rankings, right);
  }

  /**
   * Reads a calibration.
   *
   * @throws DataFormatException naming the file if it holds none
   */
  public static Calibration read(Path file) {
    Kept kept = StrictJson.read(file, Kept.class, DataFormatException::new);
    try {
      return new Calibration(kept.margins(), kept.probabilities());
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(file + ": " + e.getMessage(), e);
    }
  }

  /** Writes this calibration. */
  public void write(Path file) {
    try {
      StrictJson.write(file, new Kept(margins, probabilities));
    } catch (IOException e) {
      throw new NonRetriableException("cannot write " + file, e);
    }
  }

  /** The probability, 0 to 1, that a ranking's first is right; 0 for an empty one. */
  public double probability(Ranking ranking) {
    return ranking.candidates().isEmpty() ? 0 : probability(margin(ranking));
  }

  private double probability(double margin) {
    double[] known = margins.stream().mapToDouble(Double::doubleValue).toArray();
    int place = Arrays.binarySearch(known, margin);
    if (place >= 0) {
      return probabilities.get(place);
    }
    int after = -place - 1;
    if (after == 0) {
      return probabilities.get(0);
    } else if (after == known.length) {
      return probabilities.get(known.length - 1);
    }
    double share = (margin - known[after - 1]) / (known[after] - known[after - 1]);
    double below = probabilities.get(after - 1);
    return below + share * (probabilities.get(after) - below);
  }

  private static double margin(Ranking ranking) {
    return ranking.candidates().size() < 2
        ? ALONE
        : ranking.candidates().get(0).score() - ranking.candidates().get(1).score();
  }

  private static boolean violates(List<Block> blocks) {
    Block last = blocks.get(blocks.size() - 1);
    Block before = blocks.get(blocks.size() - 2);
    return last.probability() <= before.probability() || last.margin() == before.margin();
  }

  /** Neighbouring points of one probability; the margin is their mean. */
  private record Block(double margin, double right, double weight) {
    double probability() {
      return right / weight;
    }

    Block with(Block other) {
      double both = weight + other.weight;
      double mean = margin * (weight / both) + other.margin * (other.weight / both);
      return new Block(mean, right + other.right, both);
    }
  }
}
