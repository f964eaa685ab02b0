package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trees laid out as the rows of one pass: prompt, then branch after branch, then padding. A
 * branch's positions go on from the prompt's, and its tokens see the prompt and themselves alone,
 * so that each gets what it would get by itself.
 */
final class PackedTrees {
  /** Below all scores, and finite, so that no row is without a number. */
  static final float HIDDEN = -1e9f;

  private final int rows;
  private final int width;
  private final long[] ids;
  private final int[][] positions;
  private final int[][] segments;
  private final List<long[]> sources = new ArrayList<>();
  private final List<Integer> targets = new ArrayList<>();
  private final List<Long> ends = new ArrayList<>();
  private boolean branching;

  /**
   * @param whole whether the last token of each branch is fed too, as a scoring head needs; no
   *     token is predicted from it
   */
  PackedTrees(List<TokenTree> trees, boolean whole) {
    rows = trees.size();
    int cut = whole ? 0 : 1;
    width =
        trees.stream()
            .mapToInt(t -> t.prompt().size() + t.targets() - cut * t.branches().size())
            .max()
            .orElseThrow();
    ids = new long[rows * width];
    positions = new int[rows][width];
    segments = new int[rows][width];
    for (int row = 0; row < rows; row++) {
      lay(trees.get(row), row, cut);
    }
  }

  private void lay(TokenTree tree, int row, int cut) {
    int prompt = tree.prompt().size();
    int at = 0;
    for (; at < prompt; at++) {
      place(row, at, tree.prompt().get(at), at, 0);
    }
    branching |= tree.branches().size() > 1;
    for (int b = 0; b < tree.branches().size(); b++) {
      Tokens branch = tree.branches().get(b);
      long[] from = new long[branch.size()];
      for (int i = 0; i < branch.size(); i++) {
        from[i] = (long) row * width + (i == 0 ? prompt - 1 : at - 1);
        targets.add(branch.get(i));
        if (i < branch.size() - cut) {
          place(row, at++, branch.get(i), prompt + i, b + 1);
        }
      }
      sources.add(from);
      ends.add((long) row * width + at - 1);
    }
    for (; at < width; at++) {
      place(row, at, 0, 0, -1);
    }
  }

  private void place(int row, int at, int id, int position, int segment) {
    ids[row * width + at] = id;
    positions[row][at] = position;
    segments[row][at] = segment;
  }

  int width() {
    return width;
  }

  NDArray ids(NDManager manager) {
    return manager.create(ids, new Shape(rows, width));
  }

  int[][] positions() {
    return positions;
  }

  /** For each branch, the places [row · width + column] that its tokens are predicted from. */
  List<long[]> sources() {
    return sources;
  }

  /** All places that tokens are predicted from, branch after branch. */
  long[] allSources() {
    return sources.stream().flatMapToLong(java.util.Arrays::stream).toArray();
  }

  /** The tokens of all branches, one after the other. */
  long[] allTargets() {
    return targets.stream().mapToLong(Integer::longValue).toArray();
  }

  /** The place of each branch's last token; meaningful where branches are fed whole. */
  long[] ends() {
    return ends.stream().mapToLong(Long::longValue).toArray();
  }

  /** What hides tokens from each other [rows or 1, 1, 1, width, width]; null for a single token. */
  @Nullable NDArray mask(NDManager manager) {
    if (width == 1) {
      return null;
    }
    // Right padding is never seen by what stands before it: without branches one mask fits all.
    int count = branching ? rows : 1;
    float[] mask = new float[count * width * width];
    for (int row = 0; row < count; row++) {
      for (int from = 0; from < width; from++) {
        int at = (row * width + from) * width;
        for (int to = 0; to < width; to++) {
          mask[at + to] = sees(row, from, to) ? 0 : HIDDEN;
        }
      }
    }
    return manager.create(mask, new Shape(count, 1, 1, width, width));
  }

  private boolean sees(int row, int from, int to) {
    if (to > from) {
      return false;
    }
    int segment = segments[row][to];
    return !branching || segment == 0 || segment == segments[row][from];
  }
}
