package dev.rpdr.distill.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.Fingerprint;
import dev.rpdr.NonRetriableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of finished epochs, so that a training that broke off goes on where it was and loses
 * no more than an epoch. In the workshop beside a student's folder lie the models {@code
 * epoch-N.onnx} of the last and of the best epoch, and {@code checkpoint.json}:
 *
 * <ul>
 *   <li>{@code key}: a hash of all that the training depends on; checkpoints of another key are not
 *       continued;
 *   <li>{@code epochs}: for each finished epoch its {@code loss}, its {@code agreement} (absent
 *       where no rankings were held out) and the {@code sha256} of its model.
 * </ul>
 *
 * <p>A model is written before the file that speaks of it, so a crash between the two costs that
 * epoch and nothing else. Not thread-safe.
 */
final class Checkpoints {
  private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "checkpoint.json";

  private final Path folder;
  private final String key;
  private final List<Epoch> epochs = new ArrayList<>();

  private Checkpoints(Path folder, String key) {
    this.folder = folder;
    this.key = key;
  }

  private record Epoch(EpochResult result, String sha256) {}

  /** The checkpoints of a folder that belong to a key; those of another are left to be replaced. */
  static Checkpoints open(Path folder, String key) {
    Checkpoints checkpoints = new Checkpoints(folder, key);
    Path file = folder.resolve(FILE);
    if (Files.exists(file)) {
      try {
        checkpoints.read(JSON.readTree(file.toFile()));
      } catch (IOException | IllegalArgumentException e) {
        log.warn("{} cannot be used, training starts anew: {}", file, e.getMessage());
        checkpoints.epochs.clear();
      }
    }
    return checkpoints;
  }

  /** How the finished epochs went, in order. */
  List<EpochResult> results() {
    return epochs.stream().map(Epoch::result).toList();
  }

  /** The number of the best epoch, from 1; there must be one. */
  int best() {
    int best = 1;
    for (int epoch = 2; epoch <= epochs.size(); epoch++) {
      if (epochs.get(epoch - 1).result().isBetterThan(epochs.get(best - 1).result())) {
        best = epoch;
      }
    }
    return best;
  }

  /** The model of an epoch, from 1, that is the last or the best. */
  Path model(int epoch) {
    return folder.resolve("epoch-" + epoch + ".onnx");
  }

  /** Keeps the model of an epoch that has just finished; those no longer needed are removed. */
  void add(EpochResult result, Consumer<Path> writeModel) {
    Path model = model(epochs.size() + 1);
    try {
      Files.createDirectories(folder);
      writeModel.accept(model);
      epochs.add(new Epoch(result, Fingerprint.ofFile(model)));
      write();
      for (int epoch = 1; epoch < epochs.size(); epoch++) {
        if (epoch != best()) {
          Files.deleteIfExists(model(epoch));
        }
      }
    } catch (IOException e) {
      throw new NonRetriableException("cannot keep a checkpoint in " + folder, e);
    }
  }

  private void write() throws IOException {
    ObjectNode root = JSON.createObjectNode().put("key", key);
    ArrayNode array = root.putArray("epochs");
    for (Epoch epoch : epochs) {
      ObjectNode node = array.addObject().put("loss", epoch.result().loss());
      if (!Double.isNaN(epoch.result().agreement())) {
        node.put("agreement", epoch.result().agreement());
      }
      node.put("sha256", epoch.sha256());
    }
    Path part = folder.resolve(FILE + ".part");
    Files.write(part, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    Files.move(part, folder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
  }

  private void read(JsonNode root) {
    if (!root.path("key").asText().equals(key)) {
      log.info("{} holds checkpoints of another training, which are replaced", folder);
      return;
    }
    for (JsonNode node : root.path("epochs")) {
      EpochResult result =
          new EpochResult(
              node.path("loss").asDouble(), node.path("agreement").asDouble(Double.NaN));
      epochs.add(new Epoch(result, node.path("sha256").asText()));
    }
    if (!epochs.isEmpty()) {
      requireModel(epochs.size());
      requireModel(best());
      log.info("{} epochs are finished already; training goes on after them", epochs.size());
    }
  }

  private void requireModel(int epoch) {
    Path model = model(epoch);
    if (!Files.isRegularFile(model)
        || !Fingerprint.ofFile(model).equals(epochs.get(epoch - 1).sha256())) {
      throw new IllegalArgumentException(model + " is missing or has changed");
    }
  }
}
