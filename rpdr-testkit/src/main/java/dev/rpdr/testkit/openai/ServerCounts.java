package dev.rpdr.testkit.openai;

import dev.rpdr.testkit.Fault;
import java.time.Duration;
import java.util.Map;

/**
 * What a {@link FakeOpenAiServer} counted. Each request is an answer, a failure or refused: {@code
 * requests = answers + failures + refused}, those still under way left out.
 *
 * @param requests requests for chat completions that came to an end, those of batches among them
 * @param answers whole answers, spoilt and slow ones among them; these are what is paid for
 * @param failures requests that met a fault which leaves them without an answer
 * @param refused requests that were wrong: no key, no JSON, no messages
 * @param inputTokens tokens of the prompts of all answers
 * @param outputTokens tokens of all answers
 * @param undelivered answers whose caller was gone when they were sent; a caller may also vanish
 *     without the server noticing
 * @param mostAtOnce how many requests were worked on at once, at most
 * @param busy from the first request to when the last answer was ready
 * @param faults how many requests met each fault
 */
public record ServerCounts(
    long requests,
    long answers,
    long failures,
    long refused,
    long inputTokens,
    long outputTokens,
    long undelivered,
    int mostAtOnce,
    Duration busy,
    Map<Fault, Long> faults) {
  public ServerCounts {
    faults = Map.copyOf(faults);
  }
}
