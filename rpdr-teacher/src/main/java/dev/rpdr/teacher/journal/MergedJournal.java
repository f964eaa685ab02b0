package dev.rpdr.teacher.journal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of a merge.
 *
 * @param path the new journal
 * @param written how many answers it holds
 * @param repeats how many equal answers were left out
 * @param conflicts where the journals contradicted each other, settled by the rule of the merge
 */
public record MergedJournal(
    Path path, long written, long repeats, List<JournalConflict> conflicts) {
  public MergedJournal {
    conflicts = List.copyOf(conflicts);
  }

  /** The result for people: each conflict on a line of its own, then the sum. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    conflicts.forEach(conflict -> lines.add(conflict.message()));
    lines.add(
        written
            + " answers in "
            + path
            + ", "
            + repeats
            + " repeats left out, "
            + conflicts.size()
            + " conflicts");
    return lines;
  }
}
