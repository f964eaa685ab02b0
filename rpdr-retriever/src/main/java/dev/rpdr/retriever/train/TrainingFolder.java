package dev.rpdr.retriever.train;

import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import dev.rpdr.nn.EncoderConfig;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.train.TrainableGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where an encoder is trained to. Each epoch is saved, as an encoder that can be opened, in a
 * folder {@code epoch-N} of a folder beside the final one, whose name ends in {@code .part}. So
 * what is in the final place is always whole, and a crash costs one epoch at most: what was saved
 * last stays until the next training to the same place has saved its first epoch.
 */
final class TrainingFolder {
  private static final Set<String> OWN_FILES =
      Set.of(ModelFiles.ONNX, ModelFiles.TOKENIZER, EncoderConfig.FILE);

  /** Where the earlier encoder waits while the new one takes its place. */
  private static final String REPLACED = "replaced";

  private final Path folder;
  private final Path part;
  private final ModelFiles base;
  private final EncoderOptions options;

  private TrainingFolder(Path folder, Path part, ModelFiles base, EncoderOptions options) {
    this.folder = folder;
    this.part = part;
    this.base = base;
    this.options = options;
  }

  /**
   * Prepares a training.
   *
   * @throws IllegalArgumentException if the folder holds something else than an earlier encoder
   */
  static TrainingFolder prepare(Path folder, ModelFiles base, EncoderOptions options) {
    Path absolute = folder.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    if (name == null) {
      throw new IllegalArgumentException(folder + " cannot hold an encoder: it has no name");
    }
    Path part = absolute.resolveSibling(name + ".part");
    try {
      requireReplaceable(absolute);
      Files.createDirectories(part);
      Path replaced = part.resolve(REPLACED);
      if (!Files.exists(absolute) && Files.exists(replaced)) {
        // a crash between the two moves of publish
        Files.move(replaced, absolute);
      }
    } catch (IOException e) {
      throw new ModelException("cannot write to " + folder + ": " + e, e);
    }
    return new TrainingFolder(absolute, part, base, options);
  }

  /** Saves an epoch, and drops all others but {@code alsoKept}. */
  void save(TrainableGraph graph, int epoch, int alsoKept, Provenance provenance) {
    Path draft = part.resolve("draft");
    Path saved = epochFolder(epoch);
    try {
      delete(draft);
      Files.createDirectories(draft);
      graph.writeOnnx(draft.resolve(ModelFiles.ONNX));
      base.copyTokenizer(draft);
      EncoderConfig.describe(draft, options, provenance).write(draft);
      delete(saved);
      Files.move(draft, saved);
      for (Path other : children(part)) {
        if (!other.equals(saved) && !other.equals(epochFolder(alsoKept))) {
          delete(other);
        }
      }
    } catch (IOException e) {
      throw new ModelException("cannot save epoch " + epoch + " to " + saved + ": " + e, e);
    }
  }

  /** Moves an epoch to the final place. */
  void publish(int epoch) {
    Path old = part.resolve(REPLACED);
    try {
      delete(old);
      if (Files.exists(folder)) {
        Files.move(folder, old);
      }
      Files.move(epochFolder(epoch), folder);
      delete(part);
    } catch (IOException e) {
      throw new ModelException("cannot move epoch " + epoch + " to " + folder + ": " + e, e);
    }
  }

  private Path epochFolder(int epoch) {
    return part.resolve("epoch-" + epoch);
  }

  private static void requireReplaceable(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Set<String> names = new HashSet<>();
    children(folder).forEach(child -> names.add(String.valueOf(child.getFileName())));
    if (!OWN_FILES.containsAll(names)) {
      names.removeAll(OWN_FILES);
      throw new IllegalArgumentException(
          folder
              + " holds "
              + names
              + ": an encoder is trained to a new folder, an empty one, or one that holds only an"
              + " earlier encoder");
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(tree)) {
      walk.sorted(Comparator.reverseOrder()).forEach(paths::add);
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
