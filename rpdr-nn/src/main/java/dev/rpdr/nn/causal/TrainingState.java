package dev.rpdr.nn.causal;

import dev.rpdr.ModelException;
import dev.rpdr.nn.checkpoint.CausalConfig;
import dev.rpdr.nn.checkpoint.SafetensorsReader;
import dev.rpdr.nn.checkpoint.SafetensorsWriter;
import dev.rpdr.nn.checkpoint.TensorType;
import dev.rpdr.nn.train.TrainingOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A training between two updates, as one safetensors file: the adapter's matrices and the head by
 * name, the optimizer's running means under {@code mean.} and {@code variance.}; in the metadata
 * the format, the counters, rank, alpha and the options as text.
 */
record TrainingState(
    LoraAdapter adapter,
    float[] head,
    Map<String, float[]> means,
    Map<String, float[]> variances,
    int updates,
    long steps) {
  private static final String FORMAT = "rpdr-lora-training 1";
  private static final String MEAN = "mean.";
  private static final String VARIANCE = "variance.";

  void write(Path file, TrainingOptions options) {
    SafetensorsWriter writer =
        new SafetensorsWriter(TensorType.F32)
            .metadata("training", FORMAT)
            .metadata("updates", Integer.toString(updates))
            .metadata("steps", Long.toString(steps))
            .metadata("rank", Integer.toString(adapter.rank()))
            .metadata("alpha", Double.toString(adapter.alpha()))
            .metadata("options", options.toString());
    adapter.matrices().forEach((name, values) -> add(writer, name, values));
    add(writer, AdapterParameters.HEAD, head);
    means.forEach((name, values) -> add(writer, MEAN + name, values));
    variances.forEach((name, values) -> add(writer, VARIANCE + name, values));
    writer.write(file);
  }

  private static void add(SafetensorsWriter writer, String name, float[] values) {
    writer.add(name, List.of((long) values.length), () -> values);
  }

  static TrainingState read(Path file, CausalConfig config, TrainingOptions options) {
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      Map<String, String> facts = reader.metadata();
      if (!FORMAT.equals(facts.get("training"))) {
        throw new ModelException(file + " is no training that was saved (" + FORMAT + ")");
      }
      if (!options.toString().equals(facts.get("options"))) {
        throw new ModelException(
            "%s was saved by a training with other options: %s, now %s"
                .formatted(file, facts.get("options"), options));
      }
      Map<String, float[]> matrices = new LinkedHashMap<>();
      Map<String, float[]> means = new LinkedHashMap<>();
      Map<String, float[]> variances = new LinkedHashMap<>();
      for (String name : reader.names()) {
        if (name.startsWith(MEAN)) {
          means.put(name.substring(MEAN.length()), reader.read(name));
        } else if (name.startsWith(VARIANCE)) {
          variances.put(name.substring(VARIANCE.length()), reader.read(name));
        } else if (!name.equals(AdapterParameters.HEAD)) {
          matrices.put(name, reader.read(name));
        }
      }
      float[] head = reader.read(AdapterParameters.HEAD);
      if (head.length != config.hidden() || means.size() != matrices.size() + 1) {
        throw new ModelException(file + " was saved by a training of another model");
      }
      try {
        LoraAdapter adapter =
            LoraAdapter.of(
                config,
                number(facts, "rank"),
                Double.parseDouble(facts.get("alpha") + ""),
                matrices);
        return new TrainingState(
            adapter, head, means, variances, number(facts, "updates"), number(facts, "steps"));
      } catch (IllegalArgumentException e) {
        throw new ModelException(file + ": " + e.getMessage(), e);
      }
    }
  }

  private static int number(Map<String, String> facts, String key) {
    return Integer.parseInt(facts.getOrDefault(key, "absent"));
  }
}
