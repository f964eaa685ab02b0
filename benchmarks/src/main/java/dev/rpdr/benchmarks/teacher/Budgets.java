package dev.rpdr.benchmarks.teacher;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.LangChain4jTeacher;
import dev.rpdr.teacher.OpenAiTeachers;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.RetryRule;
import dev.rpdr.teacher.call.StoppedException;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.Estimate;
import dev.rpdr.teacher.cost.Price;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.cost.TokenCounter;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import dev.rpdr.testkit.openai.ServedCall;
import dev.rpdr.testkit.openai.ServerCounts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs that stop at a budget, judged by what the server charges. */
final class Budgets {
  private static final int REQUESTS = 600;
  private static final BigDecimal SHARE = new BigDecimal("0.3");
  private static final String MODEL = "gpt-4o";

  private Budgets() {}

  static Checks run() {
    Checks checks = new Checks();
    for (int concurrency : List.of(1, 8, 32)) {
      one(checks, concurrency);
    }
    return checks;
  }

  private static void one(Checks checks, int concurrency) {
    TokenCounter counter = TokenCounter.of(MODEL);
    PriceTable prices = PriceTable.shipped();
    Price price = prices.get(MODEL);
    Faults faults =
        Faults.seeded(concurrency).with(Fault.MALFORMED_BODY, 0.05).with(Fault.RATE_LIMIT, 0.05);
    try (FakeOpenAiServer server =
        FakeOpenAiServer.builder()
            .faults(faults)
            .latency(Duration.ofMillis(5))
            .tokens(counter::count)
            .start()) {
      List<CandidateList> requests = requests();
      Estimate estimate =
          teacher(server, CostMeter.of(prices), 1).settings().estimate(requests, prices);
      BigDecimal whole = java.util.Objects.requireNonNull(estimate.cost(), "the model has a price");
      BigDecimal budget = whole.multiply(SHARE).setScale(4, RoundingMode.HALF_UP);
      CostMeter meter = CostMeter.withBudget(prices, budget);
      boolean stopped = false;
      try {
        teacher(server, meter, concurrency).rankAll(requests);
      } catch (StoppedException e) {
        stopped = e.reason() == StoppedException.Reason.BUDGET;
      }
      ServerCounts counts = server.counts();
      BigDecimal charged =
          price.of(new Usage((int) counts.inputTokens(), (int) counts.outputTokens()));
      BigDecimal dearest =
          server.calls().stream()
              .filter(call -> call.answer() != null)
              .map(
                  (ServedCall call) -> price.of(new Usage(call.inputTokens(), call.outputTokens())))
              .reduce(BigDecimal.ZERO, BigDecimal::max);
      checks.check(stopped, concurrency + " at once: the run stopped at its budget of " + budget);
      checks.check(
          charged.compareTo(budget.add(dearest.multiply(BigDecimal.valueOf(concurrency)))) <= 0,
          concurrency
              + " at once: the server charges "
              + charged.setScale(4, RoundingMode.HALF_UP)
              + " USD for "
              + counts.answers()
              + " answers, "
              + (charged.compareTo(budget) <= 0 ? "within" : "beyond")
              + " the budget; set aside for "
              + meter.bill().lost()
              + " lost replies: "
              + meter.bill().uncertain().setScale(4, RoundingMode.HALF_UP));
      checks.equal(
          concurrency + " at once: the bill is what the server charges",
          0,
          meter.bill().total().compareTo(charged));
    }
  }

  private static LangChain4jTeacher teacher(
      FakeOpenAiServer server, CostMeter meter, int concurrency) {
    CallGuard guard =
        CallGuard.builder()
            .meter(meter)
            .retries(RetryRule.DEFAULT.withWaits(Duration.ofMillis(10), Duration.ofSeconds(1)))
            .build();
    return OpenAiTeachers.openAi(MODEL, () -> "sk-of-the-acceptance", PromptTemplate.english())
        .baseUrl(server.baseUrl())
        .guard(guard)
        .concurrency(concurrency)
        .build();
  }

  private static List<CandidateList> requests() {
    List<Entity> entities = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      entities.add(Entity.of("C" + i, "finding of kind " + i));
    }
    List<CandidateList> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      requests.add(CandidateList.of(Mention.of("complaint number " + i), entities));
    }
    return requests;
  }
}
