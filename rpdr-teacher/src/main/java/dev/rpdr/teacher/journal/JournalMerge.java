package dev.rpdr.teacher.journal;

import dev.rpdr.DataFormatException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes one journal of several. */
public final class JournalMerge {
  private final ConflictRule rule;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final List<JournalConflict> conflicts = new ArrayList<>();
  private @Nullable JournalHeader header;
  private @Nullable Path headerOf;
  private long repeats;

  private record Entry(JournalRecord record, String text, Path path, long number) {}

  private JournalMerge(ConflictRule rule) {
    this.rule = rule;
  }

  /**
   * Writes a journal that holds the answers of all. Lines are taken over as they are, in the order
   * of the journals; the header names what all that know agree on, and the earliest creation.
   *
   * @param journals one or more, each sound but for a torn tail, which is left out
   * @param target the new journal; it must not exist, its folder must
   * @param rule what happens where they contradict each other
   * @throws JournalConflictException if they do and the rule is {@link ConflictRule#REFUSE}
   * @throws DataFormatException if one is no journal or damaged
   * @throws dev.rpdr.NonRetriableException if one cannot be read or the target not be written
   */
  public static MergedJournal merge(List<Path> journals, Path target, ConflictRule rule) {
    if (journals.isEmpty()) {
      throw new IllegalArgumentException("at least one journal is needed");
    }
    NewFile.requireAbsent(target);
    JournalMerge merge = new JournalMerge(Objects.requireNonNull(rule, "rule"));
    journals.forEach(merge::read);
    return merge.write(target);
  }

  private void read(Path path) {
    RecordedFile.visitJournal(
        path,
        new RecordedFile.Visitor() {
          @Override
          public void header(JournalHeader read) {
            join(path, read);
          }

          @Override
          public void record(JournalRecord record, String text, long number) {
            if (record.teacher() == null) {
              throw new DataFormatException(path + ", line " + number + ": 'teacher' is missing");
            }
            add(
                JournalRecord.key(record.teacher(), record.request()),
                new Entry(record, text, path, number));
          }
        });
  }

  private void join(Path path, JournalHeader read) {
    if (header == null || headerOf == null) {
      header = read;
      headerOf = path;
      return;
    }
    List<String> differences = header.scope().differences(read.scope());
    if (!differences.isEmpty()) {
      conflicts.add(new JournalConflict.Headers(headerOf, path, differences));
    }
    header =
        new JournalHeader(
            RecordWriter.VERSION,
            earlier(header.created(), read.created()),
            header.scope().and(read.scope()));
  }

  private void add(String key, Entry entry) {
    Entry before = entries.putIfAbsent(key, entry);
    if (before == null) {
      return;
    }
    if (before.record().agreesWith(entry.record())) {
      repeats++;
      return;
    }
    conflicts.add(
        new JournalConflict.Answers(
            entry.record().ranking().mention().text(),
            before.path(),
            before.number(),
            entry.path(),
            entry.number()));
    Instant time = before.record().time();
    Instant other = entry.record().time();
    boolean later = time == null || other == null || !other.isBefore(time);
    if (rule == ConflictRule.KEEP_LATEST && later) {
      entries.put(key, entry);
    }
  }

  private MergedJournal write(Path target) {
    if (rule == ConflictRule.REFUSE && !conflicts.isEmpty()) {
      throw new JournalConflictException(conflicts);
    }
    JournalHeader merged = Objects.requireNonNull(header, "a journal has a header");
    NewFile.write(
        target,
        writer -> {
          writer.write(RecordWriter.write(merged) + "\n");
          for (Entry entry : entries.values()) {
            writer.write(entry.text() + "\n");
          }
        });
    return new MergedJournal(target, entries.size(), repeats, conflicts);
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }
}
