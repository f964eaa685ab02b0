package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a model's file says is to be computed, made ready for training.
 *
 * @param model the file
 * @param graph its nodes, with what exporters took apart put together, adapters and dropout
 * @param plan the graph in the order of execution
 * @param names readable names of its weights
 * @param lora adapters that are trained in place of the weights, or null
 * @param output the file's name of what is computed
 */
record Blueprint(
    ModelProto model,
    Graph graph,
    Plan plan,
    WeightNames names,
    @Nullable Lora lora,
    String output) {
  /**
   * @param fuse whether nodes are put together
   */
  static Blueprint of(ModelProto model, TrainingOptions options, boolean fuse) {
    Graph read = Graph.of(model, options.output());
    Graph fused = fuse ? Fusion.apply(read) : read;
    WeightNames names = new WeightNames(fused);
    Lora lora = options.lora() == null ? null : Lora.of(options.lora(), names, fused);
    Graph adapted = lora == null ? fused : lora.applyTo(fused);
    Graph graph = options.dropout() > 0 ? Fusion.withDropout(adapted) : adapted;
    Set<String> adapters = new HashSet<>();
    if (lora != null) {
      lora.adapters().values().forEach(a -> adapters.addAll(List.of(a.a(), a.b())));
    }
    Plan plan = Plan.of(graph, adapters);
    Inputs.requireKnown(plan.inputs());
    String output =
        options.output().isEmpty() ? model.getGraph().getOutput(0).getName() : options.output();
    return new Blueprint(model, graph, plan, names, lora, output);
  }
}
