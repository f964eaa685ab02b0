package dev.rpdr.teacher.prompt;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Fingerprint;
import dev.rpdr.NonRetriableException;
import dev.rpdr.teacher.cost.TokenCounter;
import java.nio.file.Path;
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
 * <tr><td>{@code context-mention}</td><td>the mark around the mention within {text}; {@code
 *     <mark>{mention}</mark>} by default</td><td><b>{mention}</b></td></tr>
 * <tr><td>{@code context-tokens}</td><td>how many tokens of the context are kept on either side of
 *     the mention; 200 by default</td><td></td></tr>
 * <tr><td>{@code candidate}</td><td>one line of {candidates}</td><td><b>{label}</b>, <b>{name}</b></td></tr>
 * <tr><td>{@code few-shot}</td><td>examples: {@code mention}, {@code candidates}, {@code ranking} (names);
 *     optional</td><td></td></tr>
 * <tr><td>{@code few-shot-choice}</td><td>which of them are shown: {@code by} {@code fixed} (all,
 *     the default), {@code random} (with {@code seed}) or {@code nearest}; {@code count} of the
 *     last two</td><td></td></tr>
 * <tr><td>{@code group}</td><td>the parts of a prompt with several mentions; optional</td><td></td></tr>
 * <tr><td>{@code group.instruction}, {@code group.output}</td><td>as those without group</td>
 *     <td>{items}</td></tr>
 * <tr><td>{@code group.item}</td><td>one of several mentions</td><td><b>{id}</b>, <b>{mention}</b>,
 *     <b>{candidates}</b>, {context}, {count}, {top}</td></tr>
 * </table>
 *
 * <p>{count} is the number of candidates, {top} how many are to be ranked, {items} the number of
 * mentions, {id} what the answer to one of them begins with. A brace of the text is written twice.
 * A line that holds nothing but an empty {context} is dropped.
 *
 * <p><b>Text from outside stays in its place.</b> {mention} and {text} must stand in a tag, such as
 * {@code <mention>{mention}</mention>}; angle brackets of what is filled in are escaped as in XML,
 * line breaks become spaces and invisible characters go, so no mention, context or name can close
 * its tag, begin a line or hide text. A context is cut between words; what was cut shows as "…".
 *
 * <p>The messages are: system; then instruction, output, examples and item, in this order, with an
 * empty line between. An example ranks all its candidates or as many as it has.
 */
public final class PromptTemplate {
  private static final int DEFAULT_CONTEXT = 200;

  private final String name;
  private final String language;
  private final LabelStyle labels;
  private final TemplateParts parts;
  private final ContextWindow window;
  private final ExampleSelector examples;
  private final ItemText text;
  private final String sha256;

