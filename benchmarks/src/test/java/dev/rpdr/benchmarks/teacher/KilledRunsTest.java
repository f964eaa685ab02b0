package dev.rpdr.benchmarks.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small one of what {@code bin/rpdr acceptance killed} shows on 2,000 mentions. */
class KilledRunsTest {
  @TempDir Path folder;

  @Test
  void nothing_is_lost_or_asked_twice_when_the_process_is_killed() throws InterruptedException {
    KilledRuns small =
        new KilledRuns(
            100,
            8,
            List.of(40),
            Duration.ofMillis(20),
            Duration.ofSeconds(30),
            Faults.seeded(1)
                .with(Fault.RATE_LIMIT, 0.10)
                .with(Fault.SERVER_ERROR, 0.05)
                .with(Fault.MALFORMED_BODY, 0.05));

    Checks checks = small.run(folder);

    assertThat(checks.passed()).as(String.join("\n", checks.lines())).isTrue();
  }
}
