package dev.rpdr.teacher.journal;

import dev.rpdr.DataFormatException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a journal holds.
 *
 * @param path the file
 * @param header its first line
 * @param records how many answers there are, parts of others left out
 * @param parts how many answers are parts of others
 * @param teachers from each teacher's identity to how many answers it gave
 * @param models from each model or snapshot that says it answered to how often
 * @param outcomes from each outcome's label to how many answers have it, parts left out
 * @param reasons from each reason of an outcome to how many answers have it, parts left out
 * @param tokens what was spent, as far as known
 * @param latency how long answers took, or null where unknown
 * @param first when the first answer was written, or null where unknown
 * @param last when the last answer was written, or null where unknown
 * @param torn whether the last line is torn or was still being written
 */
public record JournalSummary(
    Path path,
    JournalHeader header,
    long records,
    long parts,
    SortedMap<String, Long> teachers,
    SortedMap<String, Long> models,
    SortedMap<String, Long> outcomes,
    SortedMap<String, Long> reasons,
    Tokens tokens,
    @Nullable Latency latency,
    @Nullable Instant first,
    @Nullable Instant last,
    boolean torn) {
  public JournalSummary {
    teachers = copy(teachers);
    models = copy(models);
    outcomes = copy(outcomes);
    reasons = copy(reasons);
  }

  /**
   * Tokens spent.
   *
   * @param input tokens of all prompts, ≥ 0
   * @param output tokens of all answers, ≥ 0
   * @param answers how many answers say what they cost
   */
  public record Tokens(long input, long output, long answers) {}

  /**
   * How long answers took.
   *
   * @param median half of them took no longer
   * @param percentile95 95 % of them took no longer
   * @param longest none took longer
   */
  public record Latency(Duration median, Duration percentile95, Duration longest) {
    static @Nullable Latency of(List<Duration> latencies) {
      if (latencies.isEmpty()) {
        return null;
      }
      List<Duration> sorted = new ArrayList<>(latencies);
      Collections.sort(sorted);
      return new Latency(at(sorted, 0.5), at(sorted, 0.95), at(sorted, 1));
    }

    private static Duration at(List<Duration> sorted, double share) {
      return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }
  }

  /**
   * Reads a journal, even while it is written.
   *
   * @throws DataFormatException if it is no journal, or damaged otherwise than by a torn tail
   * @throws dev.rpdr.NonRetriableException if it cannot be read
   */
  public static JournalSummary of(Path path) {
    JournalTally tally = new JournalTally();
    RecordedFile.visitJournal(path, tally);
    return tally.summary(path);
  }

  /** The summary for people, one fact a line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    JournalScope scope = header.scope();
    lines.add("journal         " + path + " (format " + header.version() + ")");
    add(lines, "created         ", header.created());
    add(lines, "model           ", scope.model());
    add(lines, "template        ", scope.template());
    add(lines, "settings        ", scope.settings());
    add(lines, "knowledge base  ", scope.knowledgeBase());
    lines.add(
        "answers         " + records + (parts == 0 ? "" : " and " + parts + " parts of them"));
    outcomes.forEach((outcome, n) -> lines.add("  " + outcome + " " + n));
    reasons.forEach((reason, n) -> lines.add("    " + reason + " " + n));
    teachers.forEach((teacher, n) -> lines.add("teacher         " + teacher + ": " + n));
    models.forEach((model, n) -> lines.add("answered by     " + model + ": " + n));
    lines.add(
        "tokens          "
            + tokens.input()
            + " in, "
            + tokens.output()
            + " out ("
            + tokens.answers()
            + " answers say)");
    if (latency != null) {
      lines.add(
          "latency         "
              + latency.median().toMillis()
              + " ms median, "
              + latency.percentile95().toMillis()
              + " ms 95 %, "
              + latency.longest().toMillis()
              + " ms longest");
    }
    if (first != null && last != null) {
      lines.add("written         " + first + " to " + last);
    }
    if (torn) {
      lines.add("The last line is torn or being written; opening the journal repairs it.");
    }
    return lines;
  }

  private static void add(List<String> lines, String name, @Nullable Object value) {
    if (value != null && !value.toString().isEmpty()) {
      lines.add(name + value);
    }
  }

  private static SortedMap<String, Long> copy(Map<String, Long> counts) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(counts));
  }
}
