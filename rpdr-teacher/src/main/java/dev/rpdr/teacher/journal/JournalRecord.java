package dev.rpdr.teacher.journal;

import dev.rpdr.CandidateList;
import dev.rpdr.Fingerprint;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it stands in a file.
 *
 * @param teacher the identity of the teacher that gave it, or null where the file does not say
 * @param partOf the identity of the teacher that asked for it to make its own answer of several, or
 *     null where it is an answer of its own
 * @param answer the answer; its request holds the recorded candidates in their order
 * @param time when it was written, or null where unknown
 */
public record JournalRecord(
    @Nullable String teacher,
    @Nullable String partOf,
    TeacherAnswer answer,
    @Nullable Instant time) {
  public JournalRecord {
    Objects.requireNonNull(answer, "answer");
  }

  /** The ranking that was understood. */
  public Ranking ranking() {
    return answer.ranking();
  }

  /** What was asked. */
  public CandidateList request() {
    return answer.ranking().request();
  }

  List<String> candidateIds() {
    return request().ids();
  }

  /** Whether two records say the same, whenever they were written and however long it took. */
  boolean agreesWith(JournalRecord other) {
    return ranking().ids().equals(other.ranking().ids())
        && ranking().outcome().equals(other.ranking().outcome())
        && Objects.equals(ranking().confidence(), other.ranking().confidence())
        && Objects.equals(answer.rawText(), other.answer.rawText());
  }

  /**
   * The key of an answer: a SHA-256 over the teacher's identity, the mention's text and context,
   * and the candidates' ids and names in order.
   */
  static String key(String teacher, CandidateList request) {
    Fingerprint hash = new Fingerprint().add("rpdr-journal/1").add(teacher);
    hash.add(request.mention().text());
    var context = request.mention().context();
    if (context != null) {
      hash.add("context").add(context.text()).add(context.start() + ":" + context.end());
    }
    hash.add("candidates");
    for (var candidate : request.candidates()) {
      hash.add(candidate.id()).add(candidate.entity().name());
    }
    return hash.hex();
  }
}
