package dev.rpdr.cli.experiment;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.PropertyBindingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rpdr.DataFormatException;
import dev.rpdr.Dataset;
import dev.rpdr.Evaluator;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.eval.AccuracyEvaluator;
import dev.rpdr.eval.Report;
import dev.rpdr.eval.SystemResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Runs an experiment: reads what its file names, builds or trains each system, measures it on each
 * split and writes {@code report.json}, {@code report.md}, {@code predictions/}, {@code students/}
 * and {@code indexes/}. What an earlier, interrupted run trained or encoded is used again.
 */
public final class Experiment {
  private final ExperimentConfig config;
  private final Path beside;
  private final Path data;
  private final Path out;
  private final ProgressListener progress;

  private Experiment(
      ExperimentConfig config, Path beside, Path data, Path out, ProgressListener progress) {
    this.config = config;
    this.beside = beside;
    this.data = data;
    this.out = out;
    this.progress = progress;
  }

  /**
   * An experiment.
   *
   * @param file the YAML file that describes it
   * @param data the folder that its files are named relative to, but for those that begin with
   *     {@code ./}, which lie beside {@code file}
   * @param out where results go; made where absent
   * @throws DataFormatException naming what in the file is wrong and what is allowed
   */
  public static Experiment read(Path file, Path data, Path out, ProgressListener progress) {
    return new Experiment(
        parse(file), file.toAbsolutePath().resolveSibling(""), data, out, progress);
  }

  /**
   * Runs it. Takes as long as it takes; progress is told, and the report is written anew after each
   * row, so that a later failure takes none of them away.
   */
  public Report run() {
    ExperimentData read = new ExperimentData(config, data, beside);
    Evaluator evaluator = evaluator(read);
    List<SystemResult> results = new ArrayList<>();
    Report report = report(read, results);
    for (long seed : config.seeds()) {
      boolean first = seed == config.seeds().get(0);
      Path students = out.resolve("students").resolve(first ? "." : "seed-" + seed).normalize();
      try (TrainedStudents trained = new TrainedStudents(config, read, students, seed, progress);
          Systems systems = new Systems(config, read, trained, out.resolve("indexes"), progress)) {
        for (SystemConfig system : config.systems()) {
          if (first || systems.isTrained(system)) {
            results.addAll(
                measure(
                    system,
                    systems,
                    read,
                    evaluator,
                    first ? system.name() : system.name() + "#" + seed,
                    seed));
            report = report(read, results);
            report.writeAll(out);
          }
        }
      }
    }
    return report;
  }

  private List<SystemResult> measure(
      SystemConfig system,
      Systems systems,
      ExperimentData read,
      Evaluator evaluator,
      String row,
      long seed) {
    List<SystemResult> results = new ArrayList<>();
    for (String split : config.evaluate()) {
      Dataset dataset = read.split(split);
      Systems.Ranker ranker = systems.ranker(system);
      long start = System.nanoTime();
      List<Ranking> rankings = ranker.rank(dataset.unlabelled());
      double seconds = (System.nanoTime() - start) / 1e9;
      Provenance provenance =
          ranker.provenance().with("split.sha256", dataset.fingerprint()).with("k", config.k());
      if (systems.isTrained(system)) {
        provenance = provenance.with("seed", seed);
      }
      String name = config.evaluate().size() == 1 ? row : row + " (" + split + ")";
      results.add(
          new SystemResult(
              name,
              systems.protocol(system),
              split,
              evaluator.evaluate(dataset, rankings),
              seconds,
              provenance,
              ranker.notes()));
      progress.onProgress("systems", results.size(), -1, name);
    }
    return results;
  }

  private Evaluator evaluator(ExperimentData read) {
    AccuracyEvaluator.Builder builder =
        AccuracyEvaluator.builder()
            .ks(config.accuracyAt().stream().mapToInt(Integer::intValue).toArray())
            .seed(config.seeds().get(0));
    Set<String> seen = read.seenTexts();
    return (seen == null ? builder : builder.seenTexts(seen)).build();
  }

  private Report report(ExperimentData read, List<SystemResult> results) {
    Report.Builder builder =
        Report.builder(config.name())
            .knowledgeBase(config.knowledgeBase().file(), read.knowledgeBase())
            .seed(config.seeds().get(0));
    config.evaluate().forEach(split -> builder.dataset(read.split(split)));
    read.hashes().forEach((file, sha256) -> builder.fact("data." + file + ".sha256", sha256));
    results.forEach(builder::add);
    List<String> rows = results.stream().map(SystemResult::name).toList();
    for (String pair : config.compare()) {
      List<String> names = List.of(pair.split(" > ", -1));
      if (rows.containsAll(names)) {
        builder.compare(names.get(0), names.get(1));
      }
    }
    return builder.build();
  }

  private static ExperimentConfig parse(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DataFormatException("there is no experiment file " + file);
    }
    YAMLMapper yaml =
        YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    try {
      ExperimentConfig config = yaml.readValue(file.toFile(), ExperimentConfig.class);
      if (config == null) {
        throw new DataFormatException(file + " is empty");
      }
      return config;
    } catch (JsonMappingException e) {
      throw new DataFormatException(file + ": " + explain(e), e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static String explain(JsonMappingException e) {
    Throwable cause = e.getCause();
    if (cause instanceof IllegalArgumentException) {
      return String.valueOf(cause.getMessage());
    }
    String at =
        e.getPath().stream()
            .map(
                step ->
                    step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
            .collect(Collectors.joining("."));
    String message = e.getOriginalMessage();
    if (e instanceof InvalidTypeIdException kind) {
      String id = kind.getTypeId();
      message =
          (id == null ? "kind is missing" : "kind '" + id + "' is unknown")
              + "; known are "
              + kinds(kind.getBaseType().getRawClass());
    }
    if (e instanceof PropertyBindingException unknown && unknown.getKnownPropertyIds() != null) {
      message =
          "the key '"
              + unknown.getPropertyName()
              + "' is unknown here; known are "
              + new TreeSet<>(unknown.getKnownPropertyIds());
    }
    return (at.isEmpty() ? "" : "at " + at + ": ") + message;
  }

  private static Set<String> kinds(Class<?> base) {
    return Arrays.stream(base.getAnnotation(JsonSubTypes.class).value())
        .map(JsonSubTypes.Type::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
