package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.Provenance;
import dev.rpdr.nn.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudentFolderTest {
  private static final StudentSettings SETTINGS =
      new StudentSettings.CrossEncoder(Pooling.MEAN, 48, false, 0);

  @TempDir Path parent;

  @Test
  void nothingStandsInTheFolderUntilTheStudentIsComplete() throws IOException {
    Path target = parent.resolve("deep/student");
    StudentFolder folder = StudentFolder.of(target);

    Path draft = draft(folder, "model");
    assertThat(target).doesNotExist();
    folder.publish(draft, SETTINGS, Provenance.none().with("seed", 42));

    StudentManifest manifest = StudentManifest.read(target);
    manifest.verify(target);
    assertThat(manifest.provenance().facts()).containsEntry("seed", "42");
    assertThat(target.getParent()).isDirectoryNotContaining("glob:**.training");
  }

  @Test
  void anEarlierStudentIsReplacedAsAWhole() throws IOException {
    Path target = parent.resolve("student");
    StudentFolder first = StudentFolder.of(target);
    Path draft = draft(first, "first");
    Files.writeString(draft.resolve("encoder.json"), "{}");
    first.publish(draft, SETTINGS, Provenance.none());

    StudentFolder second = StudentFolder.of(target);
    second.publish(draft(second, "second"), SETTINGS, Provenance.none());

    StudentManifest.read(target).verify(target);
    assertThat(target.resolve("model.onnx")).hasContent("second");
    assertThat(target.resolve("encoder.json")).doesNotExist();
    assertThat(parent).isDirectoryNotContaining("glob:**.training");
  }

  @Test
  void anIncompleteDraftDoesNotReplaceAnything() throws IOException {
    Path target = parent.resolve("student");
    StudentFolder first = StudentFolder.of(target);
    first.publish(draft(first, "first"), SETTINGS, Provenance.none());

    StudentFolder second = StudentFolder.of(target);
    Path draft = draft(second, "second");
    Files.delete(draft.resolve("tokenizer.json"));

    assertThatThrownBy(() -> second.publish(draft, SETTINGS, Provenance.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must hold tokenizer.json");
    assertThat(target.resolve("model.onnx")).hasContent("first");
  }

  @Test
  void aFolderWithOtherFilesIsRefusedBeforeAnythingIsDone() throws IOException {
    Files.writeString(parent.resolve("notes.txt"), "mine");

    assertThatThrownBy(() -> StudentFolder.of(parent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(parent.toString())
        .hasMessageContaining("[notes.txt]");
    assertThatThrownBy(() -> StudentFolder.of(parent.resolve("notes.txt")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is a file");
  }

  private static Path draft(StudentFolder folder, String model) throws IOException {
    Path draft = folder.draft();
    assertThat(draft).isEmptyDirectory();
    Files.writeString(draft.resolve("model.onnx"), model);
    Files.writeString(draft.resolve("tokenizer.json"), "tokenizer");
    return draft;
  }
}
