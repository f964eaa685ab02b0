package dev.rpdr.distill;

import dev.rpdr.Fingerprint;
import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.LlmStudent;
import dev.rpdr.nn.causal.PeftFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a student's folder says about itself: its file {@code student.json}, UTF-8. All fields are
 * needed unless said otherwise, and no others are allowed.
 *
 * <table>
 * <caption>student.json, format version 1</caption>
 * <tr><th>field</th><th>type</th><th>meaning</th></tr>
 * <tr><td>{@code formatVersion}</td><td>integer</td><td>1</td></tr>
 * <tr><td>{@code kind}</td><td>text</td><td>{@code bi-encoder}, {@code cross-encoder},
 * {@code listwise} or {@code llm}</td></tr>
 * <tr><td>{@code pooling}</td><td>text</td><td>bi-encoder and cross-encoder: how token
 * vectors become one: {@code cls}, {@code mean} or {@code in-graph}</td></tr>
 * <tr><td>{@code maxTokens}</td><td>integer, 8 to 8192</td><td>longer inputs are cut</td></tr>
 * <tr><td>{@code normalise}</td><td>boolean</td><td>bi-encoder only: whether vectors have length
 * 1</td></tr>
 * <tr><td>{@code symmetric}</td><td>boolean</td><td>cross-encoder only: whether pairs are scored in
 * both orders</td></tr>
 * <tr><td>{@code retrieverWeight}</td><td>number ≥ 0</td><td>cross-encoder and listwise: how
 * much the request's order counts</td></tr>
 * <tr><td>{@code permutations}</td><td>integer, 1 to 64</td><td>listwise only: in how many orders a
 * request is read</td></tr>
 * <tr><td>{@code form}</td><td>text</td><td>llm only: see {@link LlmForm}</td></tr>
 * <tr><td>{@code language}</td><td>text</td><td>llm only: {@code english} or {@code
 * chinese}</td></tr>
 * <tr><td>{@code showsCandidates}</td><td>boolean</td><td>llm only: whether prompts list the
 * candidates</td></tr>
 * <tr><td>{@code priorWeight}</td><td>number ≥ 0</td><td>llm only: what of a name's likelihood as
 * the answer to nothing is taken off</td></tr>
 * <tr><td>{@code precision}</td><td>text</td><td>llm only: what the base model's weights are held
 * in: {@code f32}, {@code f16} or {@code bf16}; {@code f32} where absent</td></tr>
 * <tr><td>{@code checkpoint}, {@code checkpointSha256}</td><td>text</td><td>llm only: where the base
 * model lies, and its hash</td></tr>
 * <tr><td>{@code files}</td><td>object</td><td>from each file's name to its SHA-256, 64 lower-case
 * hexadecimal digits; holds at least {@code model.onnx} and {@code tokenizer.json}, for a
 * bi-encoder {@code encoder.json} too; for an llm {@code adapter_config.json} and {@code
 * adapter_model.safetensors}</td></tr>
 * <tr><td>{@code provenance}</td><td>object of texts</td><td>where the student comes from</td></tr>
 * <tr><td>{@code created}</td><td>text</td><td>when, as ISO-8601 in UTC</td></tr>
 * </table>
 *
 * @param settings what the student must know about its model, with its kind
 * @param files from the name of each of the student's other files to its SHA-256; copied
 * @param provenance where the student comes from
 * @param created when it was saved
 */
