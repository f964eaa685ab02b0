package dev.rpdr.distill;

import dev.rpdr.Provenance;
import dev.rpdr.RankSummary;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a {@link CascadeFitter} found. All figures are of the rows that it was fitted on, and the
 * more combinations were tried the more they flatter: report others.
 *
 * @param options the best join
 * @param withoutCandidates how many rows have no candidate; they count as wrong
 * @param joined how good the join is, its early exit included
 * @param first how good the first student is alone
 * @param second how good the second student is alone
 * @param exits what each threshold of the early exit gives with the best weights, the thresholds
 *     rising; copied
 */
public record CascadeFit(
    CascadeOptions options,
    int withoutCandidates,
    RankSummary joined,
    RankSummary first,
    RankSummary second,
    List<Exit> exits) {
  public CascadeFit {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(joined, "joined");
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(second, "second");
    exits = List.copyOf(exits);
  }

  /**
   * One threshold of the early exit.
   *
   * @param sure the threshold, see {@link CascadeOptions#sure}
   * @param share the share of mentions, 0 to 1, that the second student is not asked about
   * @param changed the share of mentions, 0 to 1, whose first choice would be another if it were
   * @param joined how good the cascade is with it
   */
  public record Exit(double sure, double share, double changed, RankSummary joined) {
    public Exit {
      Objects.requireNonNull(joined, "joined");
      requireShare("share", share);
      requireShare("changed", changed);
    }

    private static void requireShare(String name, double share) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException(name + " must be 0 to 1, not " + share);
      }
    }
  }

  /** How many rows it was fitted on. */
  public int rows() {
    return joined.n();
  }

  /** The share of mentions, 0 to 1, that leave early with the best join. */
  public double exitShare() {
    return exits.stream()
        .filter(exit -> exit.sure() == options.sure())
        .findFirst()
        .orElseThrow()
        .share();
  }

  /** What was found, as facts: the join is told by the student itself. */
  public Provenance provenance() {
    Provenance facts =
        Provenance.none()
            .with("rows", rows())
            .with("rows-without-candidates", withoutCandidates)
            .with("acc", joined)
            .with("acc.first", first)
            .with("acc.second", second)
            .with("exit-share", digits(exitShare()));
    for (Exit exit : exits) {
      facts =
          facts.with(
              "exit." + exit.sure(),
              "share %s, changed %s, acc %s"
                  .formatted(digits(exit.share()), digits(exit.changed()), exit.joined()));
    }
    return facts;
  }

  /** What was found, in a line for a reader; accuracies are Acc@1 / Acc@5. */
  public String summary() {
    return "temperature "
        + options.temperature()
        + ", weight "
        + options.weight()
        + ", place weight "
        + options.placeWeight()
        + ", sure "
        + options.sure()
        + " fitted on "
        + rows()
        + " rows: there "
        + joined
        + " (first alone "
        + first
        + ", second alone "
        + second
        + "); share that leaves early, share changed by it, and accuracy, by sure: "
        + exits.stream()
            .map(
                exit ->
                    "%s: %s, %s, %s"
                        .formatted(
                            exit.sure(),
                            digits(exit.share()),
                            digits(exit.changed()),
                            exit.joined()))
            .collect(Collectors.joining("; "));
  }

  private static String digits(double share) {
    return String.format(Locale.ROOT, "%.4f", share);
  }
}
