package dev.rpdr.eval;

import dev.rpdr.Evaluation.Accuracy;
import dev.rpdr.Evaluation.Slice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Renders a report as Markdown tables. Shares are printed to four digits, without the zero. */
final class ReportMarkdown {
  private static final String NONE = "–";

  private final ReportSummary report;
  private final StringBuilder text = new StringBuilder();

  ReportMarkdown(ReportSummary report) {
    this.report = report;
  }

  String render() {
    text.append("# ").append(line(report.experiment())).append("\n\n");
    systems();
    notes();
    outcomes();
    reliabilities();
    comparisons();
    data();
    environment();
    return text.toString();
  }

  private void systems() {
    SortedSet<Integer> ks = new TreeSet<>();
    report.systems().forEach(system -> ks.addAll(system.all().accuracy().keySet()));
    List<String> header = new ArrayList<>(List.of("system", "protocol", "split", "n"));
    ks.forEach(k -> header.add("Acc@" + k + (k.equals(ks.first()) ? " [95 % interval]" : "")));
    if (!ks.isEmpty()) {
      header.add("seen Acc@" + ks.first() + " (n)");
      header.add("unseen Acc@" + ks.first() + " (n)");
    }
    header.addAll(List.of("ceiling", "seconds"));
    Table table = new Table(header, 3);
    for (SystemScore system : report.systems()) {
      List<String> row = new ArrayList<>();
      row.addAll(List.of(system.name(), system.protocol().name(), system.split()));
      row.add(Integer.toString(system.all().n()));
      for (int k : ks) {
        row.add(accuracy(system.all(), k, k == ks.first()));
      }
      if (!ks.isEmpty()) {
        row.add(part(system.slice(AccuracyEvaluator.SEEN), ks.first()));
        row.add(part(system.slice(AccuracyEvaluator.UNSEEN), ks.first()));
      }
      row.add(system.all().n() == 0 ? NONE : share(system.all().ceiling(), 4));
      row.add(String.format(Locale.ROOT, "%.1f", system.seconds()));
      table.add(row);
    }
    table.appendTo(text);
    text.append(
        """
        Acc@k: share of mentions for which the first k concepts hold the right one. Ceiling: share
        whose candidates hold it. Intervals: percentile bootstrap. Seconds: ranking
        all mentions. Scores of different protocols are different experiments.

        """);
  }

  private void notes() {
    boolean any = false;
    for (SystemScore system : report.systems()) {
      for (String note : system.notes()) {
        text.append("* ").append(line(system.name())).append(": ").append(line(note)).append('\n');
        any = true;
      }
    }
    text.append(any ? "\n" : "");
  }

  /** Only where something else than an answer occurred. */
  private void outcomes() {
    Table table =
        new Table(List.of("system", "split", "answered", "repaired", "fell back", "abstained"), 2);
    for (SystemScore system : report.systems()) {
      Map<String, Integer> counts = system.outcomes();
      if (counts.entrySet().stream()
          .anyMatch(e -> !e.getKey().equals("answered") && e.getValue() > 0)) {
        List<String> row = new ArrayList<>(List.of(system.name(), system.split()));
        for (String label : List.of("answered", "repaired", "fell-back", "abstained")) {
          row.add(Integer.toString(counts.getOrDefault(label, 0)));
        }
        table.add(row);
      }
    }
    section("How rankings came about", table);
  }

  private void reliabilities() {
    List<String> header = new ArrayList<>(List.of("system", "split", "ECE", "Brier", "AUROC"));
    SortedSet<Integer> shares = new TreeSet<>(Comparator.reverseOrder());
    for (SystemScore system : report.systems()) {
      Reliability reliability = system.reliability();
      if (reliability != null) {
        shares.addAll(reliability.surest().keySet());
      }
    }
    shares.forEach(share -> header.add("surest " + share + " %"));
    Table table = new Table(header, 2);
    for (SystemScore system : report.systems()) {
      Reliability reliability = system.reliability();
      if (reliability != null) {
        List<String> row = new ArrayList<>(List.of(system.name(), system.split()));
        row.add(share(reliability.calibrationError(), 3));
        row.add(share(reliability.brier(), 3));
        row.add(share(reliability.discrimination(), 3));
        shares.forEach(
            percent -> {
              Double accuracy = reliability.surest().get(percent);
              row.add(accuracy == null ? NONE : share(accuracy, 4));
            });
        table.add(row);
      }
    }
    section("How sure systems are (Acc@1 among the surest)", table);
  }

  private void comparisons() {
    Table table =
        new Table(List.of("a", "b", "k", "both", "only a", "only b", "neither", "a - b", "p"), 2);
    for (Comparison comparison : report.comparisons()) {
      table.add(
          List.of(
              comparison.a(),
              comparison.b(),
              Integer.toString(comparison.k()),
              Integer.toString(comparison.both()),
              Integer.toString(comparison.onlyA()),
              Integer.toString(comparison.onlyB()),
              Integer.toString(comparison.neither()),
              String.format(Locale.ROOT, "%+.4f", comparison.difference()).replace("0.", "."),
              comparison.pValue() < 0.0001 ? "< .0001" : share(comparison.pValue(), 4)));
    }
    section("Paired comparisons (exact McNemar test)", table);
  }

  private void data() {
    Table table = new Table(List.of("data", "name", "size", "SHA-256"), 2);
    for (DataSource source : report.data()) {
      table.add(
          List.of(source.kind(), source.name(), Long.toString(source.size()), source.sha256()));
    }
    section("Data", table);
  }

  private void environment() {
    Table table = new Table(List.of("fact", "value"), 2);
    table.add(List.of("created", report.created().toString()));
    if (report.seed() != null) {
      table.add(List.of("seed", report.seed().toString()));
    }
    report.environment().forEach((key, value) -> table.add(List.of(key, value)));
    report.facts().forEach((key, value) -> table.add(List.of(key, value)));
    section("How it was made", table);
  }

  private void section(String title, Table table) {
    if (!table.rows.isEmpty()) {
      text.append("## ").append(title).append("\n\n");
      table.appendTo(text);
    }
  }

  private static String accuracy(Slice slice, int k, boolean withInterval) {
    Accuracy accuracy = slice.accuracy().get(k);
    if (accuracy == null || slice.n() == 0) {
      return NONE;
    }
    String value = share(accuracy.value(), 4);
    return withInterval
        ? value + " [" + share(accuracy.low(), 3) + ", " + share(accuracy.high(), 3) + "]"
        : value;
  }

  private static String part(Optional<Slice> slice, int k) {
    return slice.map(s -> accuracy(s, k, false) + " (" + s.n() + ")").orElse(NONE);
  }

  private static String share(double value, int digits) {
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.startsWith("0.") ? text.substring(1) : text;
  }

  private static String line(String cell) {
    return cell.replaceAll("\\s+", " ").strip();
  }

  /** A table whose first columns are text and the others numbers. */
  private record Table(List<String> header, int textColumns, List<List<String>> rows) {
    Table(List<String> header, int textColumns) {
      this(header, textColumns, new ArrayList<>());
    }

    void add(List<String> row) {
      rows.add(row);
    }

    void appendTo(StringBuilder out) {
      out.append(joined(header));
      for (int i = 0; i < header.size(); i++) {
        out.append(i < textColumns ? "|---" : "|---:");
      }
      out.append("|\n");
      rows.forEach(row -> out.append(joined(row)));
      out.append('\n');
    }

    private static String joined(List<String> cells) {
      return cells.stream()
          .map(cell -> line(cell).replace("|", "\\|"))
          .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
  }
}
