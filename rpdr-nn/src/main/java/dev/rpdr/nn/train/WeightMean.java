package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.rpdr.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One model whose weights are the means of several models': a uniform "model soup" (Wortsman et
 * al., ICML 2022). It helps where the models were fine-tuned from one base with different seeds; it
 * costs no more to run than one of them.
 */
public final class WeightMean {
  private WeightMean() {}

  /**
   * Writes the mean of models.
   *
   * @param models at least two ONNX files of one graph, weights inside
   * @param target where the mean is written, whole or not at all
   * @throws IllegalArgumentException if there are fewer than two
   * @throws ModelException if one cannot be read or is another graph than the first
   */
  public static void write(List<Path> models, Path target) {
    if (models.size() < 2) {
      throw new IllegalArgumentException("a mean needs at least 2 models, not " + models.size());
    }
    ModelProto first = OnnxFile.parse(OnnxFile.read(models.get(0)));
    List<TensorProto> tensors = first.getGraph().getInitializerList();
    List<double[]> sums = new ArrayList<>();
    for (TensorProto tensor : tensors) {
      sums.add(Initializer.isFloat(tensor) ? add(null, tensor) : new double[0]);
    }
    for (Path path : models.subList(1, models.size())) {
      GraphProto graph = OnnxFile.parse(OnnxFile.read(path)).getGraph();
      requireSameGraph(first.getGraph(), graph, models.get(0), path);
      for (int i = 0; i < tensors.size(); i++) {
        if (Initializer.isFloat(tensors.get(i))) {
          add(sums.get(i), graph.getInitializer(i));
        }
      }
    }
    ModelProto.Builder mean = first.toBuilder();
    for (int i = 0; i < tensors.size(); i++) {
      if (Initializer.isFloat(tensors.get(i))) {
        float[] values = new float[sums.get(i).length];
        for (int j = 0; j < values.length; j++) {
          values[j] = (float) (sums.get(i)[j] / models.size());
        }
        Initializer.replace(mean.getGraphBuilder().getInitializerBuilder(i), values);
      }
    }
    OnnxFile.write(mean.build(), target);
  }

  private static double[] add(double @Nullable [] sum, TensorProto tensor) {
    float[] values = Initializer.floats(tensor);
    double[] result = sum == null ? new double[values.length] : sum;
    for (int i = 0; i < values.length; i++) {
      result[i] += values[i];
    }
    return result;
  }

  private static void requireSameGraph(GraphProto a, GraphProto b, Path first, Path other) {
    boolean same =
        a.getNodeList().equals(b.getNodeList())
            && a.getInitializerCount() == b.getInitializerCount();
    for (int i = 0; same && i < a.getInitializerCount(); i++) {
      TensorProto one = a.getInitializer(i);
      TensorProto two = b.getInitializer(i);
      same =
          one.getName().equals(two.getName())
              && one.getDataType() == two.getDataType()
              && one.getDimsList().equals(two.getDimsList())
              && (Initializer.isFloat(one) || one.equals(two));
    }
    if (!same) {
      throw new ModelException(
          other
              + " is another graph than "
              + first
              + "; only models fine-tuned from one base have a mean");
    }
  }
}
