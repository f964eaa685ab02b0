package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.Estimate;
import dev.rpdr.teacher.cost.Price;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.cost.TokenCounter;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.testkit.openai.ChatCall;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import dev.rpdr.testkit.openai.ListwiseAnswer;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The estimate before a run against the bill after it, on the recorded sets: a server answers with
 * the recorded rankings and charges what {@code o200k_base} counts.
 */
class RecordedEstimateTest {
  private static final int MENTIONS = 50;

  @ParameterizedTest
  @CsvSource({
    "askapatient.train.jsonl, en, gpt-4o-2024-08-06, 0.001",
    "chip-cdn.train.jsonl, zh, gpt-4o-2024-08-06, 0.001",
    "askapatient.test.jsonl, en, unknown-model, 0.1",
    "chip-cdn.dev.jsonl, zh, unknown-model, 0.1",
  })
  void the_estimate_is_near_the_bill(String file, String language, String model, double tolerance) {
    Path path = Path.of(System.getProperty("rpdr.data", "data"), "teacher", file);
    assumeTrue(Files.exists(path), () -> "no recorded rankings at " + path);
    List<Ranking> recorded =
        RecordedTeacher.read(path).rankings().stream().limit(MENTIONS).toList();
    List<CandidateList> requests = recorded.stream().map(Ranking::request).toList();
    PriceTable prices = PriceTable.of("USD", List.of(Price.of(model, "2.50", "10")));
    CostMeter meter = CostMeter.of(prices);
    try (FakeOpenAiServer server =
        FakeOpenAiServer.builder()
            .tokens(TokenCounter.of("gpt-4o")::count)
            .answering(ListwiseAnswer.byNames(recorded(recorded)))
            .start()) {
      LangChain4jTeacher teacher =
          OpenAiTeachers.openAi(
                  model,
                  () -> "sk-fake",
                  language.equals("en") ? PromptTemplate.english() : PromptTemplate.chinese())
              .baseUrl(server.baseUrl())
              .top(10)
              .concurrency(4)
              .guard(CallGuard.builder().meter(meter).build())
              .build();

      Estimate estimate = teacher.settings().estimate(requests, prices);
      teacher.rankAll(requests);

      BigDecimal bill = meter.bill().total();
      BigDecimal cost = Objects.requireNonNull(estimate.cost());
      assertThat(cost.doubleValue() / bill.doubleValue())
          .as("%s, bill %s", estimate, bill)
          .isBetween(1 - tolerance, 1 + tolerance);
      assertThat(estimate.requests()).isEqualTo(requests.size());
    }
  }

  private static Function<ChatCall, List<String>> recorded(List<Ranking> rankings) {
    Map<String, List<String>> byMention =
        rankings.stream()
            .collect(
                Collectors.toMap(
                    ranking -> ranking.mention().text(),
                    ranking -> ranking.candidates().stream().map(c -> c.entity().name()).toList(),
                    (first, second) -> first));
    return call -> byMention.getOrDefault(call.mention().orElse(""), List.of());
  }
}
