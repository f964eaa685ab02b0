package dev.rpdr.teacher.journal;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherJournal;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.ConcurrentTeacher;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A journal of teacher answers on disk. Each answer is appended and forced to disk before it is
 * returned; a run that was killed asks only for what is missing. Thread-safe; one writer at a time,
 * within this process and among processes. Readers ({@link RecordedTeacher}) are not kept out.
 *
 * <p><b>The file</b> is UTF-8, one JSON object a line, each ended by a line feed. Fields that a
 * reader does not know are ignored. The first line is the header:
 *
 * <ul>
 *   <li>{@code format}: {@code "rpdr-journal"}
 *   <li>{@code version}: 1
 *   <li>{@code created}: when, ISO 8601, UTC
 * </ul>
 *
 * <p>Each further line is one answer:
 *
 * <ul>
 *   <li>{@code key}: SHA-256, 64 hexadecimal digits, over the teacher's identity, the mention's
 *       text and context, and the candidates' ids and names in order; no two lines share one
 *   <li>{@code teacher}: the teacher's identity: model, template hash, settings
 *   <li>{@code id}: the mention's id, absent where it has none
 *   <li>{@code mention}: the mention's text
 *   <li>{@code context}: absent, or {@code text}, and the mention's {@code start} (inclusive) and
 *       {@code end} (exclusive) in it, in UTF-16 units
 *   <li>{@code candidates}: in the order of the request, each {@code id} and {@code name}
 *   <li>{@code ranking}: ids, best first
 *   <li>{@code scores}: one for each of {@code ranking}; absent where they are 1, 1/2, 1/3, …
 *   <li>{@code outcome}: {@code answered}, {@code repaired}, {@code fell-back} or {@code abstained}
 *   <li>{@code reason}: why, absent where answered
 *   <li>{@code raw}: what the model wrote, absent where unknown
 *   <li>{@code model}: the model or snapshot that says it answered, absent where unknown
 *   <li>{@code input-tokens}, {@code output-tokens}: absent where unknown
 *   <li>{@code time}: when the answer was written, ISO 8601, UTC
 * </ul>
 *
 * <p><b>Damage.</b> A last line without a line feed was torn by a crash: it is kept if it is whole
 * and cut off otherwise, with a warning. Any other line that is no record, or whose key does not
 * fit its content, is a {@link DataFormatException} that names the line. A file that is no journal
 * is refused and left as it is. When a write fails (a full disk), the file is cut back to where it
 * ended and the answer's caller gets a {@link NonRetriableException}.
 */
public final class FileJournal implements TeacherJournal, AutoCloseable {
  private final Path path;
  private final JournalFile file;
  private final Map<String, TeacherAnswer> answers = new ConcurrentHashMap<>();
  private final AtomicLong replayed = new AtomicLong();
  private final AtomicLong appended = new AtomicLong();

  private FileJournal(Path path, JournalFile.Opener opener) {
    this.path = path;
    this.file = JournalFile.open(path, opener, RecordFormat.header(Instant.now()), new Loader());
  }

  /**
   * Opens a journal, or begins one where there is no file.
   *
   * @param path the file; its folder must exist
   * @throws DataFormatException if the file is no journal or damaged otherwise than by a torn tail
   * @throws NonRetriableException if it cannot be opened or another writer has it
   */
  public static FileJournal open(Path path) {
    return open(path, file -> new RandomAccessFile(file.toFile(), "rw"));
  }

  static FileJournal open(Path path, JournalFile.Opener opener) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NonRetriableException(
          "cannot open the journal " + path + ": the folder " + folder + " does not exist");
    }
    return new FileJournal(path, opener);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Equal requests at the same time are asked once. If {@code teacher} is a {@link
   * ConcurrentTeacher}, {@code rankAll} has as many requests under way at once; otherwise one. Each
   * answer is kept as soon as it is there.
   */
  @Override
  public TeacherLlm journaling(TeacherLlm teacher) {
    return new JournalingTeacher(this, Objects.requireNonNull(teacher, "teacher"));
  }

  /** How many answers the journal holds. */
  public int size() {
    return answers.size();
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** How many answers were given from the journal since it was opened, without asking. */
  public long replayed() {
    return replayed.get();
  }

  /** How many answers were asked for and written since it was opened. */
  public long appended() {
    return appended.get();
  }

  /** Releases the file; harmless when repeated. Journaling teachers can then no longer write. */
  @Override
  public void close() {
    file.close();
  }

  @Nullable TeacherAnswer find(String key) {
    TeacherAnswer answer = answers.get(key);
    if (answer != null) {
      replayed.incrementAndGet();
    }
    return answer;
  }

  /** Writes an answer, forces it to disk, and only then knows it. */
  void append(String key, String teacher, TeacherAnswer answer) {
    file.append(RecordFormat.write(key, teacher, answer, Instant.now()));
    answers.put(key, answer);
    appended.incrementAndGet();
  }

  private final class Loader implements JournalFile.LineReader {
    @Override
    public void line(String text, long number) {
      String where = path + ", line " + number;
      RecordedItem item = RecordFormat.read(text, where);
      String teacher = item.teacher();
      if (teacher == null) {
        throw new DataFormatException(where + ": 'teacher' is missing");
      }
      CandidateList request = item.request();
      if (answers.put(RecordedItem.key(teacher, request), item.answer()) != null) {
        throw new DataFormatException(
            where
                + ": a second answer of the same teacher to the same request ('"
                + request.mention().text()
                + "')");
      }
    }

    @Override
    public boolean isWhole(String text) {
      try {
        return RecordFormat.read(text, path + ", last line").teacher() != null;
      } catch (DataFormatException e) {
        return false;
      }
    }
  }
}
