package dev.rpdr.teacher.journal;

import java.nio.file.Path;
import java.util.List;

/** Something in which journals contradict each other. */
public sealed interface JournalConflict {
  /** What contradicts what, for people. */
  String message();

  /**
   * Two journals belong to different runs.
   *
   * @param first one journal
   * @param second the other
   * @param differences what differs: model, template, settings, knowledge base
   */
  record Headers(Path first, Path second, List<String> differences) implements JournalConflict {
    public Headers {
      differences = List.copyOf(differences);
    }

    @Override
    public String message() {
      return first
          + " and "
          + second
          + " belong to different runs: "
          + String.join("; ", differences)
              .replace("in the journal", "in the first")
              .replace("in this run", "in the second");
    }
  }

  /**
   * The same teacher answered the same request twice and differently.
   *
   * @param mention the mention's text
   * @param first the journal of one answer
   * @param firstLine its line, counted from 1
   * @param second the journal of the other, maybe the same
   * @param secondLine its line, counted from 1
   */
  record Answers(String mention, Path first, long firstLine, Path second, long secondLine)
      implements JournalConflict {
    @Override
    public String message() {
      return "two different answers for '"
          + mention
          + "': "
          + first
          + ", line "
          + firstLine
          + ", and "
          + second
          + ", line "
          + secondLine;
    }
  }
}
