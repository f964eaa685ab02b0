package dev.rpdr.benchmarks;

import dev.rpdr.CandidateList;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.retriever.TextAnalysis;
import dev.rpdr.retriever.TfIdfRetriever;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Mentions for which TF-IDF retrieves ten candidates out of 40,000 names, a second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 3, time = 5)
public class RetrievalBenchmark {
  private static final int MENTIONS = 200;

  private List<Mention> mentions = List.of();
  private TfIdfRetriever retriever;

  /** Builds the index. */
  @Setup(Level.Trial)
  public void build() {
    KnowledgeBase knowledgeBase = Names.knowledgeBase(40_000);
    retriever = TfIdfRetriever.build(knowledgeBase, TextAnalysis.charWordBoundary(3, 5));
    mentions = Names.of(MENTIONS, 99).stream().map(Mention::of).toList();
  }

  /** Retrieves for all mentions in one call. */
  @Benchmark
  @OperationsPerInvocation(MENTIONS)
  public List<CandidateList> retrieve() {
    return retriever.retrieveAll(mentions, 10);
  }
}
