package dev.rpdr.teacher.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.NonRetriableException;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.Reply;
import dev.rpdr.teacher.call.Spend;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Mentions that a language model wrote for entities, on disk: each answer is appended and forced to
 * disk before it counts, so that a run that was killed asks only for what is missing. Thread-safe;
 * one writer at a time, within this process and among processes.
 *
 * <p>The file is UTF-8, one JSON object a line. The first is {@code {"format":
 * "rpdr-written-mentions", "version": 1, "writer": the identity of who writes}}; a run of another
 * writer is refused. Each other one is an answer: {@code written}, an array of {@code id}, {@code
 * name} and {@code mentions} of an entity, then {@code raw}, {@code model}, {@code input-tokens},
 * {@code output-tokens} and {@code finish-reason} where known. A torn last line is cut off when the
 * file is opened.
 */
public final class WrittenMentions implements AutoCloseable {
  private static final String FORMAT = "rpdr-written-mentions";
  private static final int VERSION = 1;
  private static final JsonMapper JSON = new JsonMapper();

  private final Content content;
  private final JournalFile file;

  private WrittenMentions(Path path) {
    content = new Content(path);
    file =
        JournalFile.open(path, name -> new RandomAccessFile(name.toFile(), "rw"), FORMAT, content);
  }

  /**
   * Opens a file for a writer, or begins one.
   *
   * @param identity who writes: model, prompt, settings
   * @throws DataFormatException if the file is no such file or damaged otherwise than by a torn
   *     tail
   * @throws NonRetriableException if it cannot be opened, another process has it, or another writer
   *     began it
   */
  public static WrittenMentions open(Path path, String identity) {
    JournalFile.requireFolder(path);
    WrittenMentions mentions = new WrittenMentions(path);
    try {
      mentions.bind(identity);
      return mentions;
    } catch (RuntimeException e) {
      mentions.close();
      throw e;
    }
  }

  /**
   * The entities of a file with what was written for them, as a terminology: the mentions are the
   * synonyms of each entity. Entities for which nothing was written are left out.
   *
   * @throws DataFormatException if the file is no such file, damaged otherwise than by a torn tail,
   *     or holds nothing
   * @throws NonRetriableException if it cannot be read
   */
  public static KnowledgeBase read(Path path) {
    return read(List.of(path));
  }

  /**
   * As {@link #read(Path)}, of several files together: those of one round after another. Each
   * entity has the mentions of all, in the order of the files.
   *
   * @throws IllegalArgumentException if there is no file
   */
  public static KnowledgeBase read(List<Path> paths) {
    if (paths.isEmpty()) {
      throw new IllegalArgumentException("written mentions need at least one file");
    }
    Map<String, Entity> written = new LinkedHashMap<>();
    for (Path path : paths) {
      Content content = new Content(path);
      content.readAll();
      if (content.written.values().stream().allMatch(entity -> entity.synonyms().isEmpty())) {
        throw new DataFormatException(path + " holds no written mention");
      }
      content.written.values().forEach(one -> written.merge(one.id(), one, WrittenMentions::both));
    }
    return KnowledgeBase.of(
        written.values().stream().filter(entity -> !entity.synonyms().isEmpty()).toList());
  }

  private static Entity both(Entity first, Entity second) {
    List<String> mentions = new ArrayList<>(first.synonyms());
    mentions.addAll(second.synonyms());
    return new Entity(first.id(), first.name(), mentions, null);
  }

  /** Whether an entity needs no further asking. */
  public synchronized boolean has(String id) {
    return content.written.containsKey(id);
  }

  /** How many entities have been written for. */
  public synchronized int size() {
    return content.written.size();
  }

  /** How many mentions there are. */
  public synchronized int mentions() {
    return content.written.values().stream().mapToInt(entity -> entity.synonyms().size()).sum();
  }

  /** What each answer says it spent. */
  public synchronized List<Spend> spent() {
    return List.copyOf(content.spent);
  }

