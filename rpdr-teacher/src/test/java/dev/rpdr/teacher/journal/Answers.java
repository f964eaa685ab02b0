package dev.rpdr.teacher.journal;

import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.Requests;
import dev.rpdr.teacher.Reversed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/** Teachers and journals for tests. */
final class Answers {
  static final String MODEL = "model=m template=t1 top=all";

  private Answers() {}

  /** Ranks in reverse and says all that an answer can say. */
  static TeacherLlm reversing(String identity) {
    return teacher(
        identity,
        request ->
            new TeacherAnswer(
                Reversed.of(request).withConfidence(0.75),
                "B > A",
                "m-2026",
                new TeacherAnswer.Usage(100, 10),
                "stop",
                Duration.ofMillis(40)));
  }

  static TeacherLlm teacher(String identity, Function<CandidateList, TeacherAnswer> answer) {
    return new TeacherLlm() {
      @Override
      public TeacherAnswer rank(CandidateList request) {
        return answer.apply(request);
      }

      @Override
      public String identity() {
        return identity;
      }
    };
  }

  /** Keeps the order of the request. */
  static TeacherLlm keeping(String identity) {
    return TeacherLlm.of(identity, Ranking::asRetrieved);
  }

  static CandidateList request(String mention) {
    return Requests.of(mention, "Nausea", "呕吐");
  }

  /** A journal of this teacher's answers to these mentions. */
  static Path journal(Path path, TeacherLlm teacher, String... mentions) {
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(teacher);
      for (String mention : mentions) {
        journaling.rank(request(mention));
      }
    }
    return path;
  }
}
