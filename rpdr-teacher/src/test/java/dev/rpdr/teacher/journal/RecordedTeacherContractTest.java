package dev.rpdr.teacher.journal;

import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.Reversed;
import dev.rpdr.testkit.TeacherLlmContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RecordedTeacherContractTest implements TeacherLlmContract {
  @TempDir Path folder;

  @Override
  public TeacherLlm teacher() {
    Path path = folder.resolve("journal.jsonl");
    try (FileJournal journal = FileJournal.open(path)) {
      journal.journaling(TeacherLlm.of("reverse", Reversed::of)).rankAll(requests());
    }
    return RecordedTeacher.read(path);
  }
}
