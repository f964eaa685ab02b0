package dev.rpdr.teacher.prompt;

import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ranking in what a language model wrote. Whatever the text, the result holds candidates
 * of the request and nothing else, none twice, and no exception is thrown. Immutable and
 * thread-safe.
 *
 * <p>Understood are labels joined by arrows, commas, white space or lines, numbered and bulleted
 * lists, brackets, bold type, tables, JSON arrays and objects, full-width and Chinese punctuation,
 * and names where labels were asked for. Thinking ({@code <think>}), code fences and sentences are
 * passed over; a letter or number within a sentence is not taken for a label. Where a text holds
 * several rankings, the one that names most candidates is taken (up to as many as were asked for),
 * then one joined by arrows, then the last.
 *
 * <p>The outcome is
 *
 * <ul>
 *   <li>answered: nothing but a ranking of as many candidates as were asked for;
 *   <li>repaired: something was mended. Repeats and entries that are not in the request are
 *       dropped, a surplus is cut, and missing candidates are appended in the order of the request
 *       until there are as many as were asked for (the rule of RankGPT, Sun et al. 2023). The
 *       reason lists what was done, separated by semicolons, each with its number where it has one:
 *       {@code thinking removed}, {@code code fence removed}, {@code prose ignored}, {@code names
 *       read for labels}, {@code labels of another style read}, {@code repeats dropped}, {@code
 *       unknown entries dropped}, {@code surplus dropped}, {@code missing appended}, {@code answer
 *       cut off};
 *   <li>fell back: no candidate could be read; the ranking is the whole request in its own order.
 * </ul>
 */
public final class RankingParser {
  private final LabelStyle labels;

  /** A parser of answers to prompts with these labels. */
  public RankingParser(LabelStyle labels) {
    this.labels = Objects.requireNonNull(labels, "labels");
  }

  /**
   * Reads an answer.
   *
   * @param text what the model wrote; null and any text at all are taken
   * @param request what it was asked, in the order that the labels count
   * @param top how many candidates it was asked to rank, ≥ 1; more than the request has means all
   * @return a ranking of min(top, size of the request) candidates, or of the whole request where
   *     the outcome is fell-back
   */
  public Ranking parse(@Nullable String text, CandidateList request, int top) {
    return parse(text, request, top, false);
  }

  /**
   * As {@link #parse(String, CandidateList, int)}, of an answer that may have been cut off.
   *
   * @param cutOff whether the model stopped because its limit of tokens was reached
   */
  public Ranking parse(@Nullable String text, CandidateList request, int top, boolean cutOff) {
    if (top < 1) {
      throw new IllegalArgumentException("top must be >= 1, not " + top);
    }
    if (request.size() == 0) {
      return Ranking.fellBack(request, "no candidates to rank");
    }
    if (text == null || text.isBlank()) {
      return Ranking.fellBack(request, "empty answer");
    }
    Mends mends = new Mends();
    if (cutOff) {
      mends.note(Mend.CUT_OFF);
    }
    String clean = AnswerText.clean(text, mends);
    int wanted = Math.min(top, request.size());
    Chain chain = chain(Vocabulary.of(request, labels), clean, wanted, mends);
    return chain == null
        ? Ranking.fellBack(request, "no ranking in the answer")
        : ranking(chain, request, wanted, mends);
  }

  private static @Nullable Chain chain(
      Vocabulary vocabulary, String clean, int wanted, Mends mends) {
    AnswerJson.Found json = AnswerJson.read(vocabulary, clean);
    if (json != null) {
      if (!json.whole() || !json.chain().pure()) {
        mends.note(Mend.PROSE);
      }
      return json.chain();
    }
    List<String> lines = clean.lines().filter(line -> !line.isBlank()).toList();
    Chain best = best(Chain.all(vocabulary, lines, wanted), wanted);
    if (best == null) {
      best = inOtherLabels(vocabulary, lines, wanted);
      if (best != null) {
        mends.note(Mend.OTHER_LABELS);
      }
    }
    if (best != null && (!best.pure() || best.lines() < lines.size())) {
      mends.note(Mend.PROSE);
    }
    return best;
  }

  /** Only lines of nothing else count here: in a sentence, "a" is a word and 3 a number. */
  private static @Nullable Chain inOtherLabels(
      Vocabulary vocabulary, List<String> lines, int wanted) {
    for (Vocabulary other : vocabulary.others()) {
      List<Chain> chains =
          Chain.all(other, lines, wanted).stream()
              .filter(chain -> chain.pure() && chain.distinct() >= Math.min(2, wanted))
              .toList();
      Chain best = best(chains, wanted);
      if (best != null) {
        return best;
      }
    }
    return null;
  }

  private static @Nullable Chain best(List<Chain> chains, int wanted) {
    Comparator<Chain> better =
        Comparator.<Chain>comparingInt(chain -> Math.min(chain.distinct(), wanted))
            .thenComparing(Chain::arrow);
    Chain best = null;
    for (Chain chain : chains) {
      if (chain.distinct() > 0 && (best == null || better.compare(chain, best) >= 0)) {
        best = chain;
      }
    }
    return best;
  }

  private static Ranking ranking(Chain chain, CandidateList request, int wanted, Mends mends) {
    Set<Integer> places = new LinkedHashSet<>();
    int repeats = 0;
    int unknown = 0;
    int named = 0;
    for (Item item : chain.items()) {
      if (!item.known()) {
        unknown++;
      } else if (item.places().stream().noneMatch(places::add)) {
        repeats++;
      } else if (item.byName()) {
        named++;
      }
    }
    mends.note(Mend.NAMES, named);
    mends.note(Mend.REPEATS, repeats);
    mends.note(Mend.UNKNOWN, unknown);
    mends.note(Mend.SURPLUS, places.size() - wanted);
    mends.note(Mend.MISSING, wanted - places.size());
    for (int place = 0; place < request.size() && places.size() < wanted; place++) {
      places.add(place);
    }
    List<Integer> first = new ArrayList<>(places).subList(0, wanted);
    Outcome outcome = mends.outcome();
    return Ranking.byPlaces(request, first, outcome);
  }
}
