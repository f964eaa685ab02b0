package dev.rpdr.retriever;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.DataFormatException;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.nn.TextEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an index folder says about itself in {@value #FILE}, one JSON object in UTF-8:
 *
 * <table>
 *   <caption>Fields, all required</caption>
 *   <tr><th>field</th><th>type</th><th>meaning</th></tr>
 *   <tr><td>{@code format}</td><td>text</td><td>{@code rpdr-dense-index}</td></tr>
 *   <tr><td>{@code version}</td><td>integer</td><td>1; readers refuse every other</td></tr>
 *   <tr><td>{@code dimension}</td><td>integer</td><td>length of each vector</td></tr>
 *   <tr><td>{@code names}</td><td>integer</td><td>how many vectors there are: one for each
 *       different text among the names, in the order of their first appearance in the knowledge
 *       base</td></tr>
 *   <tr><td>{@code chunkNames}</td><td>integer</td><td>vectors of each chunk but the last</td></tr>
 *   <tr><td>{@code knowledgeBase}</td><td>text</td><td>the knowledge base's fingerprint</td></tr>
 *   <tr><td>{@code encoder}</td><td>object</td><td>the facts of the encoder that decide its
 *       vectors: hashes, pooling, normalisation, most tokens</td></tr>
 *   <tr><td>{@code chunks}</td><td>array</td><td>the SHA-256 of each chunk's file</td></tr>
 * </table>
 *
 * @param dimension length of each vector
 * @param names how many vectors there are
 * @param chunkNames vectors of each chunk but the last
 * @param knowledgeBase the knowledge base's fingerprint
 * @param encoder what decides the vectors
 * @param chunks the SHA-256 of each chunk that is written
 */
record DenseIndexHeader(
    int dimension,
    int names,
    int chunkNames,
    String knowledgeBase,
    SortedMap<String, String> encoder,
    List<String> chunks) {
  static final String FILE = "dense-index.json";

  private static final String FORMAT = "rpdr-dense-index";
  private static final int VERSION = 1;
  private static final List<String> ENCODER_FACTS =
      List.of("model.sha256", "tokenizer.sha256", "pooling", "normalise", "max-tokens");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  DenseIndexHeader {
    encoder = Collections.unmodifiableSortedMap(new TreeMap<>((Map<String, String>) encoder));
    chunks = List.copyOf(chunks);
  }

  /** The header of an index that has no chunk yet. */
  static DenseIndexHeader of(
      KnowledgeBase knowledgeBase, DistinctNames names, TextEncoder encoder) {
    SortedMap<String, String> facts = new TreeMap<>(encoder.provenance().facts());
    facts.keySet().retainAll(ENCODER_FACTS);
    return new DenseIndexHeader(
        encoder.dimension(),
        names.size(),
        VectorChunk.MAX_NAMES,
        knowledgeBase.fingerprint(),
        facts,
        List.of());
  }

  int chunkCount() {
    return (names + chunkNames - 1) / chunkNames;
  }

  /** How many names a chunk has. */
  int namesOf(int chunk) {
    return Math.min(chunkNames, names - chunk * chunkNames);
  }

  DenseIndexHeader withChunk(String sha256) {
    List<String> more = new ArrayList<>(chunks);
    more.add(sha256);
    return new DenseIndexHeader(dimension, names, chunkNames, knowledgeBase, encoder, more);
  }

  /**
   * What differs from the header that a knowledge base and an encoder ask for, in words, or the
   * empty string.
   */
  String difference(DenseIndexHeader asked) {
    StringBuilder words = new StringBuilder();
    compare(words, "the knowledge base (SHA-256)", knowledgeBase, asked.knowledgeBase);
    for (String fact : ENCODER_FACTS) {
      compare(
          words,
          "the encoder's " + fact,
          encoder.getOrDefault(fact, "unknown"),
          asked.encoder.getOrDefault(fact, "unknown"));
    }
    compare(words, "the dimension", Integer.toString(dimension), Integer.toString(asked.dimension));
    compare(words, "the number of names", Integer.toString(names), Integer.toString(asked.names));
    return words.toString();
  }

  private static void compare(StringBuilder words, String what, String mine, String asked) {
    if (!mine.equals(asked)) {
      words.append(words.isEmpty() ? "" : "; ");
      words.append(what).append(" was ").append(mine).append(" and is ").append(asked);
    }
  }

  byte[] json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT).put("version", VERSION);
    root.put("dimension", dimension).put("names", names).put("chunkNames", chunkNames);
    root.put("knowledgeBase", knowledgeBase);
    ObjectNode facts = root.putObject("encoder");
    encoder.forEach(facts::put);
    ArrayNode hashes = root.putArray("chunks");
    chunks.forEach(hashes::add);
    try {
      return JSON.writeValueAsBytes(root);
    } catch (IOException e) {
      throw new UncheckedIOException("a tree in memory cannot fail to be written", e);
    }
  }

  /**
   * Reads the header of a folder.
   *
   * @throws DataFormatException if there is none or it is not as described above
   */
  static DenseIndexHeader read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return parse(JSON.readTree(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      throw new DataFormatException(folder + " is no dense index: it holds no " + FILE, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new DataFormatException(file + ": " + e.getMessage(), e);
    }
  }

  private static DenseIndexHeader parse(JsonNode root) {
    if (!FORMAT.equals(root.path("format").asText())) {
      throw new IllegalArgumentException("field 'format' must be \"" + FORMAT + "\"");
    }
    int version = number(root, "version");
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "field 'version' is " + version + ", this library reads version " + VERSION);
    }
    SortedMap<String, String> facts = new TreeMap<>();
    field(root, "encoder").properties().forEach(e -> facts.put(e.getKey(), e.getValue().asText()));
    List<String> hashes = new ArrayList<>();
    field(root, "chunks").forEach(hash -> hashes.add(hash.asText()));
    return new DenseIndexHeader(
        number(root, "dimension"),
        number(root, "names"),
        number(root, "chunkNames"),
        field(root, "knowledgeBase").asText(),
        facts,
        hashes);
  }

  private static int number(JsonNode root, String name) {
    JsonNode value = field(root, name);
    if (!value.isInt() || value.intValue() < 1) {
      throw new IllegalArgumentException(
          "field '" + name + "' must be an integer >= 1, not " + value);
    }
    return value.intValue();
  }

  private static JsonNode field(JsonNode root, String name) {
    JsonNode value = root.get(name);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException("field '" + name + "' is missing");
    }
    return value;
  }
}
