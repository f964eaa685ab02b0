package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.StudentReranker;
import java.nio.file.Path;
import java.util.List;

/** A program that opens students and lets them rank, as an application without training does. */
public final class OpenStudents {
  private OpenStudents() {}

  /** Opens the student of each folder; fails where a class of the training engine is there. */
  public static void main(String[] folders) {
    CandidateList request =
        CandidateList.of(
            Mention.of("pink eye"),
            List.of(Entity.of("1", "cataract"), Entity.of("2", "conjunctivitis")));
    for (String folder : folders) {
      try (StudentReranker student = Students.open(Path.of(folder))) {
        System.out.println(
            student.provenance().facts().get("student.kind")
                + " ranked "
                + student.rerank(request).ids().size());
      }
    }
    try {
      Class.forName("ai.djl.pytorch.engine.PtEngine");
      throw new IllegalStateException("the training engine is on the class path");
    } catch (ClassNotFoundException e) {
      System.out.println("no training engine");
    }
  }
}
