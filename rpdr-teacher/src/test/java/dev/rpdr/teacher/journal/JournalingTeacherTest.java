package dev.rpdr.teacher.journal;

import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.Reversed;
import dev.rpdr.testkit.TeacherLlmContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class JournalingTeacherTest implements TeacherLlmContract {
  @TempDir Path folder;
  private FileJournal journal;

  @BeforeEach
  void open() {
    journal = FileJournal.open(folder.resolve("journal.jsonl"));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  @Override
  public TeacherLlm teacher() {
    return journal.journaling(TeacherLlm.of("reverse", Reversed::of));
  }
}
