package dev.rpdr.eval;

import dev.rpdr.Dataset;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Provenance;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The results of an experiment, to be written as JSON, Markdown and one line a mention. Immutable.
 *
 * <pre>{@code
 * Report report =
 *     Report.builder("askapatient")
 *         .seed(42)
 *         .dataset(test)
 *         .knowledgeBase("labels", knowledgeBase)
 *         .add(SystemResult.of("tfidf", Protocol.LABELS_ONLY, "test", evaluation, seconds, from))
 *         .build();
 * report.writeAll(folder);
 * }</pre>
 */
public final class Report {
  /** How many places of each ranking predictions hold. */
  static final int PREDICTED_PLACES = 10;

  private final List<SystemResult> results;
  private final ReportSummary summary;

  private Report(Builder builder) {
    results = List.copyOf(builder.results);
    summary =
        new ReportSummary(
            builder.experiment,
            builder.created == null ? now() : builder.created,
            builder.seed,
            builder.environment,
            builder.facts,
            builder.data,
            results.stream().map(SystemScore::of).toList(),
            builder.comparisons);
  }

  /** A report on an experiment of this name. */
  public static Builder builder(String experiment) {
    return new Builder(experiment);
  }

  /** The results, in the order in which they were added. */
  public List<SystemResult> results() {
    return results;
  }

  /** All but the single rankings. */
  public ReportSummary summary() {
    return summary;
  }

  /** As {@link ReportSummary#writeJson}. */
  public void writeJson(Path file) {
    summary.writeJson(file);
  }

  /** As {@link ReportSummary#writeMarkdown}. */
  public void writeMarkdown(Path file) {
    summary.writeMarkdown(file);
  }

  /** As {@link ReportSummary#markdown}. */
  public String markdown() {
    return summary.markdown();
  }

  /**
   * Writes what each system answered, ten places a mention, into {@code <name>.jsonl}, or {@code
   * <name>.<split>.jsonl} where a name occurs with several splits. In file names every character
   * but letters, digits and {@code . _ - @ + =} is replaced by {@code _}. Each line is a JSON
   * object: {@code id}, {@code mention}, {@code gold} (parts of alternatives), {@code rank} (from
   * 1, 0 for wrong), {@code reachable}, {@code outcome}, {@code reason}, {@code ranking} ({@code
   * id}, {@code name}, {@code score}, best first).
   *
   * @return the files, in the order of {@link #results()}
   * @throws dev.rpdr.NonRetriableException if one cannot be written
   */
  public List<Path> writePredictions(Path folder) {
    FileNames names = new FileNames();
    Predictions predictions = new Predictions(PREDICTED_PLACES);
    List<Path> files = new ArrayList<>();
    for (SystemResult result : results) {
      long same = results.stream().filter(other -> other.name().equals(result.name())).count();
      String name = same == 1 ? result.name() : result.name() + "." + result.split();
      Path file = folder.resolve(names.of(name) + ".jsonl");
      predictions.write(file, result);
      files.add(file);
    }
    return files;
  }

  /**
   * Writes {@code report.json}, {@code report.md} and {@code predictions/*.jsonl} into a folder.
   */
  public void writeAll(Path folder) {
    writePredictions(folder.resolve("predictions"));
    writeMarkdown(folder.resolve("report.md"));
    writeJson(folder.resolve("report.json"));
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Collects results. Not thread-safe. */
  public static final class Builder {
    private final String experiment;
    private final SortedMap<String, String> environment = Environment.current();
    private final SortedMap<String, String> facts = new TreeMap<>();
    private final List<DataSource> data = new ArrayList<>();
    private final List<SystemResult> results = new ArrayList<>();
    private final List<Comparison> comparisons = new ArrayList<>();
    private @Nullable Instant created;
    private @Nullable Long seed;

    private Builder(String experiment) {
      if (Objects.requireNonNull(experiment, "experiment").isBlank()) {
        throw new IllegalArgumentException("a report needs the experiment's name");
      }
      this.experiment = experiment;
    }

    /** When the experiment was made, cut to seconds; now by default. */
    public Builder created(Instant newCreated) {
      created = newCreated.truncatedTo(ChronoUnit.SECONDS);
      return this;
    }

    /** The experiment's seed. */
    public Builder seed(long newSeed) {
      seed = newSeed;
      return this;
    }

    /** Adds a fact on versions and hardware, or replaces one. */
    public Builder environment(String key, String value) {
      environment.put(key, value);
      return this;
    }

    /** Adds a fact on the experiment, or replaces one. */
    public Builder fact(String key, Object value) {
      facts.put(key, value.toString());
      return this;
    }

    /** Adds facts, such as those of {@link AccuracyEvaluator#provenance()}. */
    public Builder facts(Provenance provenance) {
      facts.putAll(provenance.facts());
      return this;
    }

    /** Says what a dataset holds. */
    public Builder dataset(Dataset dataset) {
      return data(DataSource.of(dataset));
    }

    /** Says what a knowledge base holds. */
    public Builder knowledgeBase(String name, KnowledgeBase knowledgeBase) {
      return data(DataSource.of(name, knowledgeBase));
    }

    /** Says what other data holds. */
    public Builder data(DataSource source) {
      data.add(Objects.requireNonNull(source, "source"));
      return this;
    }

    /**
     * Adds a system's result.
     *
     * @throws IllegalArgumentException if the same system was added for the same split
     */
    public Builder add(SystemResult result) {
      for (SystemResult other : results) {
        if (other.name().equals(result.name()) && other.split().equals(result.split())) {
          throw new IllegalArgumentException(
              "system '" + result.name() + "' is there already for split '" + result.split() + "'");
        }
      }
      results.add(result);
      return this;
    }

    /** Adds a paired comparison. */
    public Builder compare(Comparison comparison) {
      comparisons.add(Objects.requireNonNull(comparison, "comparison"));
      return this;
    }

    /**
     * Compares two systems that were added, at k = 1, on every split that both were scored on.
     *
     * @throws IllegalArgumentException if one is not there, if they share no split, or if they were
     *     scored on other mentions
     */
    public Builder compare(String a, String b) {
      List<SystemResult> ofA = named(a);
      List<SystemResult> ofB = named(b);
      int before = comparisons.size();
      for (SystemResult one : ofA) {
        ofB.stream()
            .filter(other -> other.split().equals(one.split()))
            .forEach(other -> comparisons.add(Comparison.of(one, other)));
      }
      if (comparisons.size() == before) {
        throw new IllegalArgumentException("'" + a + "' and '" + b + "' share no split");
      }
      return this;
    }

    /** The report; the builder may go on. */
    public Report build() {
      return new Report(this);
    }

    private List<SystemResult> named(String name) {
      List<SystemResult> named = results.stream().filter(r -> r.name().equals(name)).toList();
      if (named.isEmpty()) {
        throw new IllegalArgumentException(
            "system '"
                + name
                + "' was not added; there are "
                + results.stream().map(SystemResult::name).distinct().toList());
      }
      return named;
    }
  }
}
