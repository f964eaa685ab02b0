package dev.rpdr.distill.llm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How far a served student is the local one.
 *
 * @param requests how many were compared, ≥ 1
 * @param textsTold prompts whose text the server told
 * @param textsEqual how many of these are the local ones
 * @param tokensTold prompts whose tokens the server told
 * @param tokensEqual how many of these are the local ones
 * @param sameFirst requests with the same first candidate
 * @param sameOrder requests with the same whole ranking
 * @param ordered whether the form says a whole ranking; otherwise {@code sameOrder} means little
 * @param mended rankings of the served student whose outcome is not answered
 * @param differences the first differences, for people
 */
public record ParityReport(
    int requests,
    int textsTold,
    int textsEqual,
    int tokensTold,
    int tokensEqual,
    int sameFirst,
    int sameOrder,
    boolean ordered,
    int mended,
    List<String> differences) {
  public ParityReport {
    differences = List.copyOf(differences);
    if (requests < 1) {
      throw new IllegalArgumentException("at least one request is needed to compare");
    }
  }

  /**
   * Whether the served student may stand in for the local one: no prompt that was told differs, and
   * the first candidates agree often enough.
   *
   * @param least the least share of equal first candidates, from 0 to 1
   */
  public boolean holds(double least) {
    return textsEqual == textsTold && tokensEqual == tokensTold && sameFirst >= least * requests;
  }

  /** For people, one fact a line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("prompts: " + told("text", textsEqual, textsTold));
    lines.add("prompts: " + told("tokens", tokensEqual, tokensTold));
    lines.add("first candidate: " + share(sameFirst));
    lines.add(
        ordered
            ? "whole ranking: " + share(sameOrder)
            : "whole ranking: not compared, for this form answers with the first alone");
    lines.add("served answers that had to be mended or were of no use: " + mended);
    differences.forEach(difference -> lines.add("differs: " + difference));
    return lines;
  }

  private String told(String what, int equal, int told) {
    return told == 0
        ? what + " not told by the server"
        : what + " equal in " + equal + " of " + told;
  }

  private String share(int same) {
    return String.format(
        Locale.ROOT, "equal in %d of %d (%.3f)", same, requests, (double) same / requests);
  }
}
