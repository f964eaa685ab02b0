package dev.rpdr.teacher.journal;

import dev.rpdr.DataFormatException;
import dev.rpdr.teacher.journal.JournalFault.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a journal is sound: each line is a record, its ranking is closed over its candidates, its
 * key (the hash over teacher, prompt template, mention and candidates) fits what stands beside it,
 * no answer stands twice, and all answers are of the teacher that the header names or parts of its
 * answers.
 *
 * @param path the file
 * @param records how many lines are sound records
 * @param faults what is wrong, in the order of the lines
 */
public record JournalCheck(Path path, long records, List<JournalFault> faults) {
  public JournalCheck {
    Objects.requireNonNull(path, "path");
    faults = List.copyOf(faults);
  }

  /**
   * Checks a journal and changes nothing. All faults are found, not the first only.
   *
   * @throws DataFormatException if it is no journal at all
   * @throws dev.rpdr.NonRetriableException if it cannot be read
   */
  public static JournalCheck of(Path path) {
    Faults faults = new Faults();
    RecordedFile.visitJournal(path, faults);
    return new JournalCheck(path, faults.records, faults.found);
  }

  /** Whether nothing is wrong. */
  public boolean isSound() {
    return faults.isEmpty();
  }

  /** The result for people: each fault on a line of its own, then the sum. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (JournalFault fault : faults) {
      lines.add("line " + fault.line() + ": " + fault.kind() + ", " + fault.message());
    }
    lines.add(records + " sound records, " + faults.size() + " faults in " + path);
    return lines;
  }

  private static final class Faults implements RecordedFile.Visitor {
    private final List<JournalFault> found = new ArrayList<>();
    private final Map<String, Seen> seen = new HashMap<>();
    private @Nullable JournalScope scope;
    private long records;

    private record Seen(JournalRecord record, long number) {}

    @Override
    public void header(JournalHeader header) {
      scope = header.scope();
    }

    @Override
    public void fault(FaultyRecordException fault, long number) {
      add(number, fault.kind(), String.valueOf(fault.getMessage()));
    }

    @Override
    public void torn(Path path, long number) {
      add(number, Kind.TORN, "it is torn or was being written; opening the journal repairs it");
    }

    @Override
    public void record(JournalRecord record, String text, long number) {
      String teacher = record.teacher();
      if (teacher == null || !text.contains("\"key\"")) {
        add(number, Kind.KEY, "'teacher' or 'key' is missing");
        return;
      }
      int before = found.size();
      Seen earlier =
          seen.putIfAbsent(JournalRecord.key(teacher, record.request()), new Seen(record, number));
      if (earlier != null) {
        String where = "the answer for '" + record.ranking().mention().text() + "' on line ";
        if (earlier.record().agreesWith(record)) {
          add(number, Kind.DUPLICATE, where + earlier.number() + " stands here again");
        } else {
          add(number, Kind.CONFLICT, where + earlier.number() + " is another");
        }
      }
      checkTeacher(record.partOf() == null ? teacher : record.partOf(), number);
      records += found.size() == before ? 1 : 0;
    }

    private void checkTeacher(String teacher, long number) {
      if (scope != null) {
        List<String> differences = scope.differences(new JournalScope(teacher, null));
        if (!differences.isEmpty()) {
          add(
              number,
              Kind.OTHER_TEACHER,
              String.join("; ", differences).replace("in this run", "on this line"));
        }
      }
    }

    private void add(long number, Kind kind, String message) {
      found.add(new JournalFault(number, kind, message));
    }
  }
}
