package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.TrainingSet;
import dev.rpdr.retriever.LexicalSimilarity;
import dev.rpdr.retriever.TextAnalysis;
import dev.rpdr.testkit.StudentRerankerContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Students without an encoder promise what all students promise. */
class LightStudentContractTest {
  private static final TextAnalysis ANALYSIS = TextAnalysis.charWordBoundary(2, 3);

  interface Contract extends StudentRerankerContract {
    @Override
    default StudentReranker openStudent() {
      return student();
    }

    @Override
    default boolean refusesAfterClose() {
      return false;
    }
  }

  @Nested
  class Spelling implements Contract {
    @Override
    public StudentReranker student() {
      return LexicalStudent.of(
          LexicalSimilarity.of(
              KnowledgeBase.of(List.of(Entity.of("1", "Heart attack"), Entity.of("2", "Cough"))),
              ANALYSIS));
    }
  }

  @Nested
  class Prior implements Contract {
    @Override
    public StudentReranker student() {
      CandidateList request = requests().get(0);
      Ranking ranking = Ranking.byScore(request, new double[request.size()]);
      return PriorStudent.of(EntityPrior.of(TrainingSet.of(List.of(ranking), "a teacher")));
    }
  }

  @Nested
  class Edits implements Contract {
    @Override
    public StudentReranker student() {
      return EditStudent.of(
          ANALYSIS, Map.of("=ca", 1.5, "+at", -.5, "-he", .25, EditFeatures.SHARE_OF_NAME, 2.0));
    }
  }

  @Nested
  class Fused implements StudentRerankerContract {
    @TempDir Path folder;

    @Override
    public StudentReranker student() {
      return FusedStudent.of(
          List.of(new Edits().student(), new Prior().student()), new Fusion(List.of(1.0, .5), .1));
    }

    @Override
    public StudentReranker openStudent() {
      Path saved = folder.resolve("student-" + System.nanoTime());
      FusedStudent.save(
          saved,
          List.of(),
          List.of((LightStudent) new Edits().student(), (LightStudent) new Prior().student()),
          new Fusion(List.of(1.0, .5), .1),
          null);
      return Students.open(saved);
    }

    @Override
    public boolean refusesAfterClose() {
      return false;
    }
  }
}
