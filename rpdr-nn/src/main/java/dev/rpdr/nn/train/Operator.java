package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** How one kind of node is computed. */
@FunctionalInterface
interface Operator {
  List<Value> apply(Call call);

  /** An operator with one output. */
  static Operator one(Single single) {
    return call -> List.of(single.apply(call));
  }

  /** An operator with one output of floats. */
  static Operator tensor(Floats floats) {
    return call -> List.of(new Value.Tensor(floats.apply(call)));
  }

  /** See {@link #one}. */
  @FunctionalInterface
  interface Single {
    Value apply(Call call);
  }

  /** See {@link #tensor}. */
  @FunctionalInterface
  interface Floats {
    NDArray apply(Call call);
  }
}
