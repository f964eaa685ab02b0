package dev.rpdr.teacher.journal;

import dev.rpdr.TeacherAnswer;
import dev.rpdr.teacher.OutcomeCounter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what a journal holds. Not thread-safe. */
final class JournalTally implements RecordedFile.Visitor {
  private @Nullable JournalHeader header;
  private long records;
  private long parts;
  private final SortedMap<String, Long> teachers = new TreeMap<>();
  private final SortedMap<String, Long> models = new TreeMap<>();
  private final OutcomeCounter outcomes = new OutcomeCounter();
  private final List<Duration> latencies = new ArrayList<>();
  private JournalSummary.Tokens tokens = new JournalSummary.Tokens(0, 0, 0);
  private @Nullable Instant first;
  private @Nullable Instant last;
  private boolean torn;

  @Override
  public void header(JournalHeader read) {
    header = read;
  }

  @Override
  public void torn(Path path, long number) {
    torn = true;
  }

  @Override
  public void record(JournalRecord record, String text, long number) {
    TeacherAnswer answer = record.answer();
    String teacher = String.valueOf(record.teacher());
    if (record.partOf() == null) {
      records++;
      outcomes.count(record.ranking());
    } else {
      parts++;
    }
    teachers.merge(teacher, 1L, Long::sum);
    if (answer.model() != null) {
      models.merge(answer.model(), 1L, Long::sum);
    }
    if (answer.latency() != null) {
      latencies.add(answer.latency());
    }
    if (answer.usage() != null) {
      tokens =
          new JournalSummary.Tokens(
              tokens.input() + answer.usage().inputTokens(),
              tokens.output() + answer.usage().outputTokens(),
              tokens.answers() + 1);
    }
    if (record.time() != null) {
      first = first == null || record.time().isBefore(first) ? record.time() : first;
      last = last == null || record.time().isAfter(last) ? record.time() : last;
    }
  }

  JournalSummary summary(Path path) {
    return new JournalSummary(
        path,
        Objects.requireNonNull(header, "a journal has a header"),
        records,
        parts,
        teachers,
        models,
        outcomes.outcomes(),
        outcomes.reasons(),
        tokens,
        JournalSummary.Latency.of(latencies),
        first,
        last,
        torn);
  }
}
