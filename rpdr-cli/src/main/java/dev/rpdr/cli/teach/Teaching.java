package dev.rpdr.cli.teach;

import dev.rpdr.CandidateList;
import dev.rpdr.teacher.ConcurrentTeacher;
import dev.rpdr.teacher.GroupedTeacher;
import dev.rpdr.teacher.LangChain4jTeacher;
import dev.rpdr.teacher.OutcomeCounter;
import dev.rpdr.teacher.SelfConsistentTeacher;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.cost.Estimate;
import dev.rpdr.teacher.cost.PriceTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A teacher as the command line asks for it, and what may be said of it before and after. */
public final class Teaching {
  private final LangChain4jTeacher model;
  private final @Nullable GroupedTeacher grouped;
  private final @Nullable SelfConsistentTeacher voting;

  /**
   * A teacher over a model.
   *
   * @param model what is asked
   * @param group how many mentions a prompt has, ≥ 1
   * @param votes how many shuffled orders of its candidates a mention is ranked in, ≥ 1
   * @throws IllegalArgumentException if one is below 1, or both are above
   */
  public Teaching(LangChain4jTeacher model, int group, int votes) {
    require("--group", group);
    require("--votes", votes);
    if (group > 1 && votes > 1) {
      throw new IllegalArgumentException(
          "--group and --votes exclude each other: the votes on a mention would share a prompt and"
              + " copy each other");
    }
    this.model = model;
    grouped = group == 1 ? null : GroupedTeacher.of(model, group);
    voting = votes == 1 ? null : SelfConsistentTeacher.builder(model).votes(votes).build();
  }

  private static void require(String option, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(option + " must be >= 1, not " + number);
    }
  }

  /** The teacher. */
  public ConcurrentTeacher teacher() {
    return voting != null ? voting : grouped != null ? grouped : model;
  }

  /** The model's name, as the user gave it. */
  public String modelName() {
    return model.settings().modelName();
  }

  /** What stands between it and the model. */
  public CallGuard guard() {
    return model.guard();
  }

  /** How many rankings the model has to give for these requests. */
  public int rankings(List<CandidateList> requests) {
    return voting == null ? requests.size() : voting.asked(requests).size();
  }

  /** What they are expected to cost; votes that are kept already are counted again. */
  public Estimate estimate(List<CandidateList> requests, PriceTable prices) {
    if (grouped != null) {
      return grouped.estimate(requests, prices);
    }
    return model.settings().estimate(voting == null ? requests : voting.asked(requests), prices);
  }

  /** How the model's answers came about so far. */
  public OutcomeCounter outcomes() {
    return grouped == null ? model.outcomes() : grouped.outcomes();
  }
}
