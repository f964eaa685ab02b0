package dev.rpdr.teacher.prompt;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Entries that belong together, a ranking as far as an answer holds one.
 *
 * @param items the entries, best first
 * @param arrow whether arrows join them
 * @param pure whether nothing else stands in their lines
 * @param lines how many lines they fill
 */
record Chain(List<Item> items, boolean arrow, boolean pure, int lines) {
  Chain {
    items = List.copyOf(items);
  }

  /** How many different candidates are named. */
  int distinct() {
    Set<Integer> places = new HashSet<>();
    for (Item item : items) {
      item.places().stream()
          .filter(place -> !places.contains(place))
          .findFirst()
          .ifPresent(places::add);
    }
    return places.size();
  }

  /** All chains of an answer, in its order. */
  static List<Chain> all(Vocabulary vocabulary, List<String> text, int top) {
    List<Chain> chains = new ArrayList<>();
    Group group = new Group();
    for (String each : text) {
      Line line = Line.parse(vocabulary, each);
      if (line.kind() == Line.Kind.BLANK) {
        continue;
      }
      if (!group.takes(line)) {
        group.flush(chains);
      }
      group.add(line);
      for (Line.Embedded embedded : line.embedded()) {
        Chain chain = new Chain(embedded.items(), embedded.arrow(), false, 0);
        if (chain.distinct() >= (embedded.arrow() ? Math.min(2, top) : Math.min(3, top))) {
          chains.add(chain);
        }
      }
    }
    group.flush(chains);
    return chains;
  }

  /** Consecutive lines that make one chain. Not thread-safe. */
  private static final class Group {
    private final List<Line> lines = new ArrayList<>();
    private boolean interrupted;

    /**
     * Whether a line may go on with this group. An entry numbered 1 begins another one; a sentence
     * may stand between numbered entries.
     */
    boolean takes(Line line) {
      if (lines.isEmpty()) {
        return true;
      }
      Line last = lines.get(lines.size() - 1);
      return switch (line.kind()) {
        case BLANK -> true;
        case PROSE -> last.ordinal() >= 0;
        case CHAIN -> last.open() || line.joins();
        case ENTRY, REMARK ->
            interrupted
                ? line.ordinal() == last.ordinal() + 1
                : last.open() || (last.kind().single() && line.ordinal() != 1);
      };
    }

    void add(Line line) {
      if (line.kind() == Line.Kind.PROSE) {
        interrupted = !lines.isEmpty();
      } else {
        lines.add(line);
        interrupted = false;
      }
    }

    void flush(List<Chain> chains) {
      List<Item> items = new ArrayList<>();
      boolean arrow = false;
      boolean pure = true;
      for (Line line : lines) {
        items.addAll(line.items());
        arrow |= line.arrow();
        pure &= line.pure();
      }
      boolean lone = lines.size() == 1 && lines.get(0).kind() == Line.Kind.REMARK;
      if (!items.isEmpty() && !lone) {
        chains.add(new Chain(items, arrow, pure, lines.size()));
      }
      lines.clear();
      interrupted = false;
    }
  }
}
