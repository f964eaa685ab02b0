package dev.rpdr.benchmarks;

import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextEncoder;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Names encoded a second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 3, time = 5)
public class EncoderBenchmark {
  private static final int NAMES = 2000;

  /** Which of the Maven encoders. */
  @Param({"all-minilm-l6-v2", "bge-small-zh-v15"})
  public String encoder = "";

  private List<String> names = List.of();
  private TextEncoder textEncoder;

  /** Opens the encoder. */
  @Setup(Level.Trial)
  public void open() {
    names = Names.of(NAMES, 7);
    textEncoder = TextEncoder.open(ModelFiles.maven(encoder), EncoderOptions.mean());
  }

  /** Closes it. */
  @TearDown(Level.Trial)
  public void close() {
    textEncoder.close();
  }

  /** Encodes all names in one call. */
  @Benchmark
  @OperationsPerInvocation(NAMES)
  public float[][] encode() {
    return textEncoder.encodeAll(names);
  }
}
