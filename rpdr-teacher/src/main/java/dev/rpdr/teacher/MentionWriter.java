package dev.rpdr.teacher;

import dev.rpdr.Candidate;
import dev.rpdr.Entity;
import dev.rpdr.Fingerprint;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Retriever;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.call.Call;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.cost.Estimate;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.journal.WrittenMentions;
import dev.rpdr.teacher.prompt.Prompt;
import dev.rpdr.teacher.prompt.WritingTemplate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks a language model the other way round: not which entity a mention means, but how texts word
 * an entity. What it writes are training mentions whose entity is known, for every entity of the
 * knowledge base and not only for those that unlabelled mentions happen to speak of. A student
 * learns them beside a teacher's rankings, as it does the synonyms of an open terminology.
 * Thread-safe if the chat model is, and the retriever of {@link #withNear}.
 *
 * <p>An answer counts line by line: what cannot be read, repeats the entity's own name or another
 * or earlier mention of it, or is longer than 200 characters is left out. An entity whose line is
 * missing is asked for again by the next run with the same file.
 */
public final class MentionWriter {
  private static final int LONGEST = 200;
  private static final int TOKENS_A_MENTION = 8;
  private static final Pattern LINE = Pattern.compile("\\s*(\\d{1,6})\\s*[.):：、\\t]\\s*(.+)");
  private static final Pattern BETWEEN = Pattern.compile("\\s*[;；]\\s*");

  private final LangChain4jTeacher teacher;
  private final ChatSettings settings;
  private final WritingTemplate template;
  private final int count;
  private final int entitiesPerPrompt;
  private final List<String> style;
  private final @Nullable Near near;
  private final @Nullable KnowledgeBase earlier;

  /** What finds the entities that one is not to be taken for. */
  private record Near(Retriever retriever, int number, String identity) {
    /** The names, best first, of the entities most like this one. */
    List<String> of(Entity entity) {
      return retriever.retrieve(Mention.of(entity.name()), number + 1).candidates().stream()
          .map(Candidate::entity)
          .filter(other -> !other.id().equals(entity.id()))
          .limit(number)
          .map(Entity::name)
          .toList();
    }
  }

  private MentionWriter(
      LangChain4jTeacher teacher,
      WritingTemplate template,
      int count,
      int entitiesPerPrompt,
      List<String> style,
      @Nullable Near near,
      @Nullable KnowledgeBase earlier) {
    this.teacher = Objects.requireNonNull(teacher, "teacher");
    this.settings = teacher.settings();
    this.template = Objects.requireNonNull(template, "template");
    this.count = Settings.atLeastOne("count", count);
    this.entitiesPerPrompt = Settings.atLeastOne("entitiesPerPrompt", entitiesPerPrompt);
    this.style = List.copyOf(style);
    this.near = near;
    this.earlier = earlier;
  }

  /**
   * A writer of 20 entities a prompt, which sees no example of the texts.
   *
   * @param teacher whose model, temperature, limits, guard and concurrency are used; its template
   *     is not
   * @param template the prompt
   * @param count how many mentions of each entity are wanted, ≥ 1
   */
  public static MentionWriter of(LangChain4jTeacher teacher, WritingTemplate template, int count) {
    return new MentionWriter(teacher, template, count, 20, List.of(), null, null);
  }

  /** This writer with another number of entities in a prompt, ≥ 1. */
  public MentionWriter withEntitiesPerPrompt(int number) {
    return new MentionWriter(teacher, template, count, number, style, near, earlier);
  }

  /** This writer, shown unlabelled mentions as examples of how the texts are written. */
  public MentionWriter withStyle(List<String> mentions) {
    return new MentionWriter(teacher, template, count, entitiesPerPrompt, mentions, near, earlier);
  }

  /**
   * This writer, shown for each entity those most like it, so that it words what sets them apart.
   *
   * @param retriever finds them by the entity's name, over the same knowledge base
   * @param number how many, ≥ 1
   * @param identity what retrieves, such as {@code tfidf-char}, for {@link #identity()}
   */
  public MentionWriter withNear(Retriever retriever, int number, String identity) {
    Near shown = new Near(retriever, Settings.atLeastOne("number", number), identity);
    return new MentionWriter(teacher, template, count, entitiesPerPrompt, style, shown, earlier);
  }

  /**
   * This writer, shown what was written before, which it is not to repeat: a further round, in a
   * file of its own.
   *
   * @param written the entities with their mentions as synonyms ({@link WrittenMentions#read})
   */
  public MentionWriter withEarlier(KnowledgeBase written) {
    return new MentionWriter(teacher, template, count, entitiesPerPrompt, style, near, written);
  }

  /** What decides what is written: model, template, number, temperature and what is shown. */
  public String identity() {
    StringBuilder text = new StringBuilder("model=").append(settings.modelName());
    text.append(" writing=").append(template.sha256()).append(" count=").append(count);
    Double temperature = settings.temperature();
    text.append(" temperature=").append(temperature == null ? "unset" : temperature.toString());
    if (!style.isEmpty()) {
      Fingerprint shown = new Fingerprint();
      style.forEach(shown::add);
      text.append(" style=").append(shown.hex());
    }
    if (near != null) {
      text.append(" near=").append(near.number()).append(':').append(near.identity());
    }
    if (earlier != null) {
      text.append(" earlier=").append(earlier.fingerprint());
    }
    return text.toString();
  }

  /**
   * Writes mentions of the entities that a file has none of yet. Each answer is in the file before
   * the next is asked for by the same thread; after a failure nothing more is asked for, and what
   * is under way is kept.
   *
   * @param file open for this writer's {@link #identity}
   * @return how many of the entities have been written for now
   * @throws dev.rpdr.RetriableException if a service refused or could not be reached
   * @throws dev.rpdr.NonRetriableException if asking again will not help, the guard stopped the
   *     run, or the file cannot be written
   */
  public int write(List<Entity> entities, WrittenMentions file) {
    BoundedCalls.map(
        groups(missing(entities, file)),
        teacher.concurrency(),
        group -> {
          Reply reply = ask(group);
          file.append(read(group, reply), reply);
          return reply;
        });
    return (int) entities.stream().filter(entity -> file.has(entity.id())).count();
  }

  /** What writing for these entities is expected to cost. */
  public Estimate estimate(List<Entity> entities, PriceTable prices) {
    return settings.estimateOf(
        groups(entities).stream().map(this::expected).toList(), prices, false);
  }

  /** The entities that a file has nothing of. */
  public static List<Entity> missing(List<Entity> entities, WrittenMentions file) {
    return entities.stream().filter(entity -> !file.has(entity.id())).toList();
  }

  private List<List<Entity>> groups(List<Entity> entities) {
    List<List<Entity>> groups = new ArrayList<>();
    for (int i = 0; i < entities.size(); i += entitiesPerPrompt) {
      groups.add(entities.subList(i, Math.min(entities.size(), i + entitiesPerPrompt)));
    }
    return groups;
  }

  private Reply ask(List<Entity> group) {
    CallGuard guard = teacher.guard();
    Usage estimate = guard.needsEstimates() ? expected(group) : new Usage(0, 0);
    Call call = new Call(group.get(0).name(), settings.modelName(), group.size(), estimate);
    return teacher.caller().ask(call, prompt(group), null);
  }

  private Prompt prompt(List<Entity> group) {
    List<WritingTemplate.Item> items =
        group.stream()
            .map(
                entity ->
                    new WritingTemplate.Item(
                        entity, near == null ? List.of() : near.of(entity), earlier(entity)))
            .toList();
    return template.render(items, count, style);
  }

  private List<String> earlier(Entity entity) {
    return earlier == null
        ? List.of()
        : earlier.find(entity.id()).map(Entity::synonyms).orElse(List.of());
  }

  private Usage expected(List<Entity> group) {
    Usage prompt = settings.expectedUsage(prompt(group), "");
    return new Usage(prompt.inputTokens(), group.size() * count * TOKENS_A_MENTION);
  }

  /** The entities that an answer has a line of, with what was written as their synonyms. */
  private List<Entity> read(List<Entity> group, Reply reply) {
    Map<Integer, Entity> read = new LinkedHashMap<>();
    String text = reply.text() == null ? "" : reply.text();
    for (String line : text.split("\\R")) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        int number = Integer.parseInt(matcher.group(1));
        if (number >= 1 && number <= group.size()) {
          Entity entity = group.get(number - 1);
          read.putIfAbsent(number, withMentions(entity, matcher.group(2)));
        }
      }
    }
    return List.copyOf(read.values());
  }

  private Entity withMentions(Entity entity, String text) {
    Map<String, String> mentions = new LinkedHashMap<>();
    for (String part : BETWEEN.split(text)) {
      String mention = part.strip();
      if (!mention.isEmpty() && mention.length() <= LONGEST) {
        mentions.putIfAbsent(mention.toLowerCase(Locale.ROOT), mention);
      }
    }
    mentions.remove(entity.name().toLowerCase(Locale.ROOT));
    earlier(entity).forEach(mention -> mentions.remove(mention.toLowerCase(Locale.ROOT)));
    List<String> kept = mentions.values().stream().limit(count).toList();
    return new Entity(entity.id(), entity.name(), kept, null);
  }
}