  /**
   * Keeps an answer.
   *
   * @param entities those that something was written for, the mentions as their synonyms
   * @throws NonRetriableException if it cannot be written; the file holds all earlier answers
   */
  public void append(List<Entity> entities, Reply reply) {
    ObjectNode line = JSON.createObjectNode();
    var array = line.putArray("written");
    for (Entity entity : entities) {
      ObjectNode one = array.addObject().put("id", entity.id()).put("name", entity.name());
      entity.synonyms().forEach(one.putArray("mentions")::add);
    }
    put(line, "raw", reply.text());
    put(line, "model", reply.model());
    Usage usage = reply.usage();
    if (usage != null) {
      line.put("input-tokens", usage.inputTokens()).put("output-tokens", usage.outputTokens());
    }
    put(line, "finish-reason", reply.finishReason());
    file.append(line.toString());
    keep(entities, reply.spend());
  }

  /** Releases the file; harmless when repeated. */
  @Override
  public void close() {
    file.close();
  }

  private synchronized void keep(List<Entity> entities, Spend spend) {
    content.keep(entities, spend);
  }

  private void bind(String identity) {
    if (content.writer == null) {
      file.begin(
          JSON.createObjectNode()
              .put("format", FORMAT)
              .put("version", VERSION)
              .put("writer", identity)
              .toString());
      content.writer = identity;
    } else if (!content.writer.equals(identity)) {
      throw new NonRetriableException(
          "the file "
              + content.path
              + " belongs to another writer, '"
              + content.writer
              + "', not '"
              + identity
              + "'; take another file");
    }
  }

  private static void put(ObjectNode line, String field, @Nullable String value) {
    if (value != null) {
      line.put(field, value);
    }
  }

  /** What a file holds. */
  private static final class Content implements JournalFile.LineReader {
    private final Path path;
    private final Map<String, Entity> written = new LinkedHashMap<>();
    private final List<Spend> spent = new ArrayList<>();
    private @Nullable String writer;

    Content(Path path) {
      this.path = path;
    }

    /** Reads without locking or mending; a torn last line is passed over. */
    void readAll() {
      String text;
      try {
        text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new NonRetriableException("cannot read the written mentions " + path, e);
      }
      String[] lines = text.split("\n", -1);
      if (!RecordReader.isHeader(lines[0], FORMAT)) {
        throw new DataFormatException(
            path
                + " holds no written mentions: its first line is not {\"format\":\""
                + FORMAT
                + "\", …}");
      }
      header(lines[0]);
      int last = lines.length - 1;
      for (int i = 1; i < last || (i == last && isWhole(lines[i])); i++) {
        line(lines[i], i + 1L);
      }
    }

    void keep(List<Entity> entities, Spend spend) {
      entities.forEach(entity -> written.putIfAbsent(entity.id(), entity));
      spent.add(spend);
    }

    @Override
    public void header(String text) {
      JsonNode header = parse(text, path + ", line 1");
      if (header.path("version").asInt() != VERSION || !header.path("writer").isTextual()) {
        throw new DataFormatException(
            path + ", line 1: needs version " + VERSION + " and a writer, not " + text);
      }
      writer = header.path("writer").textValue();
    }

    @Override
    public void line(String text, long number) {
      String where = path + ", line " + number;
      JsonNode line = parse(text, where);
      List<Entity> entities = new ArrayList<>();
      for (JsonNode one : line.path("written")) {
        List<String> mentions = new ArrayList<>();
        one.path("mentions").forEach(mention -> mentions.add(mention.asText()));
        try {
          entities.add(
              new Entity(one.path("id").asText(), one.path("name").asText(), mentions, null));
        } catch (IllegalArgumentException e) {
          throw new DataFormatException(where + ": " + e.getMessage(), e);
        }
      }
      if (!line.path("written").isArray()) {
        throw new DataFormatException(where + ": 'written' is missing");
      }
      Usage usage =
          line.path("input-tokens").isInt() && line.path("output-tokens").isInt()
              ? new Usage(
                  line.path("input-tokens").intValue(), line.path("output-tokens").intValue())
              : null;
      JsonNode model = line.path("model");
      keep(entities, new Spend(model.isTextual() ? model.textValue() : null, usage));
    }

    @Override
    public boolean isWhole(String text) {
      try {
        return parse(text, path.toString()).path("written").isArray();
      } catch (DataFormatException e) {
        return false;
      }
    }

    private static JsonNode parse(String text, String where) {
      try {
        return JSON.readTree(text);
      } catch (JsonProcessingException e) {
        throw new DataFormatException(where + " is not JSON: " + e.getOriginalMessage(), e);
      }
    }
  }
}
