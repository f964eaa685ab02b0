package dev.rpdr.benchmarks.teacher;

import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.teacher.LangChain4jTeacher;
import dev.rpdr.teacher.OpenAiTeachers;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.Estimate;
import dev.rpdr.teacher.cost.Price;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.cost.TokenCounter;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import dev.rpdr.testkit.openai.ListwiseAnswer;
import dev.rpdr.testkit.openai.ServerCounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Recorded teachers, asked again through a fake server: the estimate before, the bill after. */
final class Estimates {
  private static final double ALLOWED = 0.1;
  private static final int TOP = 10;
  private static final int MOST_TOKENS = 8192;
  private static final List<String> FILES =
      List.of(
          "teacher/askapatient.train.jsonl",
          "teacher/askapatient.test.jsonl",
          "teacher/chip-cdn.train.jsonl",
          "teacher/chip-cdn.dev.jsonl");

  private Estimates() {}

  /**
   * Compares.
   *
   * @param data where the recorded sets lie
   * @param tokenizer the folder of another model's tokenizer, which the estimate does not know, so
   *     that what it is off by is told and not judged; or null
   */
  static Checks run(Path data, @Nullable Path tokenizer) {
    Checks checks = new Checks();
    PriceTable shipped = PriceTable.shipped();
    TokenCounter known = TokenCounter.of("gpt-4o");
    for (String file : FILES) {
      one(checks, data, file, "gpt-4o", shipped, known::count, known.name());
    }
    if (tokenizer != null) {
      String model = tokenizer.getFileName().toString();
      PriceTable prices = shipped.with(Price.of(model, "1.00", "4.00"));
      try (TextTokenizer other = TextTokenizer.open(json(tokenizer), MOST_TOKENS)) {
        for (String file : FILES) {
          one(checks, data, file, model, prices, text -> other.encode(text).length(), model);
        }
      }
    }
    return checks;
  }

  private static byte[] json(Path folder) {
    try {
      return Files.readAllBytes(folder.resolve("tokenizer.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void one(
      Checks checks,
      Path data,
      String file,
      String model,
      PriceTable prices,
      ToIntFunction<String> tokens,
      String counted) {
    List<Ranking> recorded = RecordedTeacher.read(data.resolve(file)).rankings();
    Map<String, List<String>> names = new HashMap<>();
    for (Ranking ranking : recorded) {
      names.put(
          ranking.mention().text(),
          ranking.candidates().stream().map(candidate -> candidate.entity().name()).toList());
    }
    boolean chinese = file.contains("chip-cdn");
    try (FakeOpenAiServer server =
        FakeOpenAiServer.builder()
            .tokens(tokens)
            .answering(
                ListwiseAnswer.byNames(
                    call -> names.getOrDefault(call.mention().orElse(""), List.of())))
            .start()) {
      CostMeter meter = CostMeter.of(prices);
      LangChain4jTeacher teacher =
          OpenAiTeachers.openAi(
                  model,
                  () -> "sk-of-the-acceptance",
                  chinese ? PromptTemplate.chinese() : PromptTemplate.english())
              .baseUrl(server.baseUrl())
              .guard(CallGuard.builder().meter(meter).build())
              .top(TOP)
              .concurrency(4)
              .build();
      List<CandidateList> requests = recorded.stream().map(Ranking::request).toList();
      Estimate estimate = teacher.settings().estimate(requests, prices);
      teacher.rankAll(requests);
      ServerCounts counts = server.counts();
      BigDecimal charged =
          prices.get(model).of(new Usage((int) counts.inputTokens(), (int) counts.outputTokens()));
      BigDecimal announced = Objects.requireNonNull(estimate.cost(), "the model has a price");
      double off = announced.subtract(charged).doubleValue() / charged.doubleValue();
      String line =
          String.format(
              Locale.ROOT,
              "%s, counted by %s: estimate %d + %d tokens, %.4f USD; server %d + %d, %.4f USD; off by %+.2f %%",
              file,
              counted,
              estimate.inputTokens(),
              estimate.outputTokens(),
              announced.doubleValue(),
              counts.inputTokens(),
              counts.outputTokens(),
              charged.doubleValue(),
              100 * off);
      if (estimate.counter().equals(counted)) {
        checks.check(Math.abs(off) <= ALLOWED, line);
      } else {
        checks.note(line);
      }
      checks.equal(
          file + ": the bill is what the server charges",
          0,
          meter.bill().total().compareTo(charged));
      checks.equal(file + ": answers", (long) requests.size(), counts.answers());
    }
  }
}
