package dev.rpdr.teacher.journal;

import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.Requests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A journal in a folder of its own, and a teacher whose questions are counted. */
abstract class JournalFixture {
  private static final TeacherAnswer.Usage USAGE = new TeacherAnswer.Usage(12, 3);

  @TempDir Path folder;
  Path path;
  final AtomicInteger asked = new AtomicInteger();

  @BeforeEach
  void name() {
    path = folder.resolve("journal.jsonl");
  }

  /** Ranks in reverse, and counts. */
  TeacherLlm teacher(String identity) {
    return new TeacherLlm() {
      @Override
      public TeacherAnswer rank(CandidateList request) {
        asked.incrementAndGet();
        List<Integer> places = new ArrayList<>();
        for (int i = request.size() - 1; i >= 0; i--) {
          places.add(i);
        }
        Ranking ranking = Ranking.byPlaces(request, places, new Outcome.Repaired("prose ignored"));
        return new TeacherAnswer(ranking, "raw \"text\"\n\u2028 \ud83d\ude00", "m-2026", USAGE);
      }

      @Override
      public String identity() {
        return identity;
      }
    };
  }

  static CandidateList request(int number) {
    return Requests.of("mention " + number, "Nausea", "呕吐");
  }

  void write(int answers) {
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(teacher("t"));
      for (int i = 0; i < answers; i++) {
        journaling.rank(request(i));
      }
    }
  }
}
