package dev.rpdr.nn.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.Fingerprint;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A causal language model on disk, opened and checked: every tensor that its configuration asks for
 * is there, has the right shape and lies wholly in its file, and there is none besides. Weights are
 * read through memory maps when asked for, as 32-bit floats and in Hugging Face's layout whatever
 * the file's.
 *
 * <p>Two forms are read: a folder with {@code config.json} and {@code *.safetensors} (one file, or
 * shards with {@code model.safetensors.index.json}), and a GGUF file, or a folder that holds
 * exactly one; {@code tokenizer.json} lies beside it in both. A folder with safetensors and GGUF is
 * read as the former. Thread-safe.
 */
public final class Checkpoint implements AutoCloseable {
  private static final String INDEX = "model.safetensors.index.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final Set<String> IGNORED = Set.of(GgufModel.ROPE_FACTORS);

  private final Path folder;
  private final Map<Path, MappedFile> files;
  private final Map<String, StoredTensor> tensors;
  private final CausalConfig config;
  private final @Nullable GgufFile gguf;
  private @Nullable String sha256;

  private Checkpoint(
      Path folder,
      Map<Path, MappedFile> files,
      Map<String, StoredTensor> tensors,
      CausalConfig config,
      @Nullable GgufFile gguf) {
    this.folder = folder;
    this.files = files;
    this.tensors = tensors;
    this.config = config;
    this.gguf = gguf;
  }

  /**
   * Opens a checkpoint.
   *
   * @param path a folder, or a GGUF file
   * @throws ModelException where it is none, its architecture or a type is not supported (the
   *     message lists what is), a file is cut off, or a tensor is missing, unknown or of another
   *     shape than the configuration says
   */
  public static Checkpoint open(Path path) {
    Objects.requireNonNull(path, "path");
    Map<Path, MappedFile> files = new LinkedHashMap<>();
    try {
      Checkpoint opened = open(path, files);
      opened.check();
      return opened;
    } catch (RuntimeException | Error e) {
      files.values().forEach(MappedFile::close);
      throw e;
    }
  }

  private static Checkpoint open(Path path, Map<Path, MappedFile> files) {
    if (Files.isRegularFile(path)) {
      return gguf(path, files);
    }
    if (!Files.isDirectory(path)) {
      throw new ModelException("no such checkpoint: " + path);
    }
    List<Path> safetensors = list(path, ".safetensors");
    if (!safetensors.isEmpty() || Files.exists(path.resolve(INDEX))) {
      return huggingFace(path, safetensors, files);
    }
    List<Path> found = list(path, ".gguf");
    if (found.size() != 1) {
      throw new ModelException(
          "%s holds no *.safetensors and %d GGUF files; it must hold either, or exactly one"
              .formatted(path, found.size()));
    }
    return gguf(found.get(0), files);
  }

  private static Checkpoint gguf(Path path, Map<Path, MappedFile> files) {
    MappedFile mapped = new MappedFile(path);
    files.put(path, mapped);
    GgufFile file = GgufFile.read(path, mapped);
    Optional<float[]> factors =
        GgufModel.find(file, GgufModel.ROPE_FACTORS).map(tensor -> floats(mapped, tensor));
    CausalConfig config = GgufModel.config(file, factors);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (StoredTensor tensor : file.tensors()) {
      add(tensors, tensor.named(GgufModel.name(tensor.name())));
    }
    Path folder = Objects.requireNonNullElse(path.toAbsolutePath().getParent(), path);
    return new Checkpoint(folder, files, tensors, config, file);
  }

