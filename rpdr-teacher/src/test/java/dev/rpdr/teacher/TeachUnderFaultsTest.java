package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.RpdrPipeline;
import dev.rpdr.teacher.call.CallCounts;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.CircuitRule;
import dev.rpdr.teacher.call.RetryRule;
import dev.rpdr.teacher.call.StoppedException;
import dev.rpdr.teacher.cost.Bill;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.Price;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.cost.TokenCounter;
import dev.rpdr.teacher.journal.FileJournal;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.openai.ChatCall;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import dev.rpdr.testkit.openai.ListwiseAnswer;
import dev.rpdr.testkit.openai.ServerCounts;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run against a server that fails in every way it can. Everything is counted at the server; what
 * the client says must agree.
 */
class TeachUnderFaultsTest {
  private static final int MENTIONS = 200;
  private static final int CONCURRENCY = 8;
  private static final String MODEL = "gpt-4o-2024-08-06";
  private static final TokenCounter COUNTER = TokenCounter.of(MODEL);
  private static final RetryRule QUICK =
      RetryRule.DEFAULT.withWaits(Duration.ofMillis(1), Duration.ofMillis(20));
  private static final List<Entity> ENTITIES =
      List.of(Entity.of("1", "Nausea"), Entity.of("2", "Vomiting"), Entity.of("3", "Heartburn"));

  @TempDir Path folder;

  private static FakeOpenAiServer.Builder server() {
    return FakeOpenAiServer.builder().snapshot(MODEL).tokens(COUNTER::count);
  }

  private static Faults faults() {
    return Faults.seeded(7)
        .with(Fault.RATE_LIMIT, 0.10)
        .with(Fault.SERVER_ERROR, 0.05)
        .with(Fault.CONNECTION_RESET, 0.01)
        .with(Fault.TIMEOUT, 0.01)
        .with(Fault.MALFORMED_BODY, 0.05)
        .withHang(Duration.ofMillis(50));
  }

  private static LangChain4jTeacher teacher(FakeOpenAiServer server, CallGuard guard) {
    return OpenAiTeachers.openAi(MODEL, () -> "sk-fake", PromptTemplate.english())
        .baseUrl(server.baseUrl())
        .timeout(Duration.ofSeconds(60))
        .concurrency(CONCURRENCY)
        .guard(guard)
        .build();
  }

  private static RpdrPipeline pipeline(LangChain4jTeacher teacher) {
    return RpdrPipeline.builder(KnowledgeBase.of(ENTITIES))
        .retriever((mention, k) -> CandidateList.of(mention, ENTITIES))
        .teacher(teacher)
        .build();
  }

  private static Stream<Mention> mentions() {
    return IntStream.range(0, MENTIONS).mapToObj(i -> Mention.of("mention " + i));
  }

  @Test
  void every_answer_is_there_once_and_the_bill_is_the_servers_own_count() {
    PriceTable prices = PriceTable.shipped();
    CostMeter meter = CostMeter.of(prices);
    CallGuard guard = CallGuard.builder().retries(QUICK).meter(meter).build();
    try (FakeOpenAiServer server = server().faults(faults()).start();
        FileJournal journal = FileJournal.open(folder.resolve("teacher.jsonl"))) {
      pipeline(teacher(server, guard)).teach(mentions(), journal);

      ServerCounts counted = server.counts();
      assertThat(journal.size()).isEqualTo(MENTIONS);
      assertThat(counted.answers()).isEqualTo(MENTIONS);
      assertThat(counted.failures()).isBetween(20L, 90L);
      assertThat(counted.faults()).containsKeys(Fault.RATE_LIMIT, Fault.MALFORMED_BODY);
      assertThat(guard.counts())
          .isEqualTo(
              new CallCounts(counted.answers() + counted.failures(), MENTIONS, counted.failures()));
      Bill bill = meter.bill();
      assertThat(bill.requests()).isEqualTo(MENTIONS);
      assertThat(bill.inputTokens()).isEqualTo(counted.inputTokens());
      assertThat(bill.outputTokens()).isEqualTo(counted.outputTokens());
      assertThat(bill.total())
          .isEqualByComparingTo(
              BigDecimal.valueOf(counted.inputTokens())
                  .multiply(new BigDecimal("2.50"))
                  .add(BigDecimal.valueOf(counted.outputTokens()).multiply(BigDecimal.TEN))
                  .movePointLeft(6));
      assertThat(bill.lost())
          .isEqualTo(
              counted.faults().getOrDefault(Fault.MALFORMED_BODY, 0L)
                  + counted.faults().getOrDefault(Fault.TIMEOUT, 0L)
                  + counted.faults().getOrDefault(Fault.CONNECTION_RESET, 0L));

      LangChain4jTeacher again = teacher(server, CallGuard.once());
      pipeline(again).teach(mentions(), journal);
      assertThat(server.counts().requests())
          .as("nothing is asked twice")
          .isEqualTo(counted.requests());
    }
    assertThat(RecordedTeacher.read(folder.resolve("teacher.jsonl")).rankings())
        .extracting(ranking -> ranking.mention().text())
        .containsExactlyInAnyOrderElementsOf(mentions().map(Mention::text).toList());
  }

