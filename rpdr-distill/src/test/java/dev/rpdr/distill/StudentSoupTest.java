package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.StudentReranker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudentSoupTest {
  @TempDir Path parent;
  private Path one;

  @BeforeEach
  void save() throws IOException {
    one = StudentFixture.biEncoder(Files.createDirectory(parent.resolve("one")));
  }

  @Test
  void theMeanOfEqualStudentsRanksAsTheyDo() {
    Path soup = parent.resolve("soup");
    CandidateList request =
        CandidateList.of(
            Mention.of("heart attack"),
            List.of(Entity.of("1", "headache"), Entity.of("2", "myocardial infarction")));

    StudentSoup.average(List.of(one, one), soup);

    try (StudentReranker mean = Students.open(soup);
        StudentReranker member = Students.open(one)) {
      assertThat(mean.rerank(request).candidates()).isEqualTo(member.rerank(request).candidates());
      assertThat(mean.provenance().facts())
          .containsEntry("soup.members", "2")
          .containsEntry("soup.member.2", StudentManifest.read(one).studentSha256());
    }
  }

  @Test
  void aStudentOfOtherSettingsIsRefused() throws IOException {
    Path other = StudentFixture.biEncoder(Files.createDirectory(parent.resolve("other")));
    Path manifest = other.resolve("student.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("\"maxTokens\" : 32", "\"maxTokens\" : 16"));

    assertThatThrownBy(() -> StudentSoup.average(List.of(one, other), parent.resolve("soup")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("other")
        .hasMessageContaining("is another student than");
  }

  @Test
  void oneStudentIsNoSoup() {
    assertThatThrownBy(() -> StudentSoup.average(List.of(one), parent.resolve("soup")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a soup needs at least 2 students, not 1");
  }
}
