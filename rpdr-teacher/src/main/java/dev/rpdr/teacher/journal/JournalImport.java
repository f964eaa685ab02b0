package dev.rpdr.teacher.journal;

import dev.rpdr.DataFormatException;
import dev.rpdr.KnowledgeBase;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A journal made of recorded rankings (JSON lines, see {@link RecordedTeacher}), so that they
 * replay through {@link dev.rpdr.RpdrPipeline#teach} like answers of one's own.
 *
 * <pre>{@code
 * JournalImport.of(recorded).writeTo(journal);
 * RpdrPipeline.builder(knowledgeBase).retriever(retriever).teacher(RecordedTeacher.read(journal))
 *     .build().teach(mentions, FileJournal.open(journal));
 * }</pre>
 */
public final class JournalImport {
  private final Path recorded;
  private final @Nullable String teacher;
  private final @Nullable String knowledgeBase;

  private JournalImport(Path recorded, @Nullable String teacher, @Nullable String knowledgeBase) {
    this.recorded = recorded;
    this.teacher = teacher;
    this.knowledgeBase = knowledgeBase;
  }

  /**
   * Imports a file of recorded rankings. Its answers stand under the identity that {@code
   * RecordedTeacher.read(journal)} has, so that this teacher finds them.
   */
  public static JournalImport of(Path recorded) {
    return new JournalImport(Objects.requireNonNull(recorded, "recorded"), null, null);
  }

  /** Imports them as answers of a certain teacher, by its identity. */
  public JournalImport as(String identity) {
    return new JournalImport(recorded, Objects.requireNonNull(identity, "identity"), knowledgeBase);
  }

  /** States the fingerprint of the knowledge base that the candidates come from. */
  public JournalImport from(KnowledgeBase candidatesOf) {
    return new JournalImport(recorded, teacher, candidatesOf.fingerprint());
  }

  /**
   * Writes the journal. Equal answers to one request are written once.
   *
   * @param journal the new journal; it must not exist, its folder must
   * @return how many answers were written
   * @throws DataFormatException naming file and line of what is no recorded ranking, if two answers
   *     to one request differ, or if the file is a journal already
   * @throws dev.rpdr.NonRetriableException if it cannot be read or the journal not be written
   */
  public long writeTo(Path journal) {
    if (RecordedFile.header(recorded) != null) {
      throw new DataFormatException(recorded + " is a journal already; merge it or copy it");
    }
    String identity = teacher == null ? RecordedTeacher.read(recorded).identity() : teacher;
    Map<String, JournalRecord> distinct = new LinkedHashMap<>();
    for (JournalRecord record : RecordedFile.read(recorded)) {
      JournalRecord imported = new JournalRecord(identity, null, record.answer(), null);
      JournalRecord before =
          distinct.putIfAbsent(JournalRecord.key(identity, record.request()), imported);
      if (before != null && !before.agreesWith(imported)) {
        throw new DataFormatException(
            recorded + ": two different answers for '" + record.request().mention().text() + "'");
      }
    }
    JournalHeader header = JournalHeader.now(new JournalScope(identity, knowledgeBase));
    NewFile.write(
        journal,
        writer -> {
          writer.write(RecordWriter.write(header) + "\n");
          for (Map.Entry<String, JournalRecord> entry : distinct.entrySet()) {
            writer.write(RecordWriter.write(entry.getKey(), entry.getValue()) + "\n");
          }
        });
    return distinct.size();
  }
}
