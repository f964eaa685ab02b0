package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.Retriever;
import dev.rpdr.TrainingSet;
import dev.rpdr.retriever.WeightedNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Mentions that a teacher ranked, as further names of its first choice. No human label is used;
 * numbers of a retriever that holds such names are of a protocol of their own
 * (LABELS_PLUS_TEACHER_ALIASES), and a mention that the teacher saw is then a look-up.
 *
 * <p>A mention is dropped where the teacher was not sure enough, where the retriever's first
 * candidates lack its choice (if that is asked for), where the knowledge base lacks it, where the
 * mention is a name of another entity, and where mentions of one key have different choices. Keys
 * are those of {@link NameKey}: words without case, order, accents, plural endings and function
 * words. What was dropped is counted ({@link #tally()}). Immutable and thread-safe.
 */
public final class TeacherAliases {
  private static final Pattern SPACE = Pattern.compile("\\s+");

  /** From the id of an entity to its aliases, by their text in lower case. */
  private final Map<String, Map<String, String>> aliases;

  private final Tally tally;
  private final Provenance provenance;

  private TeacherAliases(
      Map<String, Map<String, String>> aliases, Tally tally, Provenance provenance) {
    this.aliases = aliases;
    this.tally = tally;
    this.provenance = provenance;
  }

  /**
   * Aliases of all that a teacher ranked, until further conditions are named.
   *
   * @param knowledgeBase what is searched; its synonyms count as names
   * @param rankings the teacher's; their first places are read
   */
  public static Builder builder(KnowledgeBase knowledgeBase, TrainingSet rankings) {
    return new Builder(knowledgeBase, rankings);
  }

  /**
   * What became of the rankings; each is counted once.
   *
   * @param rankings how many there are
   * @param aliases mentions that are further names now
   * @param repeated mentions of the same text and choice as one before
   * @param named mentions that are written like a name of their entity
   * @param unsure the teacher's confidence is known and too low
   * @param unknown the knowledge base does not hold the choice
   * @param notAmongFirst the retriever's first candidates do not hold the choice
   * @param namesOfOthers the mention is a name of another entity
   * @param conflicting another mention of the same key has another choice
   */
  public record Tally(
      int rankings,
      int aliases,
      int repeated,
      int named,
      int unsure,
      int unknown,
      int notAmongFirst,
      int namesOfOthers,
      int conflicting) {
    /** The counts, in words. */
    @Override
    public String toString() {
      return aliases
          + " aliases of "
          + rankings
          + " rankings; not taken: "
          + repeated
          + " repeated, "
          + named
          + " names already, "
          + unsure
          + " unsure, "
          + unknown
          + " of entities that are not in the knowledge base, "
          + notAmongFirst
          + " not among the retriever's first, "
          + namesOfOthers
          + " names of other entities, "
          + conflicting
          + " conflicting";
    }
  }

  /** How many aliases there are, those of all entities together. */
  public int size() {
    return tally.aliases();
  }

  /** The aliases of an entity as they were first written, none where there is none. */
  public List<String> of(String id) {
    return List.copyOf(aliases.getOrDefault(id, Map.of()).values());
  }

  /** Whether a text, ignoring case and white space around it, is an alias. */
  public boolean contains(String text) {
    String key = key(cleaned(text));
    return aliases.values().stream().anyMatch(known -> known.containsKey(key));
  }

  /** What became of the rankings. */
  public Tally tally() {
    return tally;
  }

  /**
   * The aliases as names of weight {@value WeightedNames#DEFAULT_WEIGHT}.
   *
   * @throws IllegalStateException if there is none; the message says what became of the rankings
   */
  public WeightedNames names() {
    if (aliases.isEmpty()) {
      throw new IllegalStateException("the teacher's rankings give no alias: " + tally);
    }
    KnowledgeBase.Builder names = KnowledgeBase.builder();
    aliases.forEach(
        (id, known) -> {
          List<String> texts = List.copyOf(known.values());
          names.add(new Entity(id, texts.get(0), texts.subList(1, texts.size()), null));
        });
    return WeightedNames.of(names.build());
  }

  /** Where the aliases come from, under which conditions, and what was dropped. */
  public Provenance provenance() {
    return provenance;
  }

  private static String cleaned(String text) {
    return SPACE.matcher(text.strip()).replaceAll(" ");
  }

  private static String key(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Collects conditions. Not thread-safe. */
  public static final class Builder {
    private final KnowledgeBase knowledgeBase;
    private final TrainingSet rankings;
    private double minConfidence;
    private @Nullable Retriever retriever;
    private int first;

    private Builder(KnowledgeBase knowledgeBase, TrainingSet rankings) {
      this.knowledgeBase = Objects.requireNonNull(knowledgeBase, "knowledgeBase");
      this.rankings = Objects.requireNonNull(rankings, "rankings");
    }

    /**
     * Drops mentions that the teacher was less sure of, 0 to 1; 0 by default. Rankings without a
     * confidence, as of a teacher that was asked once, are kept.
     */
    public Builder minConfidence(double newMinConfidence) {
      if (!(newMinConfidence >= 0 && newMinConfidence <= 1)) {
        throw new IllegalArgumentException("minConfidence must be 0 to 1, not " + newMinConfidence);
      }
      minConfidence = newMinConfidence;
      return this;
    }

    /**
     * Drops mentions whose choice a retriever does not find.
     *
     * @param newRetriever over the same knowledge base, without aliases
     * @param newFirst among how many of its candidates the choice must be, ≥ 1
     */
    public Builder amongFirst(Retriever newRetriever, int newFirst) {
      if (newFirst < 1) {
        throw new IllegalArgumentException("first must be >= 1, not " + newFirst);
      }
      retriever = Objects.requireNonNull(newRetriever, "retriever");
      first = newFirst;
      return this;
    }

    /** The aliases; there may be none. */
    public TeacherAliases build() {
      List<Choice> sure = new ArrayList<>();
      int unsure = 0;
      int unknown = 0;
      for (Ranking ranking : rankings.rankings()) {
        Double confidence = ranking.confidence();
        if (ranking.candidates().isEmpty() || (confidence != null && confidence < minConfidence)) {
          unsure++;
        } else if (knowledgeBase.indexOf(ranking.ids().get(0)) < 0) {
          unknown++;
        } else {
          sure.add(new Choice(cleaned(ranking.mention().text()), ranking));
        }
      }
      List<Choice> found = found(sure);
      Map<String, Set<String>> owners = owners();
      Set<String> texts = texts();
      List<Choice> free = new ArrayList<>();
      int named = 0;
      int namesOfOthers = 0;
      for (Choice choice : found) {
        if (texts.contains(choice.id() + "\u0001" + key(choice.text()))) {
          named++;
        } else if (owners.getOrDefault(choice.key(), Set.of()).stream()
            .anyMatch(id -> !id.equals(choice.id()))) {
          namesOfOthers++;
        } else {
          free.add(choice);
        }
      }
      Map<String, Set<String>> claims = new HashMap<>();
      free.forEach(
          choice ->
              claims.computeIfAbsent(choice.key(), absent -> new HashSet<>()).add(choice.id()));
      Map<String, Map<String, String>> aliases = new TreeMap<>();
      int conflicting = 0;
      int repeated = 0;
      int kept = 0;
      for (Choice choice : free) {
        if (claims.getOrDefault(choice.key(), Set.of()).size() > 1) {
          conflicting++;
          continue;
        }
        String before =
            aliases
                .computeIfAbsent(choice.id(), absent -> new LinkedHashMap<>())
                .putIfAbsent(key(choice.text()), choice.text());
        kept += before == null ? 1 : 0;
        repeated += before == null ? 0 : 1;
      }
      Tally tally =
          new Tally(
              rankings.size(),
              kept,
              repeated,
              named,
              unsure,
              unknown,
              sure.size() - found.size(),
              namesOfOthers,
              conflicting);
      return new TeacherAliases(aliases, tally, provenance(tally));
    }

    private Provenance provenance(Tally tally) {
      Provenance facts =
          rankings.provenance().with("aliases", tally).with("min-confidence", minConfidence);
      return retriever == null ? facts : facts.with("among-first", first);
    }

    /** Those whose choice the retriever finds. */
    private List<Choice> found(List<Choice> choices) {
      if (retriever == null) {
        return choices;
      }
      List<Mention> mentions = choices.stream().map(choice -> choice.ranking().mention()).toList();
      List<CandidateList> lists = retriever.retrieveAll(mentions, first);
      List<Choice> found = new ArrayList<>();
      for (int i = 0; i < lists.size(); i++) {
        if (lists.get(i).ids().contains(choices.get(i).id())) {
          found.add(choices.get(i));
        }
      }
      return found;
    }

    /** Which entities bear a name of a key. */
    private Map<String, Set<String>> owners() {
      Map<String, Set<String>> owners = new HashMap<>();
      for (int name = 0; name < knowledgeBase.nameCount(); name++) {
        owners
            .computeIfAbsent(NameKey.of(knowledgeBase.name(name)), absent -> new HashSet<>())
            .add(knowledgeBase.id(knowledgeBase.entityOfName(name)));
      }
      return owners;
    }

    /** Each entity's id with each of its names in lower case. */
    private Set<String> texts() {
      Set<String> texts = new HashSet<>();
      for (int name = 0; name < knowledgeBase.nameCount(); name++) {
        String id = knowledgeBase.id(knowledgeBase.entityOfName(name));
        texts.add(id + "\u0001" + key(cleaned(knowledgeBase.name(name))));
      }
      return texts;
    }
  }

  /** A mention and the entity that the teacher put first. */
  private record Choice(String text, Ranking ranking) {
    String id() {
      return ranking.ids().get(0);
    }

    String key() {
      String words = NameKey.of(text);
      return words.isEmpty() ? TeacherAliases.key(text) : words;
    }
  }
}
