package dev.rpdr.testkit;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Plays back what a real teacher once answered, so that a test needs neither network nor money:
 * recorded against the real one once, replayed for ever. The file belongs under version control,
 * beside the test.
 *
 * <pre>{@code
 * CassetteTeacher teacher =
 *     CassetteTeacher.recordOnce(Path.of("src/test/cassettes/eye.jsonl"), () -> realTeacher());
 * }</pre>
 *
 * <p>A strict cassette, the default, answers a request that equals a recorded one: mention,
 * context, ids and names of the candidates in their order. A {@linkplain #lenient() lenient} one
 * answers whenever it knows the mention (ignoring case and white space at the ends) and ranked at
 * least one of the candidates; what was not ranked then is not ranked now, and the outcome says so.
 * Of several answers to one mention it plays the one with most candidates in common.
 *
 * <p>Not to be confused with a journal, which belongs to a run and keeps what was paid for; a
 * cassette belongs to a test. Thread-safe; failures of the real teacher are not recorded.
 *
 * <p><b>The file</b> is UTF-8, JSON lines. The first: {@code format} ({@code "rpdr-cassette"}),
 * {@code version} (1), {@code teacher} (the identity of who answered). Each further line: {@code
 * mention}, {@code context} (absent, or {@code text}, {@code start}, {@code end} in UTF-16 units),
 * {@code candidates} ({@code id}, {@code name}, in order), {@code ranking} (ids, best first),
 * {@code scores} (one for each of {@code ranking}), {@code outcome} and {@code reason} (see {@link
 * Outcome#label()}), and where known {@code raw}, {@code model}, {@code input-tokens}, {@code
 * output-tokens}, {@code finish} (why the model stopped) and {@code latency-ms}.
 */
public final class CassetteTeacher implements TeacherLlm {
  private final CassetteFile file;
  private final @Nullable TeacherLlm real;
  private final boolean lenient;
  private final Map<String, TeacherAnswer> answers;

  private CassetteTeacher(
      CassetteFile file,
      @Nullable TeacherLlm real,
      boolean lenient,
      Map<String, TeacherAnswer> answers) {
    this.file = file;
    this.real = real;
    this.lenient = lenient;
    this.answers = answers;
  }

  /**
   * Plays back a cassette and asks nobody.
   *
   * @throws DataFormatException if the file is no cassette, naming the line
   * @throws NonRetriableException if there is no such file
   */
  public static CassetteTeacher replay(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new NonRetriableException(
          "there is no cassette "
              + path
              + "; record it once with CassetteTeacher.recordOnce(path, real teacher)");
    }
    return new CassetteTeacher(new CassetteFile(path), null, false, read(path));
  }

  /**
   * Plays back the cassette if there is one; otherwise asks the real teacher and records. To record
   * anew, delete the file.
   *
   * @param path the file; its folder must exist
   * @param real called only if there is no such file
   */
  public static CassetteTeacher recordOnce(Path path, Supplier<? extends TeacherLlm> real) {
    return Files.isRegularFile(path) ? replay(path) : recording(path, real.get());
  }

  /**
   * Plays back what the cassette holds, and asks the real teacher for what it does not, recording
   * it: for a test that has grown.
   *
   * @param path the file, begun where there is none; its folder must exist
   * @throws IllegalArgumentException if the cassette was recorded with another teacher
   */
  public static CassetteTeacher recording(Path path, TeacherLlm real) {
    CassetteFile file = new CassetteFile(path);
    if (!Files.isRegularFile(path)) {
      file.begin(real.identity());
    } else if (!file.identity().equals(real.identity())) {
      throw new IllegalArgumentException(
          "the cassette "
              + path
              + " was recorded with '"
              + file.identity()
              + "', not with '"
              + real.identity()
              + "'; delete it to record anew");
    }
    return new CassetteTeacher(file, real, false, read(path));
  }

  /** This cassette, answering whenever it knows the mention. */
  public CassetteTeacher lenient() {
    return new CassetteTeacher(file, real, true, answers);
  }

  /**
   * {@inheritDoc}
   *
   * @throws NonRetriableException if the answer is not recorded and there is no real teacher; the
   *     message names the request and the nearest one that is recorded
   */
  @Override
  public TeacherAnswer rank(CandidateList request) {
    Objects.requireNonNull(request, "request");
    if (request.size() == 0) {
      return TeacherAnswer.of(Ranking.fellBack(request, "no candidates to rank"));
    }
    synchronized (answers) {
      TeacherAnswer kept = find(request);
      if (kept != null) {
        return kept;
      }
    }
    if (real == null) {
      throw missing(request);
    }
    TeacherAnswer answer = real.rank(request);
    synchronized (answers) {
      if (answers.putIfAbsent(key(request), answer) == null) {
        file.append(answer);
      }
    }
    return answer;
  }

  /** That of the teacher that was recorded. */
  @Override
  public String identity() {
    return file.identity();
  }

  /** How many answers the cassette holds. */
  public int size() {
    synchronized (answers) {
      return answers.size();
    }
  }

  @Override
  public String toString() {
    return "CassetteTeacher[" + file.path() + ", " + size() + " answers]";
  }

  private @Nullable TeacherAnswer find(CandidateList request) {
    TeacherAnswer exact = answers.get(key(request));
    if (exact != null || !lenient) {
      return exact == null ? null : restricted(exact, request);
    }
    TeacherAnswer best = null;
    for (TeacherAnswer answer : answers.values()) {
      Nearness nearness = Nearness.of(answer, request);
      boolean fits = nearness.sameMention() && ranksAny(answer, request);
      if (fits && (best == null || nearness.compareTo(Nearness.of(best, request)) > 0)) {
        best = answer;
      }
    }
    return best == null ? null : restricted(best, request);
  }

  private static boolean ranksAny(TeacherAnswer answer, CandidateList request) {
    return answer.ranking().candidates().isEmpty()
        || answer.ranking().ids().stream().anyMatch(request.places()::containsKey);
  }

  /** The recorded order of those candidates that are asked for, on the caller's own request. */
  private static TeacherAnswer restricted(TeacherAnswer answer, CandidateList request) {
    Ranking kept = answer.ranking();
    if (kept.request().equals(request)) {
      return answer;
    }
    Map<String, Integer> places = request.places();
    List<Candidate> order = new ArrayList<>();
    for (Candidate candidate : kept.candidates()) {
      Integer place = places.get(candidate.id());
      if (place != null) {
        order.add(new Candidate(request.entity(place), candidate.score()));
      }
    }
    Set<String> shown = Set.copyOf(kept.request().ids());
    long unseen = request.ids().stream().filter(id -> !shown.contains(id)).count();
    Outcome outcome = unseen == 0 ? kept.outcome() : partly(kept.outcome(), unseen);
    return answer.withRanking(new Ranking(request, order, outcome));
  }

  private static Outcome partly(Outcome outcome, long unseen) {
    if (outcome instanceof Outcome.Abstained) {
      return outcome;
    }
    String before = outcome.reason().isEmpty() ? "" : outcome.reason() + "; ";
    String reason = before + "candidates not on the cassette left out: " + unseen;
    return outcome instanceof Outcome.FellBack
        ? new Outcome.FellBack(reason)
        : new Outcome.Repaired(reason);
  }

  private NonRetriableException missing(CandidateList request) {
    StringBuilder message = new StringBuilder("the cassette ").append(file.path());
    message.append(" holds no answer to ").append(describe(request)).append("; ");
    TeacherAnswer nearest = null;
    List<TeacherAnswer> all;
    synchronized (answers) {
      all = List.copyOf(answers.values());
    }
    for (TeacherAnswer answer : all) {
      if (nearest == null
          || Nearness.of(answer, request).compareTo(Nearness.of(nearest, request)) > 0) {
        nearest = answer;
      }
    }
    if (nearest == null) {
      message.append("it is empty");
    } else {
      message
          .append("the nearest of its ")
          .append(all.size())
          .append(" is the one to ")
          .append(describe(nearest.ranking().request()))
          .append(" (")
          .append(Nearness.of(nearest, request).common())
          .append(" in common)");
    }
    message.append(". Record it with CassetteTeacher.recording(path, real teacher)");
    return new NonRetriableException(
        message.append(lenient ? "" : ", or match by mention with lenient()").toString());
  }

  private static String describe(CandidateList request) {
    String ids = request.ids().stream().limit(5).collect(Collectors.joining(", "));
    return "'"
        + request.mention().text()
        + "'"
        + (request.mention().context() == null ? "" : " in its context")
        + " with "
        + request.size()
        + " candidates ["
        + ids
        + (request.size() > 5 ? ", …]" : "]");
  }

  private static Map<String, TeacherAnswer> read(Path path) {
    Map<String, TeacherAnswer> answers = new LinkedHashMap<>();
    for (TeacherAnswer answer : new CassetteFile(path).read()) {
      answers.put(key(answer.ranking().request()), answer);
    }
    return answers;
  }

  private static String key(CandidateList request) {
    List<String> parts = new ArrayList<>();
    parts.add(request.mention().text());
    parts.add(String.valueOf(request.mention().context()));
    request.candidates().forEach(c -> parts.add(c.id() + "\t" + c.entity().name()));
    return String.join("\n", parts);
  }
}
