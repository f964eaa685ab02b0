package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.ModelException;
import dev.rpdr.NonRetriableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchRunnerTest {
  private static final int BUDGET = 100;

  private final BatchRunner runner = new BatchRunner(2, BUDGET);

  @AfterEach
  void close() {
    runner.close();
  }

  @Test
  void batchesHoldEachSequenceOnceWithinTheBudget() {
    List<TokenSequence> sequences = randomLengths(500);
    List<Integer> seen = new ArrayList<>();
    for (int[] batch : runner.batches(sequences)) {
      int width = IntStream.of(batch).map(i -> sequences.get(i).length()).max().orElseThrow();
      assertThat(batch.length == 1 || batch.length * width <= BUDGET).isTrue();
      IntStream.of(batch).forEach(seen::add);
    }
    assertThat(seen).hasSize(500).containsAll(IntStream.range(0, 500).boxed().toList());
    assertThat(seen)
        .isSortedAccordingTo((a, b) -> Integer.compare(length(sequences, b), length(sequences, a)));
  }

  @Test
  void padsFarLessThanBatchesInTheCallersOrder() {
    List<TokenSequence> sequences = randomLengths(500);
    int tokens = sequences.stream().mapToInt(TokenSequence::length).sum();
    int padded =
        runner.batches(sequences).stream()
            .mapToInt(
                b -> b.length * Arrays.stream(b).map(i -> length(sequences, i)).max().orElse(0))
            .sum();
    assertThat(padded).isLessThan(tokens * 11 / 10);
  }

  @Test
  void aSmallLoadIsSharedAmongTheThreads() {
    List<TokenSequence> sequences = IntStream.range(0, 32).mapToObj(i -> ofLength(5)).toList();
    BatchRunner wide = new BatchRunner(2, 10_000);
    assertThat(wide.batches(sequences)).hasSize(2);
    wide.close();
  }

  @Test
  void progressIsTheCallersThreadAndTheWorkIsNot() {
    Set<Thread> listeners = new HashSet<>();
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    int[] done = {0};
    runner.run(
        randomLengths(300),
        batch -> workers.add(Thread.currentThread()),
        size -> {
          listeners.add(Thread.currentThread());
          done[0] += size;
        });
    assertThat(done[0]).isEqualTo(300);
    assertThat(listeners).containsExactly(Thread.currentThread());
    assertThat(workers).doesNotContain(Thread.currentThread()).allMatch(Thread::isDaemon);
  }

  @Test
  void noSequencesAreNoWork() {
    runner.run(List.of(), batch -> assertThat(batch).isNull(), size -> assertThat(size).isNull());
  }

  @Test
  void theFirstFailureIsThrownWithItsKindAndCause() {
    assertThatThrownBy(
            () ->
                runner.run(
                    randomLengths(300),
                    batch -> {
                      throw new ModelException("the graph broke");
                    },
                    size -> {}))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("the graph broke")
        .hasCauseInstanceOf(ModelException.class);
  }

  @Test
  void anInterruptEndsTheWaitAndStaysSet() {
    CountDownLatch never = new CountDownLatch(1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () ->
                runner.run(
                    randomLengths(300),
                    batch -> {
                      try {
                        never.await();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                    },
                    size -> {}))
        .isInstanceOf(NonRetriableException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    never.countDown();
  }

  private static int length(List<TokenSequence> sequences, int index) {
    return sequences.get(index).length();
  }

  private static List<TokenSequence> randomLengths(int count) {
    Random random = new Random(7);
    return IntStream.range(0, count).mapToObj(i -> ofLength(2 + random.nextInt(40))).toList();
  }

  private static TokenSequence ofLength(int length) {
    return TokenSequence.of(new long[length], new long[length]);
  }
}
