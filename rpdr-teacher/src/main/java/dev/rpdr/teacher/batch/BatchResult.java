package dev.rpdr.teacher.batch;

import dev.rpdr.CandidateList;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.teacher.cost.Bill;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.PriceTable;
import java.util.List;
import java.util.Objects;

/**
 * What became of a batch.
 *
 * @param model the model that was asked
 * @param items one for each request, in their order; copied
 */
public record BatchResult(String model, List<BatchItem> items) {
  public BatchResult {
    Objects.requireNonNull(model, "model");
    items = List.copyOf(items);
  }

  /** The answers, in the order of the requests. */
  public List<TeacherAnswer> answers() {
    return items.stream()
        .filter(BatchItem.Answered.class::isInstance)
        .map(item -> ((BatchItem.Answered) item).answer())
        .toList();
  }

  /** The requests that failed for good or for now, or of which nothing is known. */
  public List<BatchItem> unanswered() {
    return items.stream().filter(item -> !(item instanceof BatchItem.Answered)).toList();
  }

  /** What to ask for again: requests without an answer for which that may help. */
  public List<CandidateList> again() {
    return unanswered().stream()
        .filter(item -> !(item instanceof BatchItem.Failed failed) || failed.retriable())
        .map(BatchItem::request)
        .toList();
  }

  /** What the answers cost, by the batch prices of the models that gave them. */
  public Bill bill(PriceTable prices) {
    CostMeter meter = CostMeter.of(prices);
    answers().forEach(answer -> meter.countBatch(model, answer));
    return meter.bill();
  }

  /** One line, such as {@code 100 requests: 97 answered, 2 failed, 1 missing}. */
  @Override
  public String toString() {
    long failed = items.stream().filter(BatchItem.Failed.class::isInstance).count();
    int answered = answers().size();
    return String.format(
        "%d requests: %d answered, %d failed, %d missing",
        items.size(), answered, failed, items.size() - answered - failed);
  }
}
