package dev.rpdr.distill.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The minimum of a smooth function of many numbers, by the limited-memory BFGS method with
 * backtracking (Nocedal and Wright, Numerical Optimization, 2006, algorithms 3.1 and 7.5).
 */
final class Lbfgs {
  private static final int MEMORY = 10;
  private static final int MOST_STEPS = 300;
  private static final int MOST_HALVINGS = 40;
  private static final double SUFFICIENT = 1e-4;
  private static final double SMALL = 1e-8;

  private Lbfgs() {}

  /** What is minimised. */
  interface Function {
    /**
     * The value at a point.
     *
     * @param slope gets the derivatives; what it held is overwritten
     */
    double at(double[] point, double[] slope);
  }

  private record Step(double[] moved, double[] turned, double product) {}

  /**
   * Goes downhill until a step gains less than 1e-8 of the value.
   *
   * @param start where to start; not changed
   */
  static double[] minimise(Function function, double[] start) {
    double[] point = start.clone();
    double[] slope = new double[point.length];
    double value = function.at(point, slope);
    Deque<Step> steps = new ArrayDeque<>();
    for (int n = 0; n < MOST_STEPS; n++) {
      double[] direction = direction(slope, steps);
      double descent = dot(direction, slope);
      if (!(descent < 0)) {
        break;
      }
      double length = steps.isEmpty() ? 1 / Math.max(1, Math.sqrt(dot(slope, slope))) : 1;
      double[] next = moved(point, direction, length);
      double[] nextSlope = new double[point.length];
      double there = function.at(next, nextSlope);
      for (int h = 0; h < MOST_HALVINGS && !(there <= value + SUFFICIENT * length * descent); h++) {
        length /= 2;
        next = moved(point, direction, length);
        there = function.at(next, nextSlope);
      }
      if (!(there < value)) {
        break;
      }
      double[] moved = moved(next, point, -1);
      double[] turned = moved(nextSlope, slope, -1);
      double product = dot(moved, turned);
      if (product > SMALL * dot(turned, turned)) {
        steps.addLast(new Step(moved, turned, product));
        if (steps.size() > MEMORY) {
          steps.removeFirst();
        }
      }
      boolean arrived = value - there < SMALL * Math.max(1, Math.abs(value));
      point = next;
      slope = nextSlope;
      value = there;
      if (arrived) {
        break;
      }
    }
    return point;
  }

  /**
   * The two-loop recursion: minus the slope times the curvature's inverse, as the steps show it.
   */
  private static double[] direction(double[] slope, Deque<Step> steps) {
    double[] direction = moved(new double[slope.length], slope, -1);
    double[] shares = new double[steps.size()];
    int i = shares.length;
    for (Iterator<Step> latest = steps.descendingIterator(); latest.hasNext(); ) {
      Step step = latest.next();
      shares[--i] = dot(step.moved(), direction) / step.product();
      direction = moved(direction, step.turned(), -shares[i]);
    }
    Step last = steps.peekLast();
    if (last != null) {
      double scale = last.product() / dot(last.turned(), last.turned());
      for (int k = 0; k < direction.length; k++) {
        direction[k] *= scale;
      }
    }
    for (Step step : steps) {
      double back = dot(step.turned(), direction) / step.product();
      direction = moved(direction, step.moved(), shares[i++] - back);
    }
    return direction;
  }

  private static double[] moved(double[] from, double[] direction, double length) {
    double[] to = new double[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i] + length * direction[i];
    }
    return to;
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }
}
