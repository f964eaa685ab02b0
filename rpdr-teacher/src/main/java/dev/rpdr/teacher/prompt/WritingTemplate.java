package dev.rpdr.teacher.prompt;

import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Fingerprint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The prompt that asks a chat model to write mentions of entities. Immutable and thread-safe.
 *
 * <p>A template is a YAML file with the parts {@code format} (1), {@code name}, {@code language},
 * and, with the placeholders in braces:
 *
 * <ul>
 *   <li>{@code system}, optional, and {@code instruction}: <code>{count}</code>, how many mentions
 *       of each entity are wanted
 *   <li>{@code style}, optional: <code>{mentions}</code>, unlabelled mentions that show how texts
 *       word things, one a line; left out where none are given
 *   <li>{@code item}: <code>{number}</code> and <code>{name}</code>, the name in a tag
 *   <li>{@code near}, optional: <code>{names}</code>, entities that the item is not to be taken
 *       for; a line under the item, left out where none are given
 *   <li>{@code written}, optional: <code>{mentions}</code>, what was written for the entity before;
 *       likewise
 *   <li>{@code output}: <code>{count}</code>; it has to ask for a line an entity, its number, a
 *       colon, and the mentions between semicolons
 * </ul>
 *
 * <p>What is filled in is escaped as in {@link PromptTemplate}. A part or placeholder that is not
 * known is refused with those that are.
 */
public final class WritingTemplate {
  private static final Set<String> COUNT = Set.of("count");

  private final String name;
  private final String language;
  private final @Nullable Part system;
  private final Part instruction;
  private final @Nullable Part style;
  private final Part item;
  private final @Nullable Part near;
  private final @Nullable Part written;
  private final Part output;

  private WritingTemplate(File file) {
    TemplateParts.requireFormat(file.format());
    name = PromptTemplate.text(file.name(), "name");
    language = PromptTemplate.text(file.language(), "language");
    system = TemplateParts.optional("system", file.system(), COUNT, Set.of());
    instruction = TemplateParts.needed("instruction", file.instruction(), COUNT, COUNT);
    style = TemplateParts.optional("style", file.style(), Set.of("mentions"), Set.of("mentions"));
    item =
        TemplateParts.needed(
            "item", file.item(), Set.of("number", "name"), Set.of("number", "name"));
    near = line("near", file.near(), "names");
    written = line("written", file.written(), "mentions");
    output = TemplateParts.needed("output", file.output(), COUNT, Set.of());
    TemplateParts.requireTag("item", item, "name");
    TemplateParts.requireLine("item", item);
  }

  private static @Nullable Part line(String name, @Nullable String text, String placeholder) {
    Part part = TemplateParts.optional(name, text, Set.of(placeholder), Set.of(placeholder));
    if (part != null) {
      TemplateParts.requireLine(name, part);
    }
    return part;
  }

  /** The template as it stands in its file. */
  private record File(
      @Nullable Integer format,
      @Nullable String name,
      @Nullable String language,
      @Nullable String system,
      @Nullable String instruction,
      @Nullable String style,
      @Nullable String item,
      @Nullable String near,
      @Nullable String written,
      @Nullable String output) {}

  /**
   * An entity that mentions are wanted of.
   *
   * @param near names of entities that its mentions are not to be taken for; may be none
   * @param written mentions of it that there are already; may be none
   */
  public record Item(Entity entity, List<String> near, List<String> written) {
    public Item {
      Objects.requireNonNull(entity, "entity");
      near = List.copyOf(near);
      written = List.copyOf(written);
    }

    /** An entity by itself. */
    public static Item of(Entity entity) {
      return new Item(entity, List.of(), List.of());
    }
  }

  /** The template in English. */
  public static WritingTemplate english() {
    return shipped("write-en.yaml");
  }

  /** The template in Chinese. */
  public static WritingTemplate chinese() {
    return shipped("write-zh.yaml");
  }

  /**
   * Reads a template from a file.
   *
   * @throws DataFormatException naming the file and what is wrong with it
   * @throws dev.rpdr.NonRetriableException if it cannot be read
   */
  public static WritingTemplate load(Path file) {
    return parse(TemplateFile.read(file), file.toString());
  }

  /**
   * Reads a template from text.
   *
   * @param origin where it comes from, for messages
   * @throws DataFormatException naming the origin and what is wrong
   */
  public static WritingTemplate parse(String yaml, String origin) {
    File file = TemplateFile.parse(yaml, origin, File.class);
    try {
      return new WritingTemplate(file);
    } catch (DataFormatException e) {
      throw new DataFormatException("prompt template " + origin + ": " + e.getMessage(), e);
    }
  }

  /** What it is called. */
  public String name() {
    return name;
  }

  /** Its language, such as {@code en}. */
  public String language() {
    return language;
  }

  /** The template's identity: a SHA-256 over its parts; the name does not count. */
  public String sha256() {
    Fingerprint hash = new Fingerprint().add("rpdr-writing/2");
    Stream.of(system, instruction, style, item, near, written, output)
        .map(part -> part == null ? "" : part.source())
        .forEach(hash::add);
    return hash.hex();
  }

  /**
   * The prompt for some entities, which are numbered from 1.
   *
   * @param entities at least one; what is near and written is shown where the template has a part
   *     for it
   * @param count how many mentions of each are wanted, ≥ 1
   * @param mentions show the style; none where there are none
   */
  public Prompt render(List<Item> entities, int count, List<String> mentions) {
    if (entities.isEmpty() || count < 1) {
      throw new IllegalArgumentException(
          "a prompt needs entities and count >= 1, not "
              + entities.size()
              + " entities and count "
              + count);
    }
    Map<String, String> counts = Map.of("count", Integer.toString(count));
    StringJoiner user = new StringJoiner("\n\n").add(instruction.fill(counts));
    if (style != null && !mentions.isEmpty()) {
      List<String> lines = mentions.stream().map(PromptText::escape).toList();
      user.add(style.fill(Map.of("mentions", String.join("\n", lines))));
    }
    StringJoiner items = new StringJoiner("\n");
    for (int i = 0; i < entities.size(); i++) {
      Item wanted = entities.get(i);
      String shown = PromptText.escape(wanted.entity().name());
      items.add(item.fill(Map.of("number", Integer.toString(i + 1), "name", shown)));
      list(near, "names", wanted.near()).ifPresent(items::add);
      list(written, "mentions", wanted.written()).ifPresent(items::add);
    }
    user.add(items.toString()).add(output.fill(counts));
    return new Prompt(system == null ? "" : system.fill(counts), user.toString());
  }

  private static Optional<String> list(
      @Nullable Part part, String placeholder, List<String> texts) {
    if (part == null || texts.isEmpty()) {
      return Optional.empty();
    }
    List<String> shown = texts.stream().map(PromptText::escape).toList();
    return Optional.of(part.fill(Map.of(placeholder, String.join("; ", shown))));
  }

  private static WritingTemplate shipped(String resource) {
    return parse(TemplateFile.shipped(resource), resource);
  }
}
