package dev.rpdr.distill;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Fingerprint;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.Retriever;
import dev.rpdr.TrainingSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What open terminologies know, as training data. Where one of their concepts bears the name of an
 * entity of the knowledge base, its other names are mentions of that entity ({@link #link}); and
 * the names of their other concepts teach how lay and clinical wordings relate ({@link #within}). A
 * student that learns from them beside a teacher's rankings knows wordings that neither the labels
 * nor the teacher's mentions hold; the knowledge base that is searched stays as it was.
 *
 * <p>(SapBERT, Liu et al. 2021, aligns the names of one concept with each other before any other
 * training; here they are examples of the same form as a teacher's, learnt together with them.)
 *
 * <p>Names are compared as bags of words without case, accents, plural endings, function words and
 * the difference between British and American spelling ({@link NameKey}). A concept that bears the
 * names of several entities teaches nothing, neither does a wording that belongs to several
 * entities or is an entity's own name. Immutable and thread-safe.
 */
public final class SynonymRankings {
  private static final Pattern TAG = Pattern.compile("\\s*\\((?:disorder|finding)\\)$");
  private static final Pattern QUOTES = Pattern.compile("^\"(.*)\"$");

  private final KnowledgeBase target;
  private final List<KnowledgeBase> terminologies;

  /** From the id of an entity to its wordings, by their normal form. */
  private final Map<String, Map<String, String>> wordings;

  private SynonymRankings(
      KnowledgeBase target,
      List<KnowledgeBase> terminologies,
      Map<String, Map<String, String>> wordings) {
    this.target = target;
    this.terminologies = terminologies;
    this.wordings = wordings;
  }

  /**
   * Links terminologies to a knowledge base by name.
   *
   * @param target what mentions are linked to; its synonyms count as names
   * @param terminologies where wordings come from, in any number
   */
  public static SynonymRankings link(KnowledgeBase target, List<KnowledgeBase> terminologies) {
    Objects.requireNonNull(target, "target");
    Map<String, Set<String>> owners = owners(target);
    Map<String, Map<String, String>> wordings = new TreeMap<>();
    Map<String, Set<String>> claims = new HashMap<>();
    for (KnowledgeBase terminology : terminologies) {
      for (int i = 0; i < terminology.size(); i++) {
        List<String> names =
            terminology.entity(i).names().stream().map(SynonymRankings::cleaned).toList();
        ownerOf(names, owners)
            .ifPresent(
                id -> {
                  Map<String, String> known =
                      wordings.computeIfAbsent(id, absent -> new LinkedHashMap<>());
                  for (String name : names) {
                    String key = NameKey.of(name);
                    if (!key.isEmpty() && !owners.containsKey(key)) {
                      known.putIfAbsent(key, name);
                      claims.computeIfAbsent(key, absent -> new HashSet<>()).add(id);
                    }
                  }
                });
      }
    }
    for (Map<String, String> known : wordings.values()) {
      known.keySet().removeIf(wording -> claims.getOrDefault(wording, Set.of()).size() > 1);
    }
    wordings.values().removeIf(Map::isEmpty);
    return new SynonymRankings(target, List.copyOf(terminologies), wordings);
  }

  /**
   * The synonyms of a terminology's own concepts, each a mention of its preferred name.
   *
   * @param terminology with synonyms
   */
  public static SynonymRankings within(KnowledgeBase terminology) {
    Objects.requireNonNull(terminology, "terminology");
    return link(terminology.labelsOnly(), List.of(terminology));
  }

  /** How many entities of the knowledge base have a wording. */
  public int entities() {
    return wordings.size();
  }

  /** How many wordings there are, those of all entities together. */
  public int size() {
    return wordings.values().stream().mapToInt(Map::size).sum();
  }

  /** The wordings of an entity, none where nothing is known of it. */
  public List<String> wordings(String id) {
    return List.copyOf(wordings.getOrDefault(id, Map.of()).values());
  }

  /**
   * The wordings as rankings: each is a mention, its entity the only one placed, and what a
   * retriever finds besides is what it is told apart from.
   *
   * @param retriever finds wrong candidates over the same knowledge base
   * @param candidates how many candidates each ranking has, the right one included, ≥ 2
   * @param mostPerEntity how many wordings of an entity are taken at most, drawn where there are
   *     more, ≥ 1; terminologies list dozens of inflections of some concepts
   * @param seed of drawing
   * @throws IllegalArgumentException for numbers out of range
   */
  public TrainingSet rankings(Retriever retriever, int candidates, int mostPerEntity, long seed) {
    Objects.requireNonNull(retriever, "retriever");
    if (candidates < 2) {
      throw new IllegalArgumentException("candidates must be >= 2, not " + candidates);
    }
    if (mostPerEntity < 1) {
      throw new IllegalArgumentException("mostPerEntity must be >= 1, not " + mostPerEntity);
    }
    Random random = new Random(seed);
    List<Entity> right = new ArrayList<>();
    List<Mention> mentions = new ArrayList<>();
    for (Map.Entry<String, Map<String, String>> entry : wordings.entrySet()) {
      Entity entity = target.find(entry.getKey()).orElseThrow();
      List<String> texts = new ArrayList<>(entry.getValue().values());
      Collections.shuffle(texts, random);
      for (String text : texts.subList(0, Math.min(mostPerEntity, texts.size()))) {
        right.add(entity);
        mentions.add(Mention.of(text));
      }
    }
    List<CandidateList> found = retriever.retrieveAll(mentions, candidates);
    List<Ranking> rankings = new ArrayList<>(found.size());
    for (int i = 0; i < found.size(); i++) {
      rankings.add(ranking(found.get(i), right.get(i), candidates));
    }
    String sources =
        terminologies.stream()
            .map(KnowledgeBase::fingerprint)
            .reduce(new Fingerprint(), Fingerprint::add, (a, b) -> a)
            .hex();
    TrainingSet set = TrainingSet.of(rankings, "open synonyms");
    Provenance provenance =
        set.provenance()
            .with("terminologies", terminologies.size())
            .with("terminologies.sha256", sources)
            .with("entities", entities())
            .with("wordings", size())
            .with("most-per-entity", mostPerEntity)
            .with("seed", seed);
    return set.withProvenance(provenance);
  }

  private static Ranking ranking(CandidateList found, Entity right, int candidates) {
    List<Entity> entities = new ArrayList<>();
    entities.add(right);
    for (Candidate candidate : found.candidates()) {
      if (!candidate.id().equals(right.id()) && entities.size() < candidates) {
        entities.add(candidate.entity());
      }
    }
    return Ranking.byPlaces(
        CandidateList.of(found.mention(), entities), List.of(0), Outcome.ANSWERED);
  }

  /**
   * Which entities bear a name. Entities of the same preferred name are one here, the first of
   * them: nothing tells their mentions apart.
   */
  private static Map<String, Set<String>> owners(KnowledgeBase target) {
    Map<String, Set<String>> owners = new HashMap<>();
    Map<String, String> firstOf = new HashMap<>();
    for (int name = 0; name < target.nameCount(); name++) {
      int entity = target.entityOfName(name);
      String label = target.name(target.firstNameOf(entity)).toLowerCase(Locale.ROOT);
      String id = firstOf.computeIfAbsent(label, key -> target.id(entity));
      owners.computeIfAbsent(NameKey.of(target.name(name)), key -> new HashSet<>()).add(id);
    }
    return owners;
  }

  /** The one entity that a concept's names name. */
  private static Optional<String> ownerOf(List<String> names, Map<String, Set<String>> owners) {
    Set<String> found = new HashSet<>();
    for (String name : names) {
      found.addAll(owners.getOrDefault(NameKey.of(name), Set.of()));
    }
    return found.size() == 1 ? Optional.of(found.iterator().next()) : Optional.empty();
  }

  private static String cleaned(String name) {
    String text = QUOTES.matcher(name.trim()).replaceFirst("$1");
    return TAG.matcher(text).replaceFirst("").trim();
  }
}
