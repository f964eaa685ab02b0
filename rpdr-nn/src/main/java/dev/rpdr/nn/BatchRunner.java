package dev.rpdr.nn;

import dev.rpdr.ModelException;
import dev.rpdr.NonRetriableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Cuts many sequences into batches that waste little on padding, and works on several at once.
 *
 * <p>Sequences are sorted by length, longest first, so that a batch pads little, the largest
 * batches come first and short ones fill the threads at the end. Each thread runs a batch of its
 * own on one core: on short texts that beats one batch spread over all cores, which must meet after
 * each of a graph's nodes. Thread-safe; threads end when idle.
 */
final class BatchRunner implements AutoCloseable {
  private static final AtomicInteger THREADS = new AtomicInteger();
  private static final int IDLE_SECONDS = 5;

  /** Batches are not cut smaller than this only to give each thread one. */
  private static final int LEAST_TOKENS = 64;

  private final int workers;
  private final int tokenBudget;
  private final ThreadPoolExecutor pool;

  BatchRunner(int workers, int tokenBudget) {
    this.workers = workers;
    this.tokenBudget = tokenBudget;
    pool =
        new ThreadPoolExecutor(
            workers,
            workers,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "rpdr-nn-" + THREADS.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Works on all sequences and returns when all is done.
   *
   * @param work called with the indexes of a batch's sequences, by several threads at once
   * @param done called by the calling thread with the size of each batch that is done
   */
  void run(List<TokenSequence> sequences, Consumer<int[]> work, IntConsumer done) {
    List<int[]> batches = batches(sequences);
    if (batches.size() <= 1 || workers == 1) {
      for (int[] batch : batches) {
        work.accept(batch);
        done.accept(batch.length);
      }
      return;
    }
    List<Future<?>> running = new ArrayList<>(batches.size());
    try {
      batches.forEach(batch -> running.add(pool.submit(() -> work.accept(batch))));
      for (int i = 0; i < batches.size(); i++) {
        running.get(i).get();
        done.accept(batches.get(i).length);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NonRetriableException("interrupted while a model was running", e);
    } catch (ExecutionException e) {
      throw rethrown(e);
    } finally {
      running.forEach(future -> future.cancel(false));
    }
  }

  /** Indexes of sequences, each batch within the token budget or alone. */
  List<int[]> batches(List<TokenSequence> sequences) {
    int[] longestFirst =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> -sequences.get(i).length()))
            .mapToInt(i -> i)
            .toArray();
    long tokens = sequences.stream().mapToLong(TokenSequence::length).sum();
    long share = Math.max(LEAST_TOKENS, (tokens + workers - 1) / workers);
    long budget = Math.min(tokenBudget, share);
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    while (from < longestFirst.length) {
      int width = Math.max(1, sequences.get(longestFirst[from]).length());
      int size = (int) Math.max(1, Math.min(budget / width, longestFirst.length - from));
      batches.add(Arrays.copyOfRange(longestFirst, from, from + size));
      from += size;
    }
    return batches;
  }

  @Override
  public void close() {
    pool.shutdown();
  }

  private static RuntimeException rethrown(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof ModelException failure) {
      return new ModelException("a batch failed: " + failure.getMessage(), failure);
    }
    return new NonRetriableException("a batch failed: " + cause, cause);
  }
}
