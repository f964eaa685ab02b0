package dev.rpdr.teacher.prompt;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Fingerprint;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Ranking;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A listwise re-ranking prompt with the parts that the RPDR paper names: understand the mention
 * first, the task, the output format, few-shot examples. Immutable and thread-safe.
 *
 * <p>A template is a YAML file (UTF-8) with these keys; any other is refused:
 *
 * <table>
 * <caption>Template grammar, format 1</caption>
 * <tr><th>key</th><th>what it is</th><th>placeholders (needed ones in bold)</th></tr>
 * <tr><td>{@code format}</td><td>1</td><td></td></tr>
 * <tr><td>{@code name}, {@code language}</td><td>for reports</td><td></td></tr>
 * <tr><td>{@code labels}</td><td>{@code letters} (default) or {@code numbers}</td><td></td></tr>
 * <tr><td>{@code system}</td><td>the system message; optional</td><td>{count}, {top}</td></tr>
 * <tr><td>{@code instruction}</td><td>understand first, then the task</td><td>{count}, {top}</td></tr>
 * <tr><td>{@code output}</td><td>the output format</td><td>{count}, {top}</td></tr>
 * <tr><td>{@code examples}</td><td>the line above the examples; optional</td><td>{count}, {top}</td></tr>
 * <tr><td>{@code example}</td><td>one few-shot example</td>
 *     <td><b>{mention}</b>, <b>{candidates}</b>, <b>{ranking}</b>, {context}</td></tr>
 * <tr><td>{@code item}</td><td>what is asked</td>
 *     <td><b>{mention}</b>, <b>{candidates}</b>, {context}, {count}, {top}</td></tr>
 * <tr><td>{@code context}</td><td>what {context} becomes where a mention has one; optional</td>
 *     <td><b>{text}</b></td></tr>
 * <tr><td>{@code context-window}</td><td>UTF-16 units kept on either side of the mention; 1000 by
 *     default</td><td></td></tr>
 * <tr><td>{@code candidate}</td><td>one line of {candidates}</td><td><b>{label}</b>, <b>{name}</b></td></tr>
 * <tr><td>{@code few-shot}</td><td>examples: {@code mention}, {@code candidates}, {@code ranking} (names);
 *     optional</td><td></td></tr>
 * </table>
 *
 * <p>{count} is the number of candidates, {top} how many are to be ranked. A brace of the text is
 * written twice. A line that holds nothing but an empty {context} is dropped.
 *
 * <p><b>Text from outside stays in its place.</b> {mention} and {text} must stand in a tag, such as
 * {@code <mention>{mention}</mention>}; angle brackets of what is filled in are escaped as in XML
 * and line breaks become spaces, so no mention, context or name can close its tag or begin a line.
 *
 * <p>The messages are: system; then instruction, output, examples and item, in this order, with an
 * empty line between. An example ranks all its candidates or as many as it has.
 */
public final class PromptTemplate {
  private static final int DEFAULT_WINDOW = 1000;

  private final String name;
  private final String language;
  private final LabelStyle labels;
  private final TemplateParts parts;
  private final int contextWindow;
  private final List<Example> examples;
  private final String sha256;

  private PromptTemplate(
      String name,
      String language,
      LabelStyle labels,
      TemplateParts parts,
      int contextWindow,
      List<Example> examples) {
    this.name = name;
    this.language = language;
    this.labels = labels;
    this.parts = parts;
    this.contextWindow = contextWindow;
    this.examples = List.copyOf(examples);
    this.sha256 = hash();
  }

  /** The template in English, with five examples. */
  public static PromptTemplate english() {
    return shipped("en.yaml");
  }

  /** The template in Chinese, with four examples. */
  public static PromptTemplate chinese() {
    return shipped("zh.yaml");
  }

  /**
   * Reads a template from a file.
   *
   * @throws DataFormatException naming the file and what is wrong with it
   * @throws NonRetriableException if it cannot be read
   */
  public static PromptTemplate load(Path file) {
    try {
      return parse(Files.readString(file, StandardCharsets.UTF_8), file.toString());
    } catch (IOException e) {
      throw new NonRetriableException("cannot read the prompt template " + file, e);
    }
  }

  /**
   * Reads a template from text.
   *
   * @param yaml the template
   * @param origin where it comes from, for messages
   * @throws DataFormatException naming the origin and what is wrong
   */
  public static PromptTemplate parse(String yaml, String origin) {
    TemplateFile file = TemplateFile.parse(yaml, origin);
    try {
      int window = file.contextWindow() == null ? DEFAULT_WINDOW : file.contextWindow();
      if (window < 0) {
        throw new DataFormatException("context-window must be >= 0, not " + window);
      }
      return new PromptTemplate(
          text(file.name(), "name"),
          text(file.language(), "language"),
          file.labels() == null ? LabelStyle.LETTERS : LabelStyle.of(file.labels()),
          TemplateParts.of(file),
          window,
          shots(file));
    } catch (DataFormatException | IllegalArgumentException e) {
      throw new DataFormatException("prompt template " + origin + ": " + e.getMessage(), e);
    }
  }

