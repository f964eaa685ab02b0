package dev.rpdr.nn.causal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Allows a list of candidates in any order, each at most once: after a whole candidate comes the
 * separator's first token or the end; the answer is complete after as many as were asked for.
 *
 * <p>Where one candidate's tokens begin another's, the separator decides between them; hence no
 * candidate may hold a separator's token within.
 */
public final class CandidateList implements TokenConstraint {
  private final List<Tokens> candidates;
  private final Tokens separator;
  private final int most;
  private final Set<Integer> left = new LinkedHashSet<>();
  private final List<Integer> ranked = new ArrayList<>();
  private final List<Integer> written = new ArrayList<>();
  private int separating;

  /**
   * @param candidates different from each other, none empty
   * @param separator what stands between two; not empty
   * @param most how many to list, at least 1; more than there are lists all
   */
  public CandidateList(List<Tokens> candidates, Tokens separator, int most) {
    this.candidates = List.copyOf(candidates);
    this.separator = Objects.requireNonNull(separator, "separator");
    this.most = Math.min(most, candidates.size());
    if (separator.isEmpty() || most < 1 || candidates.isEmpty()) {
      throw new IllegalArgumentException("separator, most and candidates must not be empty or 0");
    }
    if (new LinkedHashSet<>(candidates).size() < candidates.size()) {
      throw new IllegalArgumentException("candidates must differ in their tokens");
    }
    for (int i = 0; i < candidates.size(); i++) {
      Tokens candidate = candidates.get(i);
      if (candidate.isEmpty()) {
        throw new IllegalArgumentException("candidate %d has no tokens".formatted(i));
      }
      for (int t = 0; t < candidate.size(); t++) {
        if (candidate.get(t) == separator.get(0)) {
          throw new IllegalArgumentException("candidate %d holds the separator".formatted(i));
        }
      }
      left.add(i);
    }
  }

  /** The candidates listed so far, by their index, best first. */
  public List<Integer> ranked() {
    return List.copyOf(ranked);
  }

  @Override
  public Tokens allowed() {
    if (separating > 0) {
      return Tokens.of(separator.get(separating));
    }
    if (ranked.size() == most) {
      return Tokens.empty();
    }
    Set<Integer> next = new LinkedHashSet<>();
    for (int candidate : left) {
      Tokens tokens = candidates.get(candidate);
      if (beginsAsWritten(tokens)) {
        next.add(tokens.size() == written.size() ? separator.get(0) : tokens.get(written.size()));
      }
    }
    return Tokens.of(next.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public void accept(int token) {
    if (separating > 0) {
      separating = (separating + 1) % separator.size();
      return;
    }
    if (token == separator.get(0)) {
      int chosen =
          left.stream()
              .filter(c -> candidates.get(c).size() == written.size())
              .filter(c -> beginsAsWritten(candidates.get(c)))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("no candidate ends here"));
      ranked.add(chosen);
      left.remove(chosen);
      written.clear();
      separating = ranked.size() == most ? 0 : 1 % separator.size();
      return;
    }
    written.add(token);
  }

  private boolean beginsAsWritten(Tokens tokens) {
    if (tokens.size() < written.size()) {
      return false;
    }
    for (int i = 0; i < written.size(); i++) {
      if (tokens.get(i) != written.get(i)) {
        return false;
      }
    }
    return true;
  }
}
