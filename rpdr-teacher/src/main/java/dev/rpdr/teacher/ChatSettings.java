package dev.rpdr.teacher;

import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.cost.Estimate;
import dev.rpdr.teacher.cost.Price;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.cost.TokenCounter;
import dev.rpdr.teacher.prompt.Prompt;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.teacher.prompt.RankingParser;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a chat model is asked to rank: everything that decides its answers, and nothing of how it is
 * reached. It makes the prompt of a request and the answer of a reply, so that a teacher, a batch
 * and a student agree. Immutable and thread-safe.
 */
public final class ChatSettings {
  /** Tokens that OpenAI's chat format adds: 4 a message, 3 that prime the answer. */
  private static final int PER_MESSAGE = 4;

  private static final int PRIMING = 3;

  private final String modelName;
  private final PromptTemplate template;
  private final int top;
  private final @Nullable Double temperature;
  private final @Nullable Integer maxOutputTokens;
  private final AnswerFormat answers;
  private final SortedMap<String, String> further;
  private final RankingParser parser;
  private final TokenCounter counter;

  ChatSettings(
      String modelName,
      PromptTemplate template,
      int top,
      @Nullable Double temperature,
      @Nullable Integer maxOutputTokens,
      AnswerFormat answers,
      SortedMap<String, String> further) {
    this.modelName = modelName;
    this.template = template;
    this.top = top;
    this.temperature = temperature;
    this.maxOutputTokens = maxOutputTokens;
    this.answers = answers;
    this.further = new TreeMap<>(further);
    parser = new RankingParser(template.labels());
    counter = TokenCounter.of(modelName);
  }

  /** The model that is asked for. */
  public String modelName() {
    return modelName;
  }

  /** The prompt template. */
  public PromptTemplate template() {
    return template;
  }

  /** The temperature, or null where none is sent. */
  public @Nullable Double temperature() {
    return temperature;
  }

  /** The most tokens that an answer may have, or null where no limit is sent. */
  public @Nullable Integer maxOutputTokens() {
    return maxOutputTokens;
  }

  /** The form of answers. */
  public AnswerFormat answers() {
    return answers;
  }

  /**
   * The identity of a teacher with these settings: the model's name, the template's hash, how many
   * candidates are asked for, the temperature and what else there is. The address of the server is
   * no part of it.
   */
  public String identity() {
    StringBuilder text = new StringBuilder("model=").append(modelName);
    text.append(" template=").append(template.sha256());
    text.append(" top=").append(top == Integer.MAX_VALUE ? "all" : Integer.toString(top));
    text.append(" temperature=").append(temperature == null ? "unset" : temperature.toString());
    if (answers != AnswerFormat.TEXT) {
      text.append(" answers=").append(answers.key());
    }
    if (maxOutputTokens != null) {
      text.append(" max-output-tokens=").append(maxOutputTokens);
    }
    further.forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
    return text.toString();
  }

  /** How many candidates of a request are to be ranked; ≥ 1 for a request that is not empty. */
  public int wanted(CandidateList request) {
    return Math.min(top, request.size());
  }

  /** How many candidates are asked for; all of a smaller request. */
  int top() {
    return top;
  }

  /** The form that the answer to a request is held to, or null for text. */
  @Nullable ResponseFormat format(CandidateList request) {
    return answers == AnswerFormat.TEXT
        ? null
        : RankingSchema.of(Map.of("ranking", labels(request)));
  }

  /** The form that the answer to several requests is held to, or null for text. */
  @Nullable ResponseFormat groupFormat(List<String> ids, List<CandidateList> requests) {
    Map<String, List<String>> rankings = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      rankings.put(ids.get(i), labels(requests.get(i)));
    }
    return answers == AnswerFormat.TEXT ? null : RankingSchema.of(rankings);
  }

  /** The prompt for a request of at least one candidate. */
  public Prompt prompt(CandidateList request) {
    return template.render(request, wanted(request));
  }

  /** The labels of a request's candidates, in its order. */
  public List<String> labels(CandidateList request) {
    return IntStream.range(0, request.size()).mapToObj(template.labels()::label).toList();
  }

  /** What a reply says about a request. Never throws, whatever the reply. */
  public TeacherAnswer read(CandidateList request, Reply reply) {
    boolean empty = reply.text() == null || reply.text().isBlank();
    Ranking ranking =
        empty && Reply.FILTERED.equals(reply.finishReason())
            ? Ranking.fellBack(request, "refused by the content filter")
            : parser.parse(
                reply.text(), request, wanted(request), Reply.CUT_OFF.equals(reply.finishReason()));
    return new TeacherAnswer(
        ranking, reply.text(), reply.model(), reply.usage(), reply.finishReason(), reply.latency());
  }

  /**
   * The tokens that a request is expected to use: its prompt as the model's tokenizer counts it
   * where that is known, and an answer that ranks what is asked for and says nothing else.
   */
  public Usage expectedUsage(CandidateList request) {
    return expectedUsage(prompt(request), request);
  }

  Usage expectedUsage(Prompt prompt, CandidateList request) {
    return expectedUsage(prompt, expectedAnswer(request));
  }

  Usage expectedUsage(Prompt prompt, String answer) {
    int input = PRIMING + PER_MESSAGE + counter.count(prompt.user());
    if (!prompt.system().isEmpty()) {
      input += PER_MESSAGE + counter.count(prompt.system());
    }
    int output = counter.count(answer);
    return new Usage(input, maxOutputTokens == null ? output : Math.min(output, maxOutputTokens));
  }

  /**
   * What asking for these requests is expected to cost. Requests without candidates are not asked
   * for.
   */
  public Estimate estimate(List<CandidateList> requests, PriceTable prices) {
    return estimate(requests, prices, false);
  }

  /** As {@link #estimate(List, PriceTable)}, by the batch API and its price. */
  public Estimate estimateBatch(List<CandidateList> requests, PriceTable prices) {
    return estimate(requests, prices, true);
  }

  private Estimate estimate(List<CandidateList> requests, PriceTable prices, boolean batch) {
    return estimateOf(
        requests.stream().filter(request -> request.size() > 0).map(this::expectedUsage).toList(),
        prices,
        batch);
  }

  /** What some requests are expected to cost, told what each is expected to use. */
  Estimate estimateOf(List<Usage> requests, PriceTable prices, boolean batch) {
    Objects.requireNonNull(prices, "prices");
    Price price = prices.find(modelName).orElse(null);
    long input = 0;
    long output = 0;
    BigDecimal cost = BigDecimal.ZERO;
    for (Usage usage : requests) {
      input += usage.inputTokens();
      output += usage.outputTokens();
      if (price != null) {
        cost = cost.add(batch ? price.ofBatch(usage) : price.of(usage));
      }
    }
    return new Estimate(
        modelName,
        requests.size(),
        input,
        output,
        counter.name(),
        prices.currency(),
        price == null ? null : cost);
  }

  String expectedAnswer(CandidateList request) {
    List<String> ranked = labels(request).subList(0, wanted(request));
    return answers == AnswerFormat.TEXT
        ? String.join(" > ", ranked)
        : "{\"ranking\":[\"" + String.join("\",\"", ranked) + "\"]}";
  }
}