  /** This template with other few-shot examples; an empty list makes it zero-shot. */
  public PromptTemplate withExamples(List<Example> newExamples) {
    return new PromptTemplate(name, language, labels, parts, contextWindow, newExamples);
  }

  /** This template with other labels. */
  public PromptTemplate withLabels(LabelStyle newLabels) {
    Objects.requireNonNull(newLabels, "newLabels");
    return new PromptTemplate(name, language, newLabels, parts, contextWindow, examples);
  }

  /** What it is called. */
  public String name() {
    return name;
  }

  /** Its language, such as {@code en}. */
  public String language() {
    return language;
  }

  /** How candidates are labelled. */
  public LabelStyle labels() {
    return labels;
  }

  /** Its few-shot examples, in order. */
  public List<Example> examples() {
    return examples;
  }

  /**
   * The template's identity: a SHA-256 over all parts, the label style and the examples. The name
   * does not count.
   */
  public String sha256() {
    return sha256;
  }

  /**
   * The prompt for a request.
   *
   * @param request at least one candidate
   * @param top how many candidates are to be ranked, 1 ≤ top ≤ the request's size
   */
  public Prompt render(CandidateList request, int top) {
    if (top < 1 || top > request.size()) {
      throw new IllegalArgumentException(
          "top must be from 1 to the number of candidates, " + request.size() + ", not " + top);
    }
    Map<String, String> counts =
        Map.of("count", Integer.toString(request.size()), "top", Integer.toString(top));
    StringJoiner user = new StringJoiner("\n\n");
    user.add(parts.instruction().fill(counts)).add(parts.output().fill(counts));
    if (!examples.isEmpty()) {
      if (parts.examples() != null) {
        user.add(parts.examples().fill(counts));
      }
      examples.forEach(example -> user.add(renderExample(example.ranking())));
    }
    user.add(parts.item().fill(values(request, counts)));
    return new Prompt(parts.system() == null ? "" : parts.system().fill(counts), user.toString());
  }

  private String renderExample(Ranking ranking) {
    Map<String, Integer> places = ranking.request().places();
    StringJoiner answer = new StringJoiner(" > ");
    ranking.ids().forEach(id -> answer.add(labels.label(place(places, id))));
    return parts.example().fill(values(ranking.request(), Map.of("ranking", answer.toString())));
  }

  private static int place(Map<String, Integer> places, String id) {
    return Objects.requireNonNull(places.get(id), "a ranking holds only candidates of its request");
  }

  private Map<String, String> values(CandidateList request, Map<String, String> more) {
    Map<String, String> values = new HashMap<>(more);
    StringJoiner lines = new StringJoiner("\n");
    for (int i = 0; i < request.size(); i++) {
      String shown = PromptText.escape(request.entity(i).name());
      lines.add(parts.candidate().fill(Map.of("label", labels.label(i), "name", shown)));
    }
    values.put("candidates", lines.toString());
    values.put("mention", PromptText.escape(request.mention().text()));
    Mention.Context context = request.mention().context();
    if (context != null && parts.context() != null) {
      String text = PromptText.escape(PromptText.around(context, contextWindow));
      values.put("context", parts.context().fill(Map.of("text", text)));
    }
    return values;
  }

  private String hash() {
    Fingerprint hash = new Fingerprint().add("rpdr-prompt/1").add(labels.key());
    hash.add(Integer.toString(contextWindow));
    parts.sources().forEach(hash::add);
    for (Example example : examples) {
      hash.add("example").add(renderExample(example.ranking()));
    }
    return hash.hex();
  }

  private static List<Example> shots(TemplateFile file) {
    List<Example> shots = new ArrayList<>();
    for (TemplateFile.Shot shot :
        file.fewShot() == null ? List.<TemplateFile.Shot>of() : file.fewShot()) {
      if (shot.candidates() == null || shot.ranking() == null) {
        throw new DataFormatException(
            "each few-shot example needs mention, candidates and ranking");
      }
      shots.add(
          Example.of(text(shot.mention(), "few-shot mention"), shot.candidates(), shot.ranking()));
    }
    return shots;
  }

  private static String text(@Nullable String text, String key) {
    if (text == null || text.isBlank()) {
      throw new DataFormatException("'" + key + "' is missing");
    }
    return text;
  }

  private static PromptTemplate shipped(String resource) {
    try (InputStream in = PromptTemplate.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + resource + " is missing");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), resource);
    } catch (IOException e) {
      throw new NonRetriableException("cannot read the resource " + resource, e);
    }
  }
}
