package dev.rpdr.teacher.journal;

import dev.rpdr.CandidateList;
import dev.rpdr.Fingerprint;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it stands in a file.
 *
 * @param teacher the identity of the teacher that gave it, or null where the file does not say
 * @param answer the answer; its request holds the recorded candidates in their order
 */
record RecordedItem(@Nullable String teacher, TeacherAnswer answer) {
  Ranking ranking() {
    return answer.ranking();
  }

  CandidateList request() {
    return answer.ranking().request();
  }

  List<String> candidateIds() {
    return request().ids();
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
