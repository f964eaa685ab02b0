package dev.rpdr.nn.train;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * A small tensor of integers or booleans (0 and 1) in row-major order, with ONNX's rules of
 * broadcasting and indexing. Immutable by convention: nothing in this package writes into {@link
 * #data()} after construction.
 */
final class HostTensor implements Value {
  private final long[] dims;
  private final long[] data;
  private final boolean bool;

  HostTensor(long[] dims, long[] data, boolean bool) {
    if (size(dims) != data.length) {
      throw new IllegalArgumentException(
          "shape %s does not hold %d values".formatted(Arrays.toString(dims), data.length));
    }
    this.dims = dims;
    this.data = data;
    this.bool = bool;
  }

  static HostTensor of(long[] dims, long[] data) {
    return new HostTensor(dims, data, false);
  }

  static HostTensor vector(long... data) {
    return of(new long[] {data.length}, data);
  }

  static HostTensor filled(long[] dims, long value, boolean bool) {
    long[] data = new long[size(dims)];
    Arrays.fill(data, value);
    return new HostTensor(dims, data, bool);
  }

  static HostTensor matrix(long[][] rows) {
    int width = rows[0].length;
    long[] data = new long[rows.length * width];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(rows[r], 0, data, r * width, width);
    }
    return of(new long[] {rows.length, width}, data);
  }

  static int size(long[] dims) {
    long size = 1;
    for (long d : dims) {
      size = Math.multiplyExact(size, d);
    }
    return Math.toIntExact(size);
  }

  @Override
  public long[] dims() {
    return dims;
  }

  long[] data() {
    return data;
  }

  boolean isBoolean() {
    return bool;
  }

  int rank() {
    return dims.length;
  }

  int[] toInts() {
    return Arrays.stream(data).mapToInt(Math::toIntExact).toArray();
  }

  HostTensor asBoolean() {
    return new HostTensor(dims, Arrays.stream(data).map(v -> v == 0 ? 0 : 1).toArray(), true);
  }

  HostTensor asInteger() {
    return bool ? of(dims, data) : this;
  }

  HostTensor map(LongUnaryOperator f) {
    return new HostTensor(dims, Arrays.stream(data).map(f).toArray(), bool);
  }

  /** Applies {@code f} to each pair after broadcasting both to a common shape. */
  static HostTensor zip(HostTensor a, HostTensor b, LongBinaryOperator f, boolean bool) {
    long[] dims = broadcast(a.dims, b.dims);
    long[] left = a.expand(dims).data;
    long[] right = b.expand(dims).data;
    long[] data = new long[left.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = f.applyAsLong(left[i], right[i]);
    }
    return new HostTensor(dims, data, bool);
  }

  static HostTensor where(HostTensor condition, HostTensor yes, HostTensor no) {
    long[] dims = broadcast(condition.dims, broadcast(yes.dims, no.dims));
    long[] c = condition.expand(dims).data;
    long[] y = yes.expand(dims).data;
    long[] n = no.expand(dims).data;
    long[] data = new long[c.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = c[i] != 0 ? y[i] : n[i];
    }
    return new HostTensor(dims, data, yes.bool);
  }

  /** The common shape of two shapes. */
  static long[] broadcast(long[] a, long[] b) {
    int rank = Math.max(a.length, b.length);
    long[] dims = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long x = i <= a.length ? a[a.length - i] : 1;
      long y = i <= b.length ? b[b.length - i] : 1;
      if (x != y && x != 1 && y != 1) {
        throw new IllegalArgumentException(
            "shapes %s and %s cannot be broadcast together"
                .formatted(Arrays.toString(a), Arrays.toString(b)));
      }
      dims[rank - i] = x == 1 ? y : x;
    }
    return dims;
  }

  /** Repeats dimensions of size 1 until the shape is {@code target}. */
  HostTensor expand(long[] target) {
    if (Arrays.equals(dims, target)) {
      return this;
    }
    long[] strides = new long[target.length];
    long stride = 1;
    for (int i = 1; i <= target.length; i++) {
      if (i <= dims.length) {
        long d = dims[dims.length - i];
        strides[target.length - i] = d == 1 ? 0 : stride;
        stride *= d;
      }
    }
    return pick(target, strides, 0);
  }

  HostTensor transpose(int[] permutation) {
    long[] own = strides(dims);
    long[] target = new long[dims.length];
    long[] strides = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      target[i] = dims[permutation[i]];
      strides[i] = own[permutation[i]];
    }
    return pick(target, strides, 0);
  }

  /** Reshapes; 0 keeps a dimension and -1 takes what is left, as ONNX says. */
  HostTensor reshape(long[] shape) {
    return new HostTensor(resolveShape(dims, shape, false), data, bool);
  }

  static long[] resolveShape(long[] dims, long[] shape, boolean allowZero) {
    long[] resolved = shape.clone();
    int free = -1;
    long known = 1;
    for (int i = 0; i < resolved.length; i++) {
      if (resolved[i] == 0 && !allowZero) {
        resolved[i] = dims[i];
      }
      if (resolved[i] == -1) {
        free = i;
      } else {
        known *= resolved[i];
      }
    }
    if (free >= 0) {
      resolved[free] = known == 0 ? 0 : size(dims) / known;
    }
    return resolved;
  }

  HostTensor unsqueeze(long[] axes) {
    return new HostTensor(unsqueezed(dims, axes), data, bool);
  }

  static long[] unsqueezed(long[] dims, long[] axes) {
    int rank = dims.length + axes.length;
    boolean[] inserted = new boolean[rank];
    for (long axis : axes) {
      inserted[axis(axis, rank)] = true;
    }
    long[] target = new long[rank];
    int next = 0;
    for (int i = 0; i < rank; i++) {
      target[i] = inserted[i] ? 1 : dims[next++];
    }
    return target;
  }

  HostTensor squeeze(long[] axes) {
    return new HostTensor(squeezed(dims, axes), data, bool);
  }

  /** Drops the given axes, or all of size 1 where none is given. */
  static long[] squeezed(long[] dims, long[] axes) {
    boolean[] dropped = new boolean[dims.length];
    for (long axis : axes) {
      dropped[axis(axis, dims.length)] = true;
    }
    long[] target = new long[dims.length];
    int rank = 0;
    for (int i = 0; i < dims.length; i++) {
      if (axes.length == 0 ? dims[i] != 1 : !dropped[i]) {
        target[rank++] = dims[i];
      }
    }
    return Arrays.copyOf(target, rank);
  }

  HostTensor gather(HostTensor index, int axis) {
    int at = axis(axis, dims.length);
    long[] target = gathered(dims, index.dims, at);
    int outer = size(Arrays.copyOfRange(dims, 0, at));
    int inner = size(Arrays.copyOfRange(dims, at + 1, dims.length));
    int length = (int) dims[at];
    long[] result = new long[size(target)];
    int next = 0;
    for (int o = 0; o < outer; o++) {
      for (long i : index.data) {
        int row = axis(i, length);
        System.arraycopy(data, (o * length + row) * inner, result, next, inner);
        next += inner;
      }
    }
    return new HostTensor(target, result, bool);
  }

  /** The shape of a Gather. */
  static long[] gathered(long[] dims, long[] indexDims, int axis) {
    long[] target = new long[dims.length - 1 + indexDims.length];
    System.arraycopy(dims, 0, target, 0, axis);
    System.arraycopy(indexDims, 0, target, axis, indexDims.length);
    System.arraycopy(dims, axis + 1, target, axis + indexDims.length, dims.length - axis - 1);
    return target;
  }

  HostTensor slice(int axis, long start, long end, long step) {
    int at = axis(axis, dims.length);
    SliceRange range = SliceRange.of(dims[at], start, end, step);
    long[] strides = strides(dims);
    long[] target = dims.clone();
    target[at] = range.length();
    long offset = range.start() * strides[at];
    strides[at] *= step;
    return pick(target, strides, offset);
  }

  static HostTensor concat(List<HostTensor> parts, int axis) {
    HostTensor first = parts.get(0);
    int at = axis(axis, first.rank());
    long[] target = first.dims.clone();
    target[at] = parts.stream().mapToLong(p -> p.dims[at]).sum();
    int outer = size(Arrays.copyOfRange(first.dims, 0, at));
    long[] result = new long[size(target)];
    int next = 0;
    for (int o = 0; o < outer; o++) {
      for (HostTensor part : parts) {
        int block = outer == 0 ? 0 : part.data.length / outer;
        System.arraycopy(part.data, o * block, result, next, block);
        next += block;
      }
    }
    return new HostTensor(target, result, first.bool);
  }

  HostTensor cumulativeSum(int axis) {
    int at = axis(axis, dims.length);
    long[] strides = strides(dims);
    long[] result = data.clone();
    for (int i = 0; i < result.length; i++) {
      if (i / strides[at] % dims[at] != 0) {
        result[i] += result[i - (int) strides[at]];
      }
    }
    return of(dims, result);
  }

  /** Folds the given axes, or all where none is given. */
  HostTensor reduce(long[] axes, boolean keep, LongBinaryOperator f) {
    boolean[] folded = new boolean[dims.length];
    for (long axis : axes) {
      folded[axis(axis, dims.length)] = true;
    }
    if (axes.length == 0) {
      Arrays.fill(folded, true);
    }
    long[] kept = dims.clone();
    for (int i = 0; i < kept.length; i++) {
      kept[i] = folded[i] ? 1 : kept[i];
    }
    long[] own = strides(dims);
    long[] outer = strides(kept);
    long[] result = new long[size(kept)];
    boolean[] seen = new boolean[result.length];
    for (int i = 0; i < data.length; i++) {
      int to = 0;
      for (int d = 0; d < dims.length; d++) {
        to += folded[d] ? 0 : (int) (i / own[d] % dims[d] * outer[d]);
      }
      result[to] = seen[to] ? f.applyAsLong(result[to], data[i]) : data[i];
      seen[to] = true;
    }
    HostTensor reduced = of(kept, result);
    if (keep) {
      return reduced;
    }
    long[] rest = new long[dims.length];
    int rank = 0;
    for (int i = 0; i < dims.length; i++) {
      if (!folded[i]) {
        rest[rank++] = dims[i];
      }
    }
    return of(Arrays.copyOf(rest, rank), result);
  }

  /** A negative axis or index counts from the end. */
  static int axis(long axis, int size) {
    long at = axis < 0 ? axis + size : axis;
    if (at < 0 || at >= size) {
      throw new IllegalArgumentException("index %d is outside 0..%d".formatted(axis, size - 1));
    }
    return (int) at;
  }

  private HostTensor pick(long[] target, long[] strides, long offset) {
    long[] result = new long[size(target)];
    long[] position = new long[target.length];
    long from = offset;
    for (int i = 0; i < result.length; i++) {
      result[i] = data[(int) from];
      for (int d = target.length - 1; d >= 0; d--) {
        from += strides[d];
        if (++position[d] < target[d]) {
          break;
        }
        from -= strides[d] * target[d];
        position[d] = 0;
      }
    }
    return new HostTensor(target, result, bool);
  }

  private static long[] strides(long[] dims) {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims[i];
    }
    return strides;
  }

  @Override
  public String toString() {
    return (bool ? "bool" : "int64") + Arrays.toString(dims);
  }

  /** What start, end and step of a Slice mean for a dimension of a given size. */
  record SliceRange(long start, long length) {
    static SliceRange of(long size, long start, long end, long step) {
      if (step == 0) {
        throw new IllegalArgumentException("a slice's step is 0");
      }
      long from = start < 0 ? start + size : start;
      long to = end < 0 && end > Long.MIN_VALUE + size ? end + size : end;
      if (step > 0) {
        from = Math.min(Math.max(from, 0), size);
        to = Math.min(Math.max(to, 0), size);
        return new SliceRange(from, Math.max(0, (to - from + step - 1) / step));
      }
      from = Math.min(Math.max(from, 0), size - 1);
      to = Math.min(Math.max(to, -1), size - 1);
      return new SliceRange(from, Math.max(0, (from - to - step - 1) / -step));
    }
  }
}
