package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.CandidateList;
import dev.rpdr.Gold;
import dev.rpdr.LabelledMention;
import dev.rpdr.ModelException;
import dev.rpdr.ProgressListener;
import dev.rpdr.StudentReranker;
import dev.rpdr.distill.CalibratedStudent;
import dev.rpdr.distill.Calibration;
import dev.rpdr.distill.CascadeOptions;
import dev.rpdr.distill.CascadeStudent;
import dev.rpdr.distill.SmallEncoder;
import dev.rpdr.distill.StudentFixture;
import dev.rpdr.distill.Students;
import dev.rpdr.testkit.StudentRerankerContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedCascadeTest implements StudentRerankerContract {
  private static final CascadeOptions OPTIONS = new CascadeOptions(.05, .7, .99, .1);

  @TempDir static Path parent;
  private static StudentReranker shared;

  @BeforeAll
  static void save() throws IOException {
    Path base = Files.createDirectory(parent.resolve("base"));
    Path first = StudentFixture.biEncoder(Files.createDirectory(parent.resolve("first")));
    Path second = parent.resolve("second");
    CrossEncoderTrainer.of(SmallEncoder.write(base), TeacherFixture.options().withEpochs(1))
        .train(TeacherFixture.trainingSet(), second, ProgressListener.SILENT)
        .close();
    CascadeStudent.save(parent.resolve("cascade"), first, second, OPTIONS, null);
    shared = Students.open(parent.resolve("cascade"));
  }

  @AfterAll
  static void close() {
    shared.close();
  }

  @Override
  public StudentReranker student() {
    return shared;
  }

  @Override
  public StudentReranker openStudent() {
    return Students.open(parent.resolve("cascade"));
  }

  @Test
  void itsOptionsAreKept() {
    assertThat(shared).isInstanceOf(CascadeStudent.class);
    assertThat(((CascadeStudent) shared).options()).isEqualTo(OPTIONS);
    assertThat(shared.provenance().facts()).containsEntry("weight", "0.7");
    assertThat(Students.biEncoder(parent.resolve("cascade")))
        .contains(parent.resolve("cascade").resolve("first"));
    assertThat(Students.biEncoder(parent.resolve("second"))).isEmpty();
  }

  @Test
  void anotherStudentInItsFolderIsNoticed(@TempDir Path other) throws IOException {
    Path cascade = other.resolve("cascade");
    CascadeStudent.save(cascade, parent.resolve("first"), parent.resolve("second"), OPTIONS, null);
    Path file = cascade.resolve("second/student.json");
    Files.writeString(
        file,
        Files.readString(file).replace("\"retrieverWeight\" : 0.0", "\"retrieverWeight\" : 9.0"));

    assertThatThrownBy(() -> Students.open(cascade))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("is not the student that was saved with this cascade");
  }

  @Test
  void studentsOfAnyKindAreSaved(@TempDir Path other) {
    Path first = parent.resolve("first");
    Path cascade = other.resolve("cascade");

    CascadeStudent.save(cascade, first, first, OPTIONS, null);

    try (StudentReranker opened = Students.open(cascade)) {
      assertThat(opened.provenance().facts())
          .containsEntry("first.student.kind", "bi-encoder")
          .containsEntry("second.student.kind", "bi-encoder");
    }
  }

  @Test
  void itSaysHowSureItIsWhereItWasSavedWithACalibration(@TempDir Path other) throws IOException {
    Path cascade = other.resolve("cascade");
    CandidateList request = TeacherFixture.trainingSet().rankings().get(0).request();
    Calibration calibration =
        Calibration.fitByGold(
            List.of(new LabelledMention(request.mention(), Gold.of(request.entity(0).id()))),
            List.of(shared.rerank(request)));

    CascadeStudent.save(
        cascade, parent.resolve("first"), parent.resolve("second"), OPTIONS, calibration);

    try (StudentReranker opened = Students.open(cascade)) {
      assertThat(opened).isInstanceOf(CalibratedStudent.class);
    }
    assertThat(Students.describe(cascade).facts()).containsKey("calibration.json");
    Files.writeString(cascade.resolve("calibration.json"), "{}");
    assertThatThrownBy(() -> Students.open(cascade))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("calibration.json")
        .hasMessageContaining("is not what was saved with this student");
    Files.delete(cascade.resolve("calibration.json"));
    assertThatThrownBy(() -> Students.open(cascade))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("is missing");
  }

  @Test
  void whatIsNoStudentIsNotSaved(@TempDir Path other) {
    Path cascade = parent.resolve("cascade");

    assertThatThrownBy(
            () ->
                CascadeStudent.save(
                    other.resolve("new"), parent.resolve("first"), cascade, OPTIONS, null))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("student.json");
  }

  @Test
  void aFolderThatHoldsSomethingIsRefused() {
    Path cascade = parent.resolve("cascade");

    assertThatThrownBy(
            () ->
                CascadeStudent.save(
                    cascade, parent.resolve("first"), parent.resolve("second"), OPTIONS, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not empty");
  }
}
