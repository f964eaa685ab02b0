package dev.rpdr.teacher.journal;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.NonRetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherJournal;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.CompositeTeacher;
import dev.rpdr.teacher.ConcurrentTeacher;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal of teacher answers on disk. Each answer is appended and forced to disk before it is
 * returned; a run that was killed asks only for what is missing. Thread-safe; one writer at a time,
 * within this process and among processes. Readers ({@link RecordedTeacher}) are not kept out.
 *
 * <p><b>The file</b> is UTF-8, one JSON object a line, each ended by a line feed. Fields that a
 * reader does not know are ignored. The first line is the header, written when the first teacher is
 * handed over:
 *
 * <ul>
 *   <li>{@code format}: {@code "rpdr-journal"}
 *   <li>{@code version}: 2
 *   <li>{@code created}: when, ISO 8601, UTC
 *   <li>{@code teacher}: the identity of the teacher whose answers these are: model, template hash,
 *       settings; absent where unknown
 *   <li>{@code model}, {@code template}: the same two words of the identity, absent where it names
 *       none; for people, and never read
 *   <li>{@code knowledge-base}: the fingerprint of the knowledge base that the candidates come
 *       from, absent where unknown
 * </ul>
 *
 * <p>Each further line is one answer:
 *
 * <ul>
 *   <li>{@code key}: SHA-256, 64 hexadecimal digits, over the teacher's identity (and so the prompt
 *       template's hash), the mention's text and context, and the candidates' ids and names in
 *       order; no two lines share one
 *   <li>{@code teacher}: the identity of the teacher that gave this answer
 *   <li>{@code part-of}: the identity of the teacher that makes one answer of several and asked for
 *       this one, see {@link CompositeTeacher}; absent where the answer stands for itself
 *   <li>{@code id}: the mention's id, absent where it has none
 *   <li>{@code mention}: the mention's text
 *   <li>{@code context}: absent, or {@code text}, and the mention's {@code start} (inclusive) and
 *       {@code end} (exclusive) in it, in UTF-16 units
 *   <li>{@code candidates}: in the order of the request, each {@code id} and {@code name}
 *   <li>{@code ranking}: ids, best first
 *   <li>{@code scores}: one for each of {@code ranking}; absent where they are 1, 1/2, 1/3, …
 *   <li>{@code confidence}: of the ranking, from 0 to 1; absent where unknown
 *   <li>{@code outcome}: {@code answered}, {@code repaired}, {@code fell-back} or {@code abstained}
 *   <li>{@code reason}: why, absent where answered
 *   <li>{@code raw}: what the model wrote, absent where unknown
 *   <li>{@code model}: the model or snapshot that says it answered, absent where unknown
 *   <li>{@code input-tokens}, {@code output-tokens}: absent where unknown
 *   <li>{@code finish-reason}: why the model stopped, such as {@code stop}; absent where unknown
 *   <li>{@code latency-ms}: from sending the request to having its answer; absent where unknown
 *   <li>{@code time}: when the answer was written, ISO 8601, UTC
 * </ul>
 *
 * <p>Version 1 had a header of {@code format}, {@code version} and {@code created} alone, and
 * records without {@code part-of}, {@code confidence}, {@code finish-reason} and {@code
 * latency-ms}. Such journals are read and continued.
 *
 * <p><b>The header guards.</b> A run whose model, prompt template, settings or knowledge base is
 * another than the header's is refused by name of what differs, unless the journal was opened with
 * {@link HeaderCheck#LENIENT}. What one side does not know does not differ.
 *
 * <p><b>Damage.</b> A last line without a line feed was torn by a crash: it is kept if it is whole
 * and cut off otherwise, with a warning. Any other line that is no record, or whose key does not
 * fit its content, is a {@link DataFormatException} that names the line. A file that is no journal
 * is refused and left as it is. When a write fails (a full disk), the file is cut back to where it
 * ended and the answer's caller gets a {@link NonRetriableException}; once there is room again, the
 * same journal can go on.
 */
public final class FileJournal implements TeacherJournal, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);

  private final Path path;
  private final HeaderCheck check;
  private @Nullable JournalHeader header;
  private final JournalFile file;
  private final Map<String, TeacherAnswer> answers = new ConcurrentHashMap<>();
  private final AtomicLong replayed = new AtomicLong();
  private final AtomicLong appended = new AtomicLong();

  private FileJournal(Path path, HeaderCheck check, JournalFile.Opener opener) {
    this.path = path;
    this.check = Objects.requireNonNull(check, "check");
    this.file = JournalFile.open(path, opener, RecordWriter.FORMAT, new Loader());
  }

  /**
   * Opens a journal for the run that its header names, or begins one where there is no file.
   *
   * @param path the file; its folder must exist
   * @throws DataFormatException if the file is no journal or damaged otherwise than by a torn tail
   * @throws NonRetriableException if it cannot be opened or another writer has it
   */
  public static FileJournal open(Path path) {
    return open(path, HeaderCheck.STRICT);
  }

  /**
   * As {@link #open(Path)}.
   *
   * @param check what happens where the header names another teacher or knowledge base than those
   *     that are handed over
   */
  public static FileJournal open(Path path, HeaderCheck check) {
    return open(path, check, file -> new RandomAccessFile(file.toFile(), "rw"));
  }

  static FileJournal open(Path path, HeaderCheck check, JournalFile.Opener opener) {
    JournalFile.requireFolder(path);
    return new FileJournal(path, check, opener);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Equal requests at the same time are asked once. If {@code teacher} is a {@link
   * ConcurrentTeacher}, {@code rankAll} has as many requests under way at once; otherwise one. Each
   * answer is kept as soon as it is there. Of a {@link CompositeTeacher} the answers that it asks
   * for are kept as well.
   *
   * @throws NonRetriableException if the header names another teacher
   */
  @Override
  public TeacherLlm journaling(TeacherLlm teacher) {
    bind(JournalScope.of(teacher));
    return wrapped(teacher);
  }

  /**
   * {@inheritDoc}
   *
   * @throws NonRetriableException if the header names another teacher or knowledge base
   */
  @Override
  public TeacherLlm journaling(TeacherLlm teacher, KnowledgeBase knowledgeBase) {
    bind(JournalScope.of(teacher, knowledgeBase));
    return wrapped(teacher);
  }

  /** The header, or nothing where the journal has not been begun. */
  public synchronized Optional<JournalHeader> header() {
    return Optional.ofNullable(header);
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
  void append(String key, JournalRecord record) {
    file.append(RecordWriter.write(key, record));
    answers.put(key, record.answer());
    appended.incrementAndGet();
  }

  private TeacherLlm wrapped(TeacherLlm teacher) {
    TeacherLlm asked = teacher;
    if (teacher instanceof CompositeTeacher composite) {
      asked = composite.over(new JournalingTeacher(this, composite.base(), composite.identity()));
    }
    return new JournalingTeacher(this, asked, null);
  }

  private synchronized void bind(JournalScope run) {
    if (header == null) {
      JournalHeader begun = JournalHeader.now(run);
      file.begin(RecordWriter.write(begun));
      header = begun;
      return;
    }
    List<String> differences = header.scope().differences(run);
    if (differences.isEmpty()) {
      return;
    }
    String what = String.join("; ", differences);
    if (check == HeaderCheck.STRICT) {
      throw new NonRetriableException(
          "the journal "
              + path
              + " belongs to another run: "
              + what
              + "; take another file, or open it with HeaderCheck.LENIENT");
    }
    LOG.warn("The journal {} was begun by another run: {}", path, what);
  }

  private final class Loader implements JournalFile.LineReader {
    @Override
    public void header(String text) {
      header = RecordReader.header(text, path + ", line 1");
    }

    @Override
    public void line(String text, long number) {
      String where = path + ", line " + number;
      JournalRecord record = RecordReader.read(text, where);
      String teacher = record.teacher();
      if (teacher == null) {
        throw new DataFormatException(where + ": 'teacher' is missing");
      }
      CandidateList request = record.request();
      if (answers.put(JournalRecord.key(teacher, request), record.answer()) != null) {
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
        return RecordReader.read(text, path + ", last line").teacher() != null;
      } catch (DataFormatException e) {
        return false;
      }
    }
  }
}
