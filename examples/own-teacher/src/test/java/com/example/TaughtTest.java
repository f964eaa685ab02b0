package com.example;

import static dev.rpdr.testkit.RpdrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.RetriableException;
import dev.rpdr.RpdrPipeline;
import dev.rpdr.TrainingSet;
import dev.rpdr.teacher.journal.FileJournal;
import dev.rpdr.testkit.CassetteTeacher;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.FaultyTeacher;
import dev.rpdr.testkit.ScriptedTeacher;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application's own tests: without network, without money, the same every time. */
class TaughtTest {
  private static final List<Entity> CODES =
      List.of(Entity.of("H25", "Senile cataract"), Entity.of("H40", "Glaucoma"));
  private static final Path CASSETTE = Path.of("src/test/cassettes/eye.jsonl");

  @TempDir Path folder;

  @Test
  void the_recorded_model_knows_a_clouded_lens() {
    CassetteTeacher teacher = CassetteTeacher.recordOnce(CASSETTE, TaughtTest::real);

    assertThat(teacher.rank(CandidateList.of(Mention.of("clouded lens"), CODES)).ranking())
        .isClosedSet()
        .wasAnswered()
        .ranks("H25")
        .first();
  }

  @Test
  void a_run_that_broke_off_goes_on_where_it_was() {
    ScriptedTeacher model =
        ScriptedTeacher.builder().prefer("eye pressure", "H40").prefer("lens", "H25").build();
    FaultyTeacher faulty = FaultyTeacher.of(model, Faults.sequence(Fault.SERVER_ERROR));
    Path path = folder.resolve("journal.jsonl");

    int failures = 0;
    TrainingSet taught = null;
    while (taught == null) {
      try (FileJournal journal = FileJournal.open(path)) {
        taught =
            RpdrPipeline.builder(KnowledgeBase.of(CODES))
                .retriever((mention, k) -> CandidateList.of(mention, CODES))
                .teacher(faulty)
                .build()
                .teach(Stream.of("eye pressure", "lens").map(Mention::of), journal);
      } catch (RetriableException e) {
        failures++;
      }
    }

    assertThat(failures).isEqualTo(1);
    assertThat(model.requestCount()).isEqualTo(2);
    assertThat(taught.rankings().get(0)).ranks("H40").first();
  }

  /** Asked only where there is no cassette. */
  private static OwnTeacher real() {
    return new OwnTeacher(
        URI.create(Objects.requireNonNull(System.getenv("OWN_LLM_URL"), "OWN_LLM_URL")),
        "own-7b",
        Objects.requireNonNull(System.getenv("OWN_LLM_KEY"), "OWN_LLM_KEY"),
        Duration.ofSeconds(30));
  }
}
