package dev.rpdr.teacher.journal;

import dev.rpdr.KnowledgeBase;
import dev.rpdr.TeacherLlm;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What the answers of a journal belong to. A teacher's identity is read as words: {@code
 * model=NAME} and {@code template=HASH} are its model and its prompt template, all other words its
 * settings.
 *
 * @param teacher the identity of the teacher, or null where unknown
 * @param knowledgeBase the fingerprint of the knowledge base that the candidates come from, or null
 *     where unknown
 */
public record JournalScope(@Nullable String teacher, @Nullable String knowledgeBase) {
  /** Nothing is known, so that everything fits. */
  public static final JournalScope UNKNOWN = new JournalScope(null, null);

  private static final String MODEL = "model=";
  private static final String TEMPLATE = "template=";

  /** Any knowledge base, and this teacher. */
  public static JournalScope of(TeacherLlm teacher) {
    return new JournalScope(teacher.identity(), null);
  }

  /** This teacher and this knowledge base. */
  public static JournalScope of(TeacherLlm teacher, KnowledgeBase knowledgeBase) {
    return new JournalScope(teacher.identity(), knowledgeBase.fingerprint());
  }

  /** The teacher's model, or null where its identity names none. */
  public @Nullable String model() {
    return word(MODEL);
  }

  /** The hash of the teacher's prompt template, or null where its identity names none. */
  public @Nullable String template() {
    return word(TEMPLATE);
  }

  /** What else the teacher's identity says, such as {@code top=10 temperature=0.0}. */
  public @Nullable String settings() {
    if (teacher == null) {
      return null;
    }
    StringJoiner rest = new StringJoiner(" ");
    for (String word : teacher.split(" ", -1)) {
      if (!word.startsWith(MODEL) && !word.startsWith(TEMPLATE)) {
        rest.add(word);
      }
    }
    return rest.toString();
  }

  /**
   * What differs between this scope, a journal's, and that of a run, by name: {@code model}, {@code
   * template}, {@code settings}, {@code knowledge base}. What one of them does not know does not
   * differ.
   */
  public List<String> differences(JournalScope run) {
    List<String> differences = new ArrayList<>();
    compare("model", model(), run.model(), differences);
    compare("template", template(), run.template(), differences);
    compare("settings", settings(), run.settings(), differences);
    compare("knowledge base", knowledgeBase, run.knowledgeBase, differences);
    return differences;
  }

  /** What both know and agree on, or only one of them knows. */
  JournalScope and(JournalScope other) {
    return new JournalScope(
        agreed(teacher, other.teacher), agreed(knowledgeBase, other.knowledgeBase));
  }

  private static @Nullable String agreed(@Nullable String one, @Nullable String other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.equals(other) ? one : null;
  }

  private static void compare(
      String name, @Nullable String here, @Nullable String there, List<String> differences) {
    if (here != null && there != null && !Objects.equals(here, there)) {
      differences.add(name + ": '" + here + "' in the journal, '" + there + "' in this run");
    }
  }

  private @Nullable String word(String prefix) {
    if (teacher != null) {
      for (String word : teacher.split(" ", -1)) {
        if (word.startsWith(prefix)) {
          return word.substring(prefix.length());
        }
      }
    }
    return null;
  }
}