  private static Checkpoint huggingFace(
      Path folder, List<Path> found, Map<Path, MappedFile> files) {
    Path configFile = folder.resolve(ConfigJson.FILE);
    if (!Files.isRegularFile(configFile)) {
      throw new ModelException("no config.json in " + folder);
    }
    CausalConfig config = ConfigJson.read(configFile);
    Collection<Path> shards = Files.exists(folder.resolve(INDEX)) ? shards(folder) : found;
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Path shard : shards) {
      MappedFile mapped = new MappedFile(shard);
      files.put(shard, mapped);
      SafetensorsFile.read(shard, mapped).forEach(tensor -> add(tensors, tensor));
    }
    if (config.tiedHead()) {
      tensors.remove(CausalConfig.HEAD);
    }
    tensors.keySet().removeIf(name -> name.endsWith(".rotary_emb.inv_freq"));
    return new Checkpoint(folder, files, tensors, config, null);
  }

  private static Collection<Path> shards(Path folder) {
    JsonNode map;
    try {
      map = new ObjectMapper().readTree(folder.resolve(INDEX).toFile()).path("weight_map");
    } catch (IOException e) {
      throw new ModelException("cannot read " + folder.resolve(INDEX), e);
    }
    Map<String, Path> shards = new TreeMap<>();
    for (JsonNode file : map) {
      String name = file.asText();
      Path shard = folder.resolve(name);
      if (!name.matches("[\\w.-]+") || !Files.isRegularFile(shard)) {
        throw new ModelException(
            "%s names the shard '%s', which is not there".formatted(folder.resolve(INDEX), name));
      }
      shards.put(name, shard);
    }
    if (shards.isEmpty()) {
      throw new ModelException(folder.resolve(INDEX) + " names no shards in 'weight_map'");
    }
    return shards.values();
  }

  private static void add(Map<String, StoredTensor> tensors, StoredTensor tensor) {
    StoredTensor other = tensors.put(tensor.name(), tensor);
    if (other != null) {
      throw new ModelException(
          "tensor '%s' is in %s and again in %s"
              .formatted(tensor.name(), other.file(), tensor.file()));
    }
  }

  private static List<Path> list(Path folder, String ending) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(path -> path.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new ModelException("cannot list " + folder, e);
    }
  }

  private void check() {
    Map<String, List<Long>> expected = config.tensors();
    expected.forEach(
        (name, shape) -> {
          StoredTensor tensor = tensors.get(name);
          if (tensor == null) {
            throw new ModelException(
                "%s: tensor '%s' %s is missing".formatted(folder, name, shape));
          }
          if (!tensor.shape().equals(shape)) {
            throw new ModelException(
                "%s: tensor '%s' has shape %s; the configuration asks for %s"
                    .formatted(folder, name, tensor.shape(), shape));
          }
        });
    for (String name : tensors.keySet()) {
      if (!expected.containsKey(name) && !IGNORED.contains(name)) {
        throw new ModelException(
            "%s: tensor '%s' has no place in a %s of this configuration"
                .formatted(folder, name, config.architecture().className()));
      }
    }
  }

  /** The sizes and constants of the model. */
  public CausalConfig config() {
    return config;
  }

  boolean isGguf() {
    return gguf != null;
  }

  /** The folder that the files lie in. */
  public Path folder() {
    return folder;
  }

  /** {@code checkpoint:} and the folder's own name, for logs and provenance. */
  public String name() {
    return "checkpoint:" + folder.toAbsolutePath().getFileName();
  }

  /**
   * Where a tensor lies and of what type it is.
   *
   * @throws IllegalArgumentException where {@link CausalConfig#tensors()} has no such name
   */
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(Objects.requireNonNull(name, "name"));
    if (tensor == null) {
      throw new IllegalArgumentException("there is no tensor '%s'".formatted(name));
    }
    return tensor;
  }

  /** A tensor's numbers, row-major. */
  public float[] read(String name) {
    StoredTensor tensor = tensor(name);
    if (tensor.size() > Integer.MAX_VALUE - 16) {
      throw new ModelException(
          "%s: tensor '%s' has %d numbers, too many".formatted(folder, name, tensor.size()));
    }
    MappedFile file = Objects.requireNonNull(files.get(tensor.file()));
    float[] values = floats(file, tensor);
    boolean permuted = gguf != null && GgufModel.isPermuted(config.architecture(), name);
    return permuted ? unpermuted(values, tensor) : values;
  }

  private static float[] floats(MappedFile file, StoredTensor tensor) {
    float[] values = new float[(int) tensor.size()];
    file.read(tensor, FloatBuffer.wrap(values));
    return values;
  }

  private float[] unpermuted(float[] values, StoredTensor tensor) {
    int rows = (int) (long) tensor.shape().get(0);
    int width = values.length / rows;
    float[] straight = new float[values.length];
    for (int row = 0; row < rows; row++) {
      int from = GgufModel.permutedRow(row, config.headSize());
      System.arraycopy(values, from * width, straight, row * width, width);
    }
    return straight;
  }

  /**
   * The content of {@code tokenizer.json}.
   *
   * @throws ModelException where there is none: a GGUF file's own vocabulary is not enough to
   *     rebuild it exactly
   */
  public byte[] tokenizer() {
    Path file = folder.resolve(TOKENIZER);
    if (!Files.isRegularFile(file)) {
      throw new ModelException(
          "no tokenizer.json in " + folder + "; put the one of the model beside the weights");
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ModelException("cannot read " + file, e);
    }
  }

  /**
   * The chat template as Jinja: from {@code chat_template.jinja}, {@code tokenizer_config.json} or
   * the GGUF file, the first that has one.
   */
  public Optional<String> chatTemplate() {
    Path jinja = folder.resolve("chat_template.jinja");
    Path config = folder.resolve("tokenizer_config.json");
    try {
      if (Files.isRegularFile(jinja)) {
        return Optional.of(Files.readString(jinja));
      }
      if (Files.isRegularFile(config)) {
        JsonNode template = new ObjectMapper().readTree(config.toFile()).path("chat_template");
        if (template.isTextual()) {
          return Optional.of(template.asText());
        }
      }
    } catch (IOException e) {
      throw new ModelException("cannot read the chat template in " + folder, e);
    }
    return Optional.ofNullable(gguf)
        .map(file -> file.text("tokenizer.chat_template"))
        .filter(text -> !text.isEmpty());
  }

  /**
   * One SHA-256 over the weights' files, by name, in hexadecimal; computed when first needed, which
   * reads them wholly. Of a single file it is the file's own.
   */
  public synchronized String sha256() {
    String hash = sha256;
    if (hash == null) {
      List<Path> paths = new ArrayList<>(files.keySet());
      if (paths.size() == 1) {
        hash = Fingerprint.ofFile(paths.get(0));
      } else {
        Fingerprint all = new Fingerprint();
        paths.forEach(path -> all.add(path.getFileName() + "").add(Fingerprint.ofFile(path)));
        hash = all.hex();
      }
      sha256 = hash;
    }
    return hash;
  }

  /**
   * Compares {@link #sha256()} with what it should be.
   *
   * @throws ModelException where they differ
   */
  public void requireSha256(String expected) {
    if (!sha256().equals(expected)) {
      throw new ModelException(
          "%s is not the checkpoint that was expected: its SHA-256 is %s, expected %s"
              .formatted(folder, sha256(), expected));
    }
  }

  /** Closes the files; closing again does nothing. */
  @Override
  public void close() {
    files.values().forEach(MappedFile::close);
  }
}
