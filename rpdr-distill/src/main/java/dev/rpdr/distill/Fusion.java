package dev.rpdr.distill;

import java.util.List;

/**
 * How scores of several students become one:
 *
 * <pre>  score(c) = Σ weights[k] · score of student k for c  +  placeWeight / (place of c + 1)
 * </pre>
 *
 * <p>where the place of a candidate in the request counts from 0. A student's scores may be of any
 * scale: its weight takes that up.
 *
 * @param weights one finite number a student, at least one; copied
 * @param placeWeight how much the order of the request counts; finite
 */
public record Fusion(List<Double> weights, double placeWeight) {
  public Fusion {
    weights = List.copyOf(weights);
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("weights must hold at least one number");
    }
    for (double weight : weights) {
      requireFinite("a weight", weight);
    }
    requireFinite("placeWeight", placeWeight);
  }

  /**
   * One request's fused scores.
   *
   * @param scores {@code double[students][candidates]}
   */
  double[] of(double[][] scores) {
    double[] fused = new double[scores[0].length];
    for (int place = 0; place < fused.length; place++) {
      fused[place] = placeWeight / (place + 1);
      for (int student = 0; student < scores.length; student++) {
        fused[place] += weights.get(student) * scores[student][place];
      }
    }
    return fused;
  }

  private static void requireFinite(String what, double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException(what + " must be a finite number, not " + number);
    }
  }
}
