package dev.rpdr.testkit;

import dev.rpdr.CandidateList;
import dev.rpdr.TeacherAnswer;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * How near a recorded answer is to a request: the mention first, then the candidates.
 *
 * @param mention likeness of the mentions, 0 to 1: pairs of letters in common (Dice)
 * @param common how many candidates both have
 * @param spelling how much of spelling and context is equal, 0 to 2
 */
record Nearness(double mention, int common, int spelling) implements Comparable<Nearness> {
  private static final Comparator<Nearness> ORDER =
      Comparator.comparingDouble(Nearness::mention)
          .thenComparingInt(Nearness::common)
          .thenComparingInt(Nearness::spelling);

  static Nearness of(TeacherAnswer answer, CandidateList request) {
    CandidateList recorded = answer.ranking().request();
    String one = recorded.mention().text();
    String other = request.mention().text();
    Set<String> common = new HashSet<>(recorded.ids());
    common.retainAll(new HashSet<>(request.ids()));
    var context = recorded.mention().context();
    int spelling = one.equals(other) ? 1 : 0;
    spelling += context != null && context.equals(request.mention().context()) ? 1 : 0;
    return new Nearness(likeness(folded(one), folded(other)), common.size(), spelling);
  }

  boolean sameMention() {
    return mention == 1;
  }

  @Override
  public int compareTo(Nearness other) {
    return ORDER.compare(this, other);
  }

  private static String folded(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }

  private static double likeness(String one, String other) {
    if (one.equals(other)) {
      return 1;
    }
    Set<String> pairs = pairs(one);
    Set<String> others = pairs(other);
    int sum = pairs.size() + others.size();
    pairs.retainAll(others);
    return Math.min(0.999, 2.0 * pairs.size() / sum);
  }

  private static Set<String> pairs(String text) {
    Set<String> pairs = new HashSet<>();
    String padded = " " + text + " ";
    for (int i = 0; i + 1 < padded.length(); i++) {
      pairs.add(padded.substring(i, i + 2));
    }
    return pairs;
  }
}
