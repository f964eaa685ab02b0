package dev.rpdr.teacher.journal;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.rpdr.Candidate;
import dev.rpdr.DataFormatException;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answers of a journal for other programs; those that are parts of others are left out.
 * A target that exists is not overwritten.
 */
public final class JournalExport {
  private static final CsvMapper CSV =
      CsvMapper.builder().enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING).build();
  private static final CsvSchema COLUMNS =
      CsvSchema.builder()
          .addColumns(
              List.of(
                  "id",
                  "mention",
                  "rank",
                  "entity",
                  "name",
                  "score",
                  "confidence",
                  "outcome",
                  "reason",
                  "model",
                  "time"),
              CsvSchema.ColumnType.STRING)
          .build()
          .withHeader();

  private JournalExport() {}

  /**
   * Writes JSON lines that {@link RecordedTeacher} reads: {@code id}, {@code mention}, {@code
   * context}, {@code candidates}, {@code ranking}, {@code scores}, {@code confidence}, {@code
   * outcome} and {@code reason} as in a journal, without teacher, raw answer and costs.
   *
   * @return how many answers were written
   * @throws DataFormatException if the file is no journal or damaged
   * @throws dev.rpdr.NonRetriableException if it cannot be read or the target not be written
   */
  public static long toJsonLines(Path journal, Path target) {
    List<JournalRecord> records = records(journal);
    NewFile.write(
        target,
        writer -> {
          for (JournalRecord record : records) {
            writer.write(RecordWriter.write(record.ranking()) + "\n");
          }
        });
    return records.size();
  }

  /**
   * Writes comma-separated values with a header line, one line a ranked entity: {@code id} and
   * {@code mention}, {@code rank} from 1, {@code entity} (its id), {@code name}, {@code score},
   * {@code confidence}, {@code outcome}, {@code reason}, {@code model}, {@code time}. A mention
   * whose ranking is empty has one line without entity.
   *
   * @return how many answers were written
   * @throws DataFormatException if the file is no journal or damaged
   * @throws dev.rpdr.NonRetriableException if it cannot be read or the target not be written
   */
  public static long toCsv(Path journal, Path target) {
    List<JournalRecord> records = records(journal);
    ObjectWriter csv = CSV.writer(COLUMNS);
    NewFile.write(
        target,
        writer -> {
          try (SequenceWriter rows = csv.writeValues(writer)) {
            records.forEach(record -> writeRows(rows, record));
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
        });
    return records.size();
  }

  private static void writeRows(SequenceWriter rows, JournalRecord record) {
    Ranking ranking = record.ranking();
    try {
      if (ranking.candidates().isEmpty()) {
        rows.write(row(record, 0, null));
      }
      for (int i = 0; i < ranking.candidates().size(); i++) {
        rows.write(row(record, i + 1, ranking.candidates().get(i)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String[] row(JournalRecord record, int rank, @Nullable Candidate candidate) {
    Ranking ranking = record.ranking();
    TeacherAnswer answer = record.answer();
    Object[] values = {
      ranking.mention().id(),
      ranking.mention().text(),
      candidate == null ? null : rank,
      candidate == null ? null : candidate.id(),
      candidate == null ? null : candidate.entity().name(),
      candidate == null ? null : candidate.score(),
      ranking.confidence(),
      ranking.outcome().label(),
      ranking.outcome().reason(),
      answer.model(),
      record.time()
    };
    return Arrays.stream(values)
        .map(value -> value == null ? "" : value.toString())
        .toArray(String[]::new);
  }

  private static List<JournalRecord> records(Path journal) {
    List<JournalRecord> records = new ArrayList<>();
    RecordedFile.visitJournal(
        journal,
        (record, text, number) -> {
          if (record.partOf() == null) {
            records.add(record);
          }
        });
    return records;
  }
}
