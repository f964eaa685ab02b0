package dev.rpdr.teacher.journal;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Fingerprint;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A teacher that answers from a record and asks nobody: journals of {@link FileJournal}, or JSON
 * lines with {@code mention}, {@code candidates} (each {@code id} and {@code name}, or {@code name}
 * alone, which is then the id), {@code ranking} (ids, best first) and optionally {@code id}.
 * Answers that a journal keeps only as parts of another one are passed over. Immutable and
 * thread-safe.
 *
 * <p><b>Strict</b> (as read): a request is answered if the record holds its mention with the same
 * candidate ids in the same order. <b>Lenient</b>: the mention alone decides. The recorded ranking
 * is restricted to the candidates of the request, in the recorded order; candidates of the request
 * that the teacher was never shown are left out, and the outcome is then repaired; if it was shown
 * none of them, the ranking falls back.
 *
 * <p>Where a mention is recorded more than once, the record with most candidates in common answers,
 * then the one of the same spelling, then of the same context, then the first. Case counts unless
 * {@link #ignoringCase()}.
 */
public final class RecordedTeacher implements TeacherLlm {
  private final List<JournalRecord> items;
  private final Map<String, List<JournalRecord>> byMention;
  private final String sha256;
  private final boolean lenient;
  private final boolean ignoringCase;

  private RecordedTeacher(
      List<JournalRecord> items, String sha256, boolean lenient, boolean ignoringCase) {
    this.items = items;
    this.sha256 = sha256;
    this.lenient = lenient;
    this.ignoringCase = ignoringCase;
    Map<String, List<JournalRecord>> index = new HashMap<>();
    for (JournalRecord item : items) {
      index
          .computeIfAbsent(fold(item.request().mention().text()), key -> new ArrayList<>())
          .add(item);
    }
    this.byMention = index;
  }

  /**
   * Reads recorded answers, strict and with regard to case. Equal answers recorded twice count
   * once.
   *
   * @param files one or more, in any mixture of the two formats
   * @throws DataFormatException naming file and line, or if two answers to one request differ
   * @throws NonRetriableException if a file cannot be read
   */
  public static RecordedTeacher read(Path... files) {
    if (files.length == 0) {
      throw new IllegalArgumentException("at least one file is needed");
    }
    Map<String, JournalRecord> distinct = new LinkedHashMap<>();
    for (Path file : files) {
      for (JournalRecord item : RecordedFile.read(file)) {
        JournalRecord before = distinct.putIfAbsent(JournalRecord.key("", item.request()), item);
        if (before != null && !before.ranking().ids().equals(item.ranking().ids())) {
          throw new DataFormatException(
              "the request '"
                  + item.request().mention().text()
                  + "' is recorded with two different answers in "
                  + Arrays.toString(files)
                  + ", of "
                  + teacher(before)
                  + " and of "
                  + teacher(item)
                  + "; read only records of one teacher");
        }
      }
    }
    List<JournalRecord> items = List.copyOf(distinct.values());
    return new RecordedTeacher(items, hash(items), false, false);
  }

  /**
   * A record of rankings that were read elsewhere, strict and with regard to case.
   *
   * @param rankings at least one
   */
  public static RecordedTeacher of(List<Ranking> rankings) {
    if (rankings.isEmpty()) {
      throw new IllegalArgumentException("a record needs at least one ranking");
    }
    List<JournalRecord> items =
        rankings.stream()
            .map(ranking -> new JournalRecord(null, null, TeacherAnswer.of(ranking), null))
            .toList();
    return new RecordedTeacher(items, hash(items), false, false);
  }

  /**
   * The answers of a file that a model gave, in their order: the votes in place of what was made of
   * them. It is what was paid for.
   *
   * @throws DataFormatException naming file and line
   * @throws NonRetriableException if the file cannot be read
   */
  public static List<TeacherAnswer> readPaid(Path file) {
    List<JournalRecord> all = new ArrayList<>();
    RecordedFile.visit(file, (record, text, number) -> all.add(record));
    Set<String> composite = new HashSet<>();
    all.stream().map(JournalRecord::partOf).filter(Objects::nonNull).forEach(composite::add);
    return all.stream()
        .filter(record -> record.partOf() != null || !composite.contains(record.teacher()))
        .map(JournalRecord::answer)
        .toList();
  }

  /**
   * This record after a further turn, in which the teacher was asked again, say about better
   * candidates: where both hold a mention (and context), the later answers count; what only one
   * holds stays. Matching is as in this record.
   */
  public RecordedTeacher updatedBy(RecordedTeacher later) {
    Set<Mention> again = new HashSet<>();
    later.items.forEach(item -> again.add(withoutId(item)));
    List<JournalRecord> both = new ArrayList<>();
    for (JournalRecord item : items) {
      if (!again.contains(withoutId(item))) {
        both.add(item);
      }
    }
    both.addAll(later.items);
    return new RecordedTeacher(List.copyOf(both), hash(both), lenient, ignoringCase);
  }

  /** This record, answering whenever it knows the mention. */
  public RecordedTeacher lenient() {
    return new RecordedTeacher(items, sha256, true, ignoringCase);
  }

  /** This record, answering only the very requests that were recorded. */
  public RecordedTeacher strict() {
    return new RecordedTeacher(items, sha256, false, ignoringCase);
  }

  /** This record, for mentions in any mixture of upper and lower case. */
  public RecordedTeacher ignoringCase() {
    return new RecordedTeacher(items, sha256, lenient, true);
  }

  /**
   * {@inheritDoc}
   *
   * @throws NonRetriableException if there is no answer in the record; the message says what is
   *     missing
   */
  @Override
  public TeacherAnswer rank(CandidateList request) {
    return find(request).orElseThrow(() -> missing(request));
  }

  /** The answer to a request, or nothing where the record has none. */
  public Optional<TeacherAnswer> find(CandidateList request) {
    if (request.size() == 0) {
      return Optional.of(TeacherAnswer.of(Ranking.fellBack(request, "no candidates to rank")));
    }
    JournalRecord best = null;
    for (JournalRecord item : recorded(request)) {
      boolean fits = lenient || item.candidateIds().equals(request.ids());
      if (fits && (best == null || closeness(item, request) > closeness(best, request))) {
        best = item;
      }
    }
    return Optional.ofNullable(best).map(item -> answer(item, request));
  }

  /** The answers as they were recorded, each on its own candidates, in the order of the files. */
  public List<Ranking> rankings() {
    return items.stream().map(JournalRecord::ranking).toList();
  }

  /** How many different requests are recorded. */
  public int size() {
    return items.size();
  }

  /** {@inheritDoc} Here: the hash of all that is recorded, and how requests are matched. */
  @Override
  public String identity() {
    return "recorded="
        + sha256
        + (lenient ? " matching=lenient" : " matching=strict")
        + (ignoringCase ? " case=ignored" : "");
  }

  @Override
  public String toString() {
    return identity();
  }

  private List<JournalRecord> recorded(CandidateList request) {
    return byMention.getOrDefault(fold(request.mention().text()), List.of());
  }

  private String fold(String text) {
    return ignoringCase ? text.toLowerCase(Locale.ROOT) : text;
  }

  /** Candidates in common count first, then spelling and context. */
  private static long closeness(JournalRecord item, CandidateList request) {
    Set<String> common = new HashSet<>(item.candidateIds());
    common.retainAll(new HashSet<>(request.ids()));
    int spelling = item.request().mention().text().equals(request.mention().text()) ? 2 : 0;
    var context = item.request().mention().context();
    int same = context != null && context.equals(request.mention().context()) ? 1 : 0;
    return 4L * common.size() + spelling + same;
  }

  private static TeacherAnswer answer(JournalRecord item, CandidateList request) {
    TeacherAnswer kept = item.answer();
    return kept.withRanking(restrict(item, request));
  }

  private static Ranking restrict(JournalRecord item, CandidateList request) {
    Outcome outcome = item.ranking().outcome();
    if (outcome instanceof Outcome.Abstained abstained) {
      return Ranking.abstained(request, abstained.reason());
    }
    Set<String> shown = new HashSet<>(item.candidateIds());
    long unseen = request.ids().stream().filter(id -> !shown.contains(id)).count();
    Map<String, Integer> places = request.places();
    List<Integer> ranked =
        item.ranking().ids().stream().filter(places::containsKey).map(places::get).toList();
    if (ranked.isEmpty()) {
      return Ranking.fellBack(request, "no candidate of the request was ranked in the record");
    }
    Ranking ranking =
        Ranking.byPlaces(request, ranked, unseen == 0 ? outcome : repaired(outcome, unseen));
    Double confidence = item.ranking().confidence();
    return confidence == null ? ranking : ranking.withConfidence(confidence);
  }

  private static Outcome repaired(Outcome outcome, long unseen) {
    String reason = "candidates not in the record left out: " + unseen;
    if (outcome instanceof Outcome.FellBack) {
      return new Outcome.FellBack(outcome.reason() + "; " + reason);
    }
    String before = outcome.reason().isEmpty() ? "" : outcome.reason() + "; ";
    return new Outcome.Repaired(before + reason);
  }

  private NonRetriableException missing(CandidateList request) {
    String mention = request.mention().text();
    List<JournalRecord> known = recorded(request);
    if (known.isEmpty()) {
      return new NonRetriableException(
          "the mention '"
              + mention
              + "' is not among the "
              + size()
              + " recorded answers"
              + (ignoringCase ? "" : "; case counts, see ignoringCase()"));
    }
    Set<String> common = new HashSet<>(known.get(0).candidateIds());
    common.retainAll(new HashSet<>(request.ids()));
    return new NonRetriableException(
        "the mention '"
            + mention
            + "' is recorded with other candidates: "
            + common.size()
            + " of the "
            + request.size()
            + " asked for are in the record, or their order differs; see lenient()");
  }

  private static Mention withoutId(JournalRecord item) {
    Mention mention = item.request().mention();
    return new Mention(mention.text(), mention.context(), null);
  }

  private static String teacher(JournalRecord item) {
    @Nullable String teacher = item.teacher();
    return teacher == null ? "an unnamed teacher" : "'" + teacher + "'";
  }

  private static String hash(List<JournalRecord> items) {
    Fingerprint hash = new Fingerprint();
    for (JournalRecord item : items) {
      hash.add(JournalRecord.key("", item.request()));
      hash.add(item.ranking().outcome().label());
      item.ranking().ids().forEach(hash::add);
    }
    return hash.hex();
  }
}
