package dev.rpdr.distill.llm;

import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.ProgressListener;
import dev.rpdr.Ranking;
import dev.rpdr.RankingDialogue;
import dev.rpdr.StudentReranker;
import dev.rpdr.nn.causal.Tokens;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares a student here with the same student as a server gives it: first what the model reads,
 * where the server tells, then how it ranks. A server's chat template, quantisation, adapter or
 * grammar may differ without a word; this says so.
 *
 * <p>The forms {@link LlmForm#LETTERS} and {@link LlmForm#NAME_LIKELIHOOD} are ranked here by
 * probabilities that a chat model does not tell, so only first candidates compare, and those of the
 * latter as far as the likeliest name is the one that is written.
 */
public final class ServedParity {
  private static final int MOST_DIFFERENCES = 8;
  private static final int AROUND = 30;

  private final LlmStudent local;
  private final StudentReranker served;
  private final ServerPrompts prompts;
  private final List<String> differences = new ArrayList<>();
  private int textsTold;
  private int textsEqual;
  private int tokensTold;
  private int tokensEqual;

  private ServedParity(LlmStudent local, StudentReranker served, ServerPrompts prompts) {
    this.local = local;
    this.served = served;
    this.prompts = prompts;
  }

  /**
   * Compares, one request after the other.
   *
   * @param requests at least one
   * @param progress its stage is {@code compare} (requests)
   * @throws IllegalArgumentException if the student's form cannot be served
   * @throws dev.rpdr.RpdrException if the server gives no answer
   */
  public static ParityReport compare(
      LlmStudent local,
      StudentReranker served,
      ServerPrompts prompts,
      List<CandidateList> requests,
      ProgressListener progress) {
    return new ServedParity(local, served, prompts).over(requests, progress);
  }

  private ParityReport over(List<CandidateList> requests, ProgressListener progress) {
    RankingDialogue dialogue = local.dialogue();
    boolean ordered = local.settings().template().form() == LlmForm.RANKED_LIST;
    int first = 0;
    int order = 0;
    int mended = 0;
    for (int i = 0; i < requests.size(); i++) {
      CandidateList request = requests.get(i);
      dialogue.user(request).ifPresent(user -> prompt(request, dialogue.system(), user));
      Ranking here = local.rerank(request);
      Ranking there = served.rerank(request);
      boolean sameFirst = here.best().equals(there.best());
      boolean sameOrder = here.ids().equals(there.ids());
      first += sameFirst ? 1 : 0;
      order += sameOrder ? 1 : 0;
      mended += there.outcome().equals(Outcome.ANSWERED) ? 0 : 1;
      if (!sameFirst || (ordered && !sameOrder)) {
        differ(
            "'%s': here %s, served %s%s"
                .formatted(
                    request.mention().text(),
                    here.ids(),
                    there.ids(),
                    there.outcome().equals(Outcome.ANSWERED)
                        ? ""
                        : " (" + there.outcome().label() + ": " + there.outcome().reason() + ")"));
      }
      progress.onProgress("compare", i + 1L, requests.size(), "first equal " + first);
    }
    return new ParityReport(
        requests.size(),
        textsTold,
        textsEqual,
        tokensTold,
        tokensEqual,
        first,
        order,
        ordered,
        mended,
        differences);
  }

  private void prompt(CandidateList request, String system, String user) {
    ServerPrompts.Told told = prompts.prompt(system, user);
    String text = local.promptText(request);
    if (told.text() != null) {
      textsTold++;
      if (told.text().equals(text)) {
        textsEqual++;
      } else {
        differ(where(text, told.text()));
      }
    }
    if (told.tokens() != null) {
      tokensTold++;
      Tokens tokens = local.encode(text);
      if (told.tokens().equals(tokens)) {
        tokensEqual++;
      } else {
        differ(where(tokens, told.tokens()));
      }
    }
  }

  private void differ(String difference) {
    if (differences.size() < MOST_DIFFERENCES) {
      differences.add(difference);
    }
  }

  private static String where(String here, String there) {
    int at = 0;
    while (at < here.length() && at < there.length() && here.charAt(at) == there.charAt(at)) {
      at++;
    }
    return "prompt text from character %d: here '%s', served '%s'"
        .formatted(at, part(here, at), part(there, at));
  }

  private static String part(String text, int from) {
    return text.substring(from, Math.min(text.length(), from + AROUND)).replace("\n", "\\n");
  }

  private static String where(Tokens here, Tokens there) {
    int at = 0;
    while (at < here.size() && at < there.size() && here.get(at) == there.get(at)) {
      at++;
    }
    return "prompt tokens from %d: here %s of %d, served %s of %d"
        .formatted(at, id(here, at), here.size(), id(there, at), there.size());
  }

  private static String id(Tokens tokens, int at) {
    return at < tokens.size() ? Integer.toString(tokens.get(at)) : "the end";
  }
}
