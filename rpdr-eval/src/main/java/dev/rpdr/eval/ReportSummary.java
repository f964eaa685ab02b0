package dev.rpdr.eval;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code report.json} holds: everything of a {@link Report} but the single rankings. The file
 * is UTF-8 JSON:
 *
 * <ul>
 *   <li>{@code format}: {@value ReportJson#FORMAT}
 *   <li>{@code experiment}, {@code created} (ISO 8601, UTC), {@code seed} (or null)
 *   <li>{@code environment}: versions, number of cores; {@code facts}: whatever the experiment adds
 *   <li>{@code data[]}: {@code kind}, {@code name}, {@code size}, {@code sha256}
 *   <li>{@code systems[]}: {@code name}, {@code protocol}, {@code split}, {@code n}, {@code acc}
 *       (from each k, as text, to the accuracy in [0, 1]), {@code ci} (from each k to the two ends
 *       of its 95 % interval), {@code ceiling}, <code>seen</code> and {@code unseen} (each {@code
 *       n}, {@code acc}, {@code ci}, {@code ceiling}, or null where not told apart), {@code slices}
 *       (other parts, by name), {@code outcomes} (counts), {@code reliability} ({@code
 *       calibrationError}, {@code brier}, {@code discrimination}, {@code surest}; null without
 *       confidences), {@code seconds}, {@code provenance}, {@code notes[]}. Accuracies and ceiling
 *       of a part without mentions are null.
 *   <li>{@code comparisons[]}: {@code a}, {@code b}, {@code k}, {@code both}, {@code onlyA}, {@code
 *       onlyB}, {@code neither}, {@code difference}, {@code pValue}
 * </ul>
 *
 * <p>A reader ignores keys that it does not know.
 *
 * @param experiment what was done, not blank
 * @param created when, to the second
 * @param seed the experiment's seed, or null where there is none
 * @param environment versions and hardware, copied
 * @param facts further facts, copied
 * @param data what the scores rest on, copied
 * @param systems one row a system and split, copied
 * @param comparisons paired comparisons, copied; may be empty
 */
public record ReportSummary(
    String experiment,
    Instant created,
    @Nullable Long seed,
    SortedMap<String, String> environment,
    SortedMap<String, String> facts,
    List<DataSource> data,
    List<SystemScore> systems,
    List<Comparison> comparisons) {
  public ReportSummary {
    if (experiment.isBlank()) {
      throw new IllegalArgumentException("a report needs the experiment's name");
    }
    Objects.requireNonNull(created, "created");
    environment = copy(environment);
    facts = copy(facts);
    data = List.copyOf(data);
    systems = List.copyOf(systems);
    comparisons = List.copyOf(comparisons);
  }

  /**
   * Reads a {@code report.json}.
   *
   * @throws dev.rpdr.DataFormatException if the file cannot be read or is no such report
   */
  public static ReportSummary read(Path file) {
    return ReportJson.read(file);
  }

  /**
   * The row of a system.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public SystemScore system(String name) {
    return systems.stream()
        .filter(system -> system.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no system '"
                        + name
                        + "'; there are "
                        + systems.stream().map(SystemScore::name).toList()));
  }

  /**
   * Writes {@code report.json}; a file that is there is replaced at once or not at all. Missing
   * folders are made.
   *
   * @throws dev.rpdr.NonRetriableException if it cannot be written
   */
  public void writeJson(Path file) {
    AtomicFile.write(file, ReportJson.write(this));
  }

  /** Writes {@link #markdown()}, as {@link #writeJson} does. */
  public void writeMarkdown(Path file) {
    AtomicFile.write(file, markdown());
  }

  /** Tables for people to read, in Markdown. */
  public String markdown() {
    return new ReportMarkdown(this).render();
  }

  private static SortedMap<String, String> copy(Map<String, String> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