public record StudentManifest(
    StudentSettings settings,
    SortedMap<String, String> files,
    Provenance provenance,
    Instant created) {
  /** The name of the file. */
  public static final String FILE = "student.json";

  /** The only version of the format so far. */
  public static final int FORMAT_VERSION = 1;

  static final String MODEL = "model.onnx";
  static final String TOKENIZER = "tokenizer.json";
  static final String ENCODER = "encoder.json";

  public StudentManifest {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(provenance, "provenance");
    Objects.requireNonNull(created, "created");
    SortedMap<String, String> copy = new TreeMap<>();
    files.forEach((name, sha256) -> copy.put(requirePlainName(name), requireSha256(name, sha256)));
    for (String needed : needed(settings.kind())) {
      if (!copy.containsKey(needed)) {
        throw new IllegalArgumentException(
            "files of a " + settings.kind().label() + " must hold " + needed);
      }
    }
    files = Collections.unmodifiableSortedMap(copy);
  }

  /** The kind of student. */
  public StudentKind kind() {
    return settings.kind();
  }

  /** A hash of the student itself: of its files' hashes, not of its provenance or age. */
  public String studentSha256() {
    Fingerprint hash = new Fingerprint();
    files.forEach((name, sha256) -> hash.add(name).add(sha256));
    return hash.add(settings.toString()).hex();
  }

  /**
   * Describes the files that lie in a folder already.
   *
   * @throws IllegalArgumentException if a file that the kind needs is missing
   */
  public static StudentManifest describe(
      Path folder, StudentSettings settings, Provenance provenance, Instant created) {
    SortedMap<String, String> files = new TreeMap<>();
    List<String> names = new ArrayList<>(List.of(needed(settings.kind())));
    names.add(LlmStudent.HEAD);
    for (String name : names) {
      if (Files.isRegularFile(folder.resolve(name))) {
        files.put(name, Fingerprint.ofFile(folder.resolve(name)));
      }
    }
    return new StudentManifest(settings, files, provenance, created);
  }

  /**
   * Reads a folder's {@code student.json}; the other files are not looked at.
   *
   * @throws ModelException if it is missing or not of a kind and version that is known
   */
  public static StudentManifest read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isDirectory(folder)) {
      throw new ModelException(folder + " is not a folder, so no student can be opened there");
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelException(
          folder + " holds no student: there is no " + FILE + " as a student trainer writes it");
    }
    try {
      return ManifestJson.parse(Files.readAllBytes(file), file);
    } catch (IOException e) {
      throw new ModelException("cannot read " + file, e);
    }
  }

  /**
   * Writes this into a folder.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void write(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      Files.write(file, ManifestJson.print(this));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /**
   * Checks that something which was saved beside a file is still what the file says.
   *
   * @param part what is checked
   * @param what what it must be, in words
   * @param sha256 its hash as the file gives it
   * @param actual its hash now
   * @param savedIn the name of the file
   */
  static void requireSame(Path part, String what, String sha256, String actual, String savedIn) {
    if (!actual.equals(sha256)) {
      throw new ModelException(
          "%s is not %s: %s gives its hash as %s, but it is %s"
              .formatted(part, what, savedIn, sha256, actual));
    }
  }

  /** Copies a student, its manifest included, into a new folder. */
  void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (String name : files.keySet()) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
    Files.copy(from.resolve(FILE), to.resolve(FILE));
  }

  /**
   * Compares the files of a folder with their hashes.
   *
   * @throws ModelException if one is missing or has changed; the message names it
   */
  public void verify(Path folder) {
    for (Map.Entry<String, String> entry : files.entrySet()) {
      Path file = folder.resolve(entry.getKey());
      if (!Files.isRegularFile(file)) {
        throw new ModelException("the student's file " + file + " is missing");
      }
      String actual = Fingerprint.ofFile(file);
      if (!actual.equals(entry.getValue())) {
        throw new ModelException(
            "the student's file "
                + file
                + " is not the one that was saved: "
                + FILE
                + " gives its SHA-256 as "
                + entry.getValue()
                + ", but it is "
                + actual);
      }
    }
  }

  /** The provenance of the student that was opened from here and runs like this. */
  public Provenance openedWith(Provenance runtime) {
    return provenance
        .with("student.kind", kind().label())
        .with("student.sha256", studentSha256())
        .with("run", runtime);
  }

  private static String[] needed(StudentKind kind) {
    return switch (kind) {
      case BI_ENCODER -> new String[] {MODEL, TOKENIZER, ENCODER};
      case CROSS_ENCODER, LISTWISE -> new String[] {MODEL, TOKENIZER};
      case LLM -> new String[] {PeftFolder.CONFIG, PeftFolder.WEIGHTS};
    };
  }

  private static String requirePlainName(String name) {
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*") || name.equals(FILE)) {
      throw new IllegalArgumentException(
          "files must be named by letters, digits, '.', '_' and '-' alone and lie in the student's"
              + " folder, but one is named '"
              + name
              + "'");
    }
    return name;
  }

  private static String requireSha256(String name, String sha256) {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "the SHA-256 of "
              + name
              + " must be 64 lower-case hexadecimal digits, not '"
              + sha256
              + "'");
    }
    return sha256;
  }
}
