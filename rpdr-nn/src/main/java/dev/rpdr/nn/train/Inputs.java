package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.rpdr.ModelException;
import dev.rpdr.nn.TokenBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The inputs of an encoder, checked and named as the graph names them. */
final class Inputs {
  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String TYPES = "token_type_ids";
  static final String POSITIONS = "position_ids";
  private static final Set<String> KNOWN = Set.of(IDS, MASK, TYPES, POSITIONS);

  private Inputs() {}

  /** Refuses a graph with an input that nothing here can fill. */
  static void requireKnown(Set<String> names) {
    List<String> unknown = new ArrayList<>(names);
    unknown.removeAll(KNOWN);
    if (!unknown.isEmpty() || !names.contains(IDS)) {
      throw new ModelException(
          "the model must read %s and may read %s, %s and %s; it reads %s"
              .formatted(IDS, MASK, TYPES, POSITIONS, names));
    }
  }

  static Map<String, HostTensor> of(long[][] ids, long[][] mask, long @Nullable [][] types) {
    HostTensor idTensor = matrix("inputIds", ids);
    HostTensor maskTensor = matrix("attentionMask", mask);
    requireSame("attentionMask", maskTensor, idTensor);
    HostTensor typeTensor;
    if (types == null) {
      typeTensor = HostTensor.filled(idTensor.dims(), 0, false);
    } else {
      typeTensor = matrix("tokenTypeIds", types);
      requireSame("tokenTypeIds", typeTensor, idTensor);
    }
    return named(idTensor, maskTensor, typeTensor);
  }

  static Map<String, HostTensor> of(TokenBatch batch) {
    long[] dims = {batch.size(), batch.width()};
    return named(
        HostTensor.of(dims, batch.ids()),
        HostTensor.of(dims, batch.mask()),
        HostTensor.of(dims, batch.typeIds()));
  }

  private static Map<String, HostTensor> named(HostTensor ids, HostTensor mask, HostTensor types) {
    long width = ids.dims()[1];
    long[] row = new long[Math.toIntExact(width)];
    for (int i = 0; i < row.length; i++) {
      row[i] = i;
    }
    Map<String, HostTensor> named = new HashMap<>();
    named.put(IDS, ids);
    named.put(MASK, mask);
    named.put(TYPES, types);
    named.put(POSITIONS, HostTensor.of(new long[] {1, width}, row).expand(ids.dims()));
    return named;
  }

  static HostTensor matrix(String name, long[][] rows) {
    Objects.requireNonNull(rows, name);
    if (rows.length == 0 || rows[0].length == 0) {
      throw new IllegalArgumentException(
          "%s must hold at least one row of at least one token".formatted(name));
    }
    for (int r = 1; r < rows.length; r++) {
      if (rows[r].length != rows[0].length) {
        throw new IllegalArgumentException(
            "%s must be rectangular; row 0 has %d columns and row %d has %d"
                .formatted(name, rows[0].length, r, rows[r].length));
      }
    }
    return HostTensor.matrix(rows);
  }

  private static void requireSame(String name, HostTensor tensor, HostTensor ids) {
    if (!java.util.Arrays.equals(tensor.dims(), ids.dims())) {
      throw new IllegalArgumentException(
          "%s has shape %s where inputIds has %s".formatted(name, tensor, ids));
    }
  }

  /** A small batch for {@link Verification}: two texts, the second one padded. */
  static Map<String, HostTensor> sample(Graph graph) {
    long vocabulary = rows(graph, IDS, 100);
    long types = rows(graph, TYPES, 1);
    int width = 6;
    long[][] ids = new long[2][width];
    long[][] mask = new long[2][width];
    long[][] typeIds = new long[2][width];
    for (int r = 0; r < 2; r++) {
      for (int c = 0; c < width; c++) {
        boolean token = r == 0 || c < 4;
        ids[r][c] = token ? (7919L * (r * width + c + 1) + 5) % vocabulary : 0;
        mask[r][c] = token ? 1 : 0;
        typeIds[r][c] = token && types > 1 && c >= 3 ? 1 : 0;
      }
    }
    return of(ids, mask, typeIds);
  }

  /** The rows of the table that an input picks from. */
  private static long rows(Graph graph, String input, long otherwise) {
    return graph.nodes().stream()
        .filter(n -> n.op().equals("Gather") && n.input(1).equals(input))
        .map(n -> graph.constants().get(n.input(0)))
        .filter(Objects::nonNull)
        .mapToLong((TensorProto t) -> t.getDims(0))
        .findFirst()
        .orElse(otherwise);
  }
}
