package dev.rpdr.examples;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Retriever;
import dev.rpdr.TeacherLlm;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An application that codes a patient's problem list with a teacher directly, say while no student
 * is trained yet. See its test for how the teacher is mocked.
 */
public final class ProblemListCoder {
  private static final int CANDIDATES = 10;

  private final Retriever retriever;
  private final TeacherLlm teacher;

  /** A coder. */
  public ProblemListCoder(Retriever retriever, TeacherLlm teacher) {
    this.retriever = Objects.requireNonNull(retriever, "retriever");
    this.teacher = Objects.requireNonNull(teacher, "teacher");
  }

  /** The code of each problem, or nothing where no candidate fits. */
  public List<Optional<String>> code(List<String> problems) {
    List<CandidateList> requests =
        retriever.retrieveAll(problems.stream().map(Mention::of).toList(), CANDIDATES);
    return teacher.rankAll(requests).stream()
        .map(answer -> answer.ranking().best().map(Entity::id))
        .toList();
  }
}
