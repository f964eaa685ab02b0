package dev.rpdr.teacher.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.teacher.OpenAiTeachers;
import dev.rpdr.teacher.Requests;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.RetryRule;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.Price;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeacherMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void requests_retries_failures_tokens_cost_and_outcomes_are_metered() {
    CostMeter costs =
        CostMeter.of(PriceTable.of("USD", List.of(Price.of("gpt-test", "1000", "1000"))));
    CallGuard guard =
        CallGuard.builder()
            .retries(RetryRule.DEFAULT.withWaits(Duration.ofMillis(1), Duration.ofMillis(2)))
            .meter(costs)
            .listener(TeacherMeters.of(registry, Tags.of("site", "a")))
            .build();
    Faults faults = Faults.sequence(Fault.SERVER_ERROR, Fault.MALFORMED_BODY, Fault.PROSE);
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().faults(faults).start()) {
      var teacher =
          OpenAiTeachers.openAi("gpt-test", () -> "sk-fake", PromptTemplate.english())
              .baseUrl(server.baseUrl())
              .guard(guard)
              .build();
      teacher.rank(Requests.sick());
      teacher.rank(Requests.sick());

      assertThat(count("requests", "retry", "false")).isEqualTo(2);
      assertThat(count("requests", "retry", "true")).isEqualTo(2);
      assertThat(count("mentions", "outcome", "repaired")).isEqualTo(1);
      assertThat(count("mentions", "outcome", "answered")).isEqualTo(1);
      assertThat(count("tokens", "direction", "input")).isEqualTo(server.counts().inputTokens());
      assertThat(count("tokens", "direction", "output")).isEqualTo(server.counts().outputTokens());
    }
    assertThat(registry.get("rpdr.teacher.cost").counter().count())
        .isCloseTo(costs.spent().doubleValue(), within(1e-9));
    assertThat(timed("latency", "result", "http-500")).isEqualTo(1);
    assertThat(timed("latency", "result", "lost")).isEqualTo(1);
    assertThat(timed("latency", "result", "answered")).isEqualTo(2);
    assertThat(timed("waits", "why", "retry")).isEqualTo(2);
    assertThat(registry.get("rpdr.teacher.answer.tokens").summary().count()).isEqualTo(2);
    assertThat(registry.getMeters())
        .isNotEmpty()
        .allSatisfy(
            meter -> {
              assertThat(meter.getId().getTag("model")).isEqualTo("gpt-test");
              assertThat(meter.getId().getTag("site")).isEqualTo("a");
              assertThat(text(meter)).doesNotContain("felt sick", "Nausea", "sk-fake");
            });
  }

  private double count(String name, String tag, String value) {
    return registry.get("rpdr.teacher." + name).tag(tag, value).counter().count();
  }

  private long timed(String name, String tag, String value) {
    return registry.get("rpdr.teacher." + name).tag(tag, value).timer().count();
  }

  private static String text(Meter meter) {
    return meter.getId().toString();
  }
}
