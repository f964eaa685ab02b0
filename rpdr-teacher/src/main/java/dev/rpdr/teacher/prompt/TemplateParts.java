package dev.rpdr.teacher.prompt;

import dev.rpdr.DataFormatException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parts of a template, each checked for its placeholders. */
record TemplateParts(
    @Nullable Part system,
    Part instruction,
    Part output,
    @Nullable Part examples,
    Part example,
    Part item,
    @Nullable Part context,
    Part contextMention,
    Part candidate,
    @Nullable GroupParts group) {
  private static final int FORMAT = 1;
  private static final Set<String> COUNTS = Set.of("count", "top");
  private static final String MARK = "<mark>{mention}</mark>";

  /** The parts of a prompt with several mentions. */
  record GroupParts(Part instruction, Part output, Part item) {}

  static TemplateParts of(TemplateFile file) {
    requireFormat(file.format());
    TemplateParts parts =
        new TemplateParts(
            optional("system", file.system(), COUNTS, Set.of()),
            needed("instruction", file.instruction(), COUNTS, Set.of()),
            needed("output", file.output(), COUNTS, Set.of()),
            optional("examples", file.examples(), COUNTS, Set.of()),
            needed(
                "example",
                file.example(),
                Set.of("mention", "candidates", "ranking", "context"),
                Set.of("mention", "candidates", "ranking")),
            needed(
                "item",
                file.item(),
                Set.of("mention", "candidates", "context", "count", "top"),
                Set.of("mention", "candidates")),
            optional("context", file.context(), Set.of("text"), Set.of("text")),
            needed(
                "context-mention",
                file.contextMention() == null ? MARK : file.contextMention(),
                Set.of("mention"),
                Set.of("mention")),
            needed("candidate", file.candidate(), Set.of("label", "name"), Set.of("label", "name")),
            group(file.group()));
    requireTag("example", parts.example, "mention");
    requireTag("item", parts.item, "mention");
    requireTag("context-mention", parts.contextMention, "mention");
    if (parts.group != null) {
      requireTag("group.item", parts.group.item(), "mention");
    }
    if (parts.context != null) {
      requireTag("context", parts.context, "text");
    }
    requireLine("candidate", parts.candidate);
    requireLine("context-mention", parts.contextMention);
    return parts;
  }

  /** The parts as they stand in the file, absent ones as an empty text, in a fixed order. */
  List<String> sources() {
    return Stream.of(
            system,
            instruction,
            output,
            examples,
            example,
            item,
            context,
            contextMention,
            candidate,
            group == null ? null : group.instruction(),
            group == null ? null : group.output(),
            group == null ? null : group.item())
        .map(part -> part == null ? "" : part.source())
        .toList();
  }

  private static @Nullable GroupParts group(TemplateFile.@Nullable Group file) {
    return file == null
        ? null
        : new GroupParts(
            needed("group.instruction", file.instruction(), Set.of("items"), Set.of()),
            needed("group.output", file.output(), Set.of("items"), Set.of()),
            needed(
                "group.item",
                file.item(),
                Set.of("id", "mention", "candidates", "context", "count", "top"),
                Set.of("id", "mention", "candidates")));
  }

  static void requireFormat(@Nullable Integer format) {
    if (format == null || format != FORMAT) {
      throw new DataFormatException("'format' must be " + FORMAT + ", not " + format);
    }
  }

  static void requireLine(String name, Part part) {
    if (part.source().contains("\n")) {
      throw new DataFormatException("part '" + name + "' must be one line");
    }
  }

  static void requireTag(String name, Part part, String placeholder) {
    String braced = "{" + placeholder + "}";
    Pattern tagged =
        Pattern.compile("<([\\p{L}][\\p{L}\\p{N}_-]*)>" + Pattern.quote(braced) + "</\\1>");
    String bare = tagged.matcher(part.source()).replaceAll("");
    if (bare.contains(braced)) {
      throw new DataFormatException(
          "part '"
              + name
              + "' must have "
              + braced
              + " in a tag of its own, such as <mention>"
              + braced
              + "</mention>");
    }
  }

  static Part needed(
      String name, @Nullable String source, Set<String> allowed, Set<String> needed) {
    if (source == null || source.isBlank()) {
      throw new DataFormatException("part '" + name + "' is missing");
    }
    return Part.parse(name, source, allowed, needed);
  }

  static @Nullable Part optional(
      String name, @Nullable String source, Set<String> allowed, Set<String> needed) {
    return source == null || source.isBlank() ? null : Part.parse(name, source, allowed, needed);
  }
}
