package dev.rpdr.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.DataFormatException;
import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@value #FILE} says about the encoder in its folder, so that nobody has to remember it. The
 * file is one JSON object in UTF-8:
 *
 * <table>
 *   <caption>Fields, all required</caption>
 *   <tr><th>field</th><th>type</th><th>meaning</th></tr>
 *   <tr><td>{@code format}</td><td>text</td><td>{@code rpdr-encoder}</td></tr>
 *   <tr><td>{@code version}</td><td>integer</td><td>1; readers refuse what is newer than they</td></tr>
 *   <tr><td>{@code pooling}</td><td>text</td><td>{@code CLS}, {@code MEAN} or {@code IN_GRAPH}</td></tr>
 *   <tr><td>{@code normalise}</td><td>boolean</td><td>whether vectors are scaled to length 1</td></tr>
 *   <tr><td>{@code maxTokens}</td><td>integer</td><td>longer texts are cut to this many tokens</td></tr>
 *   <tr><td>{@code queryPrefix}</td><td>text</td><td>put in front of queries; may be empty</td></tr>
 *   <tr><td>{@code modelSha256}</td><td>text</td><td>SHA-256 of {@code model.onnx}, hexadecimal</td></tr>
 *   <tr><td>{@code tokenizerSha256}</td><td>text</td><td>SHA-256 of {@code tokenizer.json}</td></tr>
 *   <tr><td>{@code provenance}</td><td>object</td><td>facts about how it was made, text to text</td></tr>
 * </table>
 *
 * @param options what the vectors mean
 * @param modelSha256 the hash that the graph must have
 * @param tokenizerSha256 the hash that the tokenizer must have
 * @param provenance how the encoder was made
 */
public record EncoderConfig(
    EncoderOptions options, String modelSha256, String tokenizerSha256, Provenance provenance) {
  /** The file's name. */
  public static final String FILE = "encoder.json";

  private static final String FORMAT = "rpdr-encoder";
  private static final int VERSION = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public EncoderConfig {
    Objects.requireNonNull(options, "options");
    checkHash(modelSha256, "modelSha256");
    checkHash(tokenizerSha256, "tokenizerSha256");
    Objects.requireNonNull(provenance, "provenance");
  }

  /**
   * Describes the encoder whose two files already lie in a folder.
   *
   * @throws ModelException if they do not
   */
  public static EncoderConfig describe(Path folder, EncoderOptions options, Provenance provenance) {
    ModelFiles files = ModelFiles.folder(folder);
    return new EncoderConfig(options, files.onnxSha256(), files.tokenizerSha256(), provenance);
  }

  /**
   * Reads the file of a folder; empty if there is none. The hashes are not compared with the files:
   * {@link ModelFiles#config()} does that.
   *
   * @throws DataFormatException if the file is not as described above
   */
  public static Optional<EncoderConfig> read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(JSON.readTree(file.toFile())));
    } catch (IOException | IllegalArgumentException e) {
      throw new DataFormatException(file + ": " + e.getMessage(), e);
    }
  }

  /** Writes the file into a folder, whole or not at all; an older one is replaced. */
  public void write(Path folder) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT).put("version", VERSION);
    root.put("pooling", options.pooling().name()).put("normalise", options.normalise());
    root.put("maxTokens", options.maxTokens()).put("queryPrefix", options.queryPrefix());
    root.put("modelSha256", modelSha256).put("tokenizerSha256", tokenizerSha256);
    ObjectNode facts = root.putObject("provenance");
    provenance.facts().forEach(facts::put);
    Path file = folder.resolve(FILE);
    Path part = folder.resolve(FILE + ".part");
    try {
      Files.write(part, JSON.writeValueAsBytes(root));
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ModelException("cannot write " + file + ": " + e, e);
    }
  }

  /** Refuses files that are not those this configuration speaks of. */
  void check(ModelFiles files) {
    checkSame(files, ModelFiles.ONNX, modelSha256, files.onnxSha256());
    checkSame(files, ModelFiles.TOKENIZER, tokenizerSha256, files.tokenizerSha256());
  }

  private static void checkSame(ModelFiles files, String file, String expected, String found) {
    if (!expected.equals(found)) {
      throw new ModelException(
          String.format(
              "%s: %s is not the file that %s describes: its SHA-256 is %s, expected %s",
              files.name(), file, FILE, found, expected));
    }
  }

  private static EncoderConfig parse(JsonNode root) {
    if (!FORMAT.equals(root.path("format").asText())) {
      throw new IllegalArgumentException("field 'format' must be \"" + FORMAT + "\"");
    }
    int version = field(root, "version").asInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "field 'version' is " + version + ", this library reads version " + VERSION);
    }
    Provenance facts = Provenance.none();
    for (var fact : field(root, "provenance").properties()) {
      facts = facts.with(fact.getKey(), fact.getValue().asText());
    }
    EncoderOptions options =
        new EncoderOptions(
            Pooling.valueOf(field(root, "pooling").asText()),
            field(root, "normalise").asBoolean(),
            field(root, "maxTokens").asInt(),
            field(root, "queryPrefix").asText());
    return new EncoderConfig(
        options,
        field(root, "modelSha256").asText(),
        field(root, "tokenizerSha256").asText(),
        facts);
  }

  private static JsonNode field(JsonNode root, String name) {
    JsonNode value = root.get(name);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException("field '" + name + "' is missing");
    }
    return value;
  }

  private static void checkHash(String hash, String name) {
    if (!hash.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          name + " must be 64 lower-case hexadecimal digits, not '" + hash + "'");
    }
  }
}