  private PromptTemplate(
      String name,
      String language,
      LabelStyle labels,
      TemplateParts parts,
      ContextWindow window,
      ExampleSelector examples) {
    this.name = name;
    this.language = language;
    this.labels = labels;
    this.parts = parts;
    this.window = window;
    this.examples = examples;
    this.text = new ItemText(parts, labels, window);
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
    return parse(TemplateFile.read(file), file.toString());
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
      int tokens = file.contextTokens() == null ? DEFAULT_CONTEXT : file.contextTokens();
      return new PromptTemplate(
          text(file.name(), "name"),
          text(file.language(), "language"),
          file.labels() == null ? LabelStyle.LETTERS : LabelStyle.of(file.labels()),
          TemplateParts.of(file),
          new ContextWindow(tokens, TokenCounter.byCharacters()),
          FewShots.of(file));
    } catch (DataFormatException | IllegalArgumentException e) {
      throw new DataFormatException("prompt template " + origin + ": " + e.getMessage(), e);
    }
  }

  /** This template with other few-shot examples; an empty list makes it zero-shot. */
  public PromptTemplate withExamples(List<Example> newExamples) {
    return withExamples(ExampleSelector.fixed(newExamples));
  }

  /** This template with few-shot examples that are chosen for each request. */
  public PromptTemplate withExamples(ExampleSelector newExamples) {
    Objects.requireNonNull(newExamples, "newExamples");
    return new PromptTemplate(name, language, labels, parts, window, newExamples);
  }

  /** This template with other labels. */
  public PromptTemplate withLabels(LabelStyle newLabels) {
    Objects.requireNonNull(newLabels, "newLabels");
    return new PromptTemplate(name, language, newLabels, parts, window, examples);
  }

  /**
   * This template with another measure of context.
   *
   * @param tokens how many are kept on either side of the mention, ≥ 0
   * @param counter counts them; {@link TokenCounter#byCharacters()}, an estimate, by default
   */
  public PromptTemplate withContext(int tokens, TokenCounter counter) {
    Objects.requireNonNull(counter, "counter");
    return new PromptTemplate(
        name, language, labels, parts, new ContextWindow(tokens, counter), examples);
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

  /** The few-shot examples that it chooses from, in order. */
  public List<Example> examples() {
    return examples.pool();
  }

  /** Whether it can ask about several mentions at once: whether it has a part {@code group}. */
  public boolean groups() {
    return parts.group() != null;
  }

  /**
   * The template's identity: a SHA-256 over all that decides its prompts: the parts, the label
   * style, how context is cut and counted, the examples and how they are chosen. The name does not
   * count.
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
    Map<String, String> counts = counts(request.size(), top);
    StringJoiner user = new StringJoiner("\n\n");
    user.add(parts.instruction().fill(counts)).add(parts.output().fill(counts));
    addExamples(user, examples.select(request), counts);
    user.add(text.fill(parts.item(), request, counts));
    return new Prompt(system(counts), user.toString());
  }

  /**
   * One prompt for several requests. The examples are those of all requests in turn, each once, as
   * many as one request has.
   *
   * @param ids what the answer to each request begins with, in their order, all different
   * @param requests at least one, each of at least one candidate
   * @param top how many candidates of each are to be ranked, ≥ 1; of a smaller one all
   * @throws IllegalStateException if the template has no part {@code group}
   */
  public Prompt renderGroup(List<String> ids, List<CandidateList> requests, int top) {
    TemplateParts.GroupParts group = parts.group();
    if (group == null) {
      throw new IllegalStateException(
          "the prompt template '"
              + name
              + "' cannot ask about several mentions at once: it has no part 'group'");
    }
    if (requests.isEmpty() || ids.size() != requests.size() || top < 1) {
      throw new IllegalArgumentException(
          "a group needs requests, an id for each and top >= 1, not "
              + requests.size()
              + " requests, "
              + ids.size()
              + " ids and top "
              + top);
    }
    Map<String, String> items = Map.of("items", Integer.toString(requests.size()));
    StringJoiner user = new StringJoiner("\n\n");
    user.add(group.instruction().fill(items)).add(group.output().fill(items));
    int most = requests.stream().mapToInt(CandidateList::size).max().orElse(1);
    Map<String, String> counts = counts(most, Math.min(top, most));
    addExamples(user, FewShots.inTurn(examples, requests), counts);
    for (int i = 0; i < requests.size(); i++) {
      CandidateList request = requests.get(i);
      Map<String, String> values =
          new HashMap<>(counts(request.size(), Math.min(top, request.size())));
      values.put("id", ids.get(i));
      user.add(text.fill(group.item(), request, values));
    }
    return new Prompt(system(counts), user.toString());
  }

  private static Map<String, String> counts(int count, int top) {
    return Map.of("count", Integer.toString(count), "top", Integer.toString(top));
  }

  private String system(Map<String, String> counts) {
    return parts.system() == null ? "" : parts.system().fill(counts);
  }

  private void addExamples(StringJoiner user, List<Example> chosen, Map<String, String> counts) {
    if (!chosen.isEmpty()) {
      if (parts.examples() != null) {
        user.add(parts.examples().fill(counts));
      }
      chosen.forEach(example -> user.add(text.example(example)));
    }
  }

  private String hash() {
    Fingerprint hash = new Fingerprint().add("rpdr-prompt/2").add(labels.key());
    hash.add(Integer.toString(window.tokens())).add(window.counter().name());
    parts.sources().forEach(hash::add);
    hash.add(examples.identity());
    examples.pool().forEach(example -> hash.add("example").add(text.example(example)));
    return hash.hex();
  }

  static String text(@Nullable String text, String key) {
    if (text == null || text.isBlank()) {
      throw new DataFormatException("'" + key + "' is missing");
    }
    return text;
  }

  private static PromptTemplate shipped(String resource) {
    return parse(TemplateFile.shipped(resource), resource);
  }
}