  @Test
  void the_budget_is_not_exceeded_by_more_than_what_is_under_way_and_the_rest_comes_later() {
    PriceTable prices = PriceTable.of("USD", List.of(Price.of(MODEL, "2.50", "10")));
    BigDecimal budget = new BigDecimal("0.04");
    CostMeter meter = CostMeter.withBudget(prices, budget);
    CallGuard guard = CallGuard.builder().retries(QUICK).meter(meter).build();
    try (FakeOpenAiServer server = server().start();
        FileJournal journal = FileJournal.open(folder.resolve("teacher.jsonl"))) {
      LangChain4jTeacher teacher = teacher(server, guard);
      BigDecimal each =
          prices.get(MODEL).of(teacher.settings().expectedUsage(request("mention 123")));

      StoppedException stopped =
          catchThrowableOfType(
              StoppedException.class, () -> pipeline(teacher).teach(mentions(), journal));

      ServerCounts counted = server.counts();
      assertThat(stopped.reason()).isEqualTo(StoppedException.Reason.BUDGET);
      assertThat(journal.size()).isEqualTo((int) counted.answers()).isLessThan(MENTIONS);
      assertThat(meter.spent())
          .isGreaterThan(budget.subtract(each.multiply(BigDecimal.valueOf(2))))
          .isLessThan(budget.add(each.multiply(BigDecimal.valueOf(CONCURRENCY))));
      assertThat(meter.bill().inputTokens()).isEqualTo(counted.inputTokens());

      pipeline(teacher(server, CallGuard.once())).teach(mentions(), journal);
      assertThat(journal.size()).isEqualTo(MENTIONS);
      assertThat(server.counts().answers()).as("each was paid for once").isEqualTo(MENTIONS);
    }
  }

  @Test
  void a_server_that_dies_ends_the_run_with_all_answers_kept() {
    CallGuard guard =
        CallGuard.builder()
            .retries(QUICK)
            .circuit(new CircuitRule(CONCURRENCY, Duration.ofMillis(5), 3))
            .build();
    try (FileJournal journal = FileJournal.open(folder.resolve("teacher.jsonl"))) {
      StoppedException stopped;
      Holding answering = new Holding(60);
      try (FakeOpenAiServer server = server().answering(answering).start()) {
        LangChain4jTeacher teacher = teacher(server, guard);
        whenAllAreHeld(answering, server::close);
        stopped =
            catchThrowableOfType(
                StoppedException.class, () -> pipeline(teacher).teach(mentions(), journal));
      }

      assertThat(stopped.reason()).isEqualTo(StoppedException.Reason.FAILING);
      assertThat(journal.size()).isEqualTo(60);
      assertThat(stopped.answers()).isEqualTo(60);
      assertThat(stopped)
          .hasMessageContaining("the 60 answers given before stay valid")
          .hasMessageContaining("The last failures: " + MODEL + " gave no answer for 'mention ");
      assertThat(stopped.lastFailures()).hasSize(3);
      assertThat(guard.counts().failures()).as("it did not hammer").isLessThan(40);
    }
  }

  @Test
  void a_cancelled_run_keeps_what_was_under_way() {
    CallGuard guard = CallGuard.builder().retries(QUICK).build();
    Holding answering = new Holding(30);
    try (FakeOpenAiServer server = server().answering(answering).start();
        FileJournal journal = FileJournal.open(folder.resolve("teacher.jsonl"))) {
      LangChain4jTeacher teacher = teacher(server, guard);
      whenAllAreHeld(
          answering,
          () -> {
            guard.cancel();
            answering.goOn();
          });

      StoppedException stopped =
          catchThrowableOfType(
              StoppedException.class, () -> pipeline(teacher).teach(mentions(), journal));

      assertThat(stopped.reason()).isEqualTo(StoppedException.Reason.CANCELLED);
      assertThat(journal.size())
          .isEqualTo((int) server.counts().answers())
          .isEqualTo(30 + CONCURRENCY);
    }
  }

  private static CandidateList request(String mention) {
    return CandidateList.of(Mention.of(mention), ENTITIES);
  }

  private static void whenAllAreHeld(Holding answering, Runnable action) {
    Thread thread =
        new Thread(
            () -> {
              answering.awaitHeld();
              action.run();
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Answers so many requests and holds those after them, one a thread, until told to go on. */
  private static final class Holding implements Function<ChatCall, String> {
    private final AtomicInteger left;
    private final CountDownLatch held = new CountDownLatch(CONCURRENCY);
    private final CountDownLatch goOn = new CountDownLatch(1);

    Holding(int answers) {
      left = new AtomicInteger(answers);
    }

    @Override
    public String apply(ChatCall call) {
      if (left.getAndDecrement() <= 0) {
        held.countDown();
        await(goOn);
      }
      return ListwiseAnswer.asShown(call);
    }

    void awaitHeld() {
      await(held);
    }

    void goOn() {
      goOn.countDown();
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
