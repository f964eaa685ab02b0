package dev.rpdr.distill.noise;

import dev.rpdr.CandidateList;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.StudentTrainer;
import dev.rpdr.TrainingSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Trains students that know nothing but which entities are first choices: a candidate scores how
 * often it was one, for mentions of the same first letter. Remembers what it was taught.
 */
final class CountingTrainer implements StudentTrainer {
  final List<TrainingSet> taught = new ArrayList<>();
  int closed;

  @Override
  public StudentReranker train(TrainingSet set, Path folder, ProgressListener progress) {
    taught.add(set);
    progress.onProgress("train", 1, 1, folder.getFileName().toString());
    return new StudentReranker() {
      @Override
      public Ranking rerank(CandidateList request) {
        double[] scores = new double[request.size()];
        for (int i = 0; i < scores.length; i++) {
          String id = request.candidates().get(i).id();
          scores[i] =
              set.rankings().stream()
                  .filter(one -> letter(one.request()) == letter(request))
                  .filter(one -> one.ids().get(0).equals(id))
                  .count();
        }
        return Ranking.byScore(request, scores);
      }

      @Override
      public Provenance provenance() {
        return Provenance.none().with("student.sha256", "counted");
      }

      @Override
      public void close() {
        closed++;
      }
    };
  }

  private static char letter(CandidateList request) {
    return request.mention().text().strip().toLowerCase(Locale.ROOT).charAt(0);
  }
}
