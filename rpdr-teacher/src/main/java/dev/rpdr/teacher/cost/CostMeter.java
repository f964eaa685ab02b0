package dev.rpdr.teacher.cost;

import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherAnswer.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens and money by the model that answered, exactly, and keeps to a budget where there is
 * one. Thread-safe; several teachers may share one, which then have one budget in common.
 *
 * <p><b>The budget</b> counts what was spent, what requests under way are estimated to cost, and
 * what requests whose answers were lost (a timeout, a broken body) may have cost. A request that
 * would lead beyond it is not sent. So it can only be exceeded by as much as the requests under way
 * cost more than their estimates.
 */
public final class CostMeter {
  private final PriceTable prices;
  private final @Nullable BigDecimal budget;
  private final SortedMap<String, Tally> tallies = new TreeMap<>();
  private BigDecimal spent = BigDecimal.ZERO;
  private BigDecimal reserved = BigDecimal.ZERO;
  private BigDecimal uncertain = BigDecimal.ZERO;
  private long lost;

  private CostMeter(PriceTable prices, @Nullable BigDecimal budget) {
    this.prices = Objects.requireNonNull(prices, "prices");
    this.budget = budget;
  }

  /** A meter without a budget. Models without a price are counted in tokens only. */
  public static CostMeter of(PriceTable prices) {
    return new CostMeter(prices, null);
  }

  /**
   * A meter with a budget. Every model that is asked needs a price.
   *
   * @param budget &gt; 0, in the currency of the prices
   */
  public static CostMeter withBudget(PriceTable prices, BigDecimal budget) {
    if (budget.signum() <= 0) {
      throw new IllegalArgumentException("budget must be > 0, not " + budget);
    }
    return new CostMeter(prices, budget);
  }

  /** The prices it counts by. */
  public PriceTable prices() {
    return prices;
  }

  /** The budget, or null where there is none. */
  public @Nullable BigDecimal budget() {
    return budget;
  }

  /** What the answers so far cost, as far as their models have prices. */
  public synchronized BigDecimal spent() {
    return spent;
  }

  /** What the requests under way are estimated to cost. */
  public synchronized BigDecimal reserved() {
    return reserved;
  }

  /**
   * Sets money aside for a request.
   *
   * @param model the model that is to be asked
   * @param estimate what the request is expected to use
   * @return the reservation, or null where the budget does not allow it; to be ended in one of its
   *     three ways
   * @throws IllegalArgumentException if there is a budget and the model has no price
   */
  public synchronized @Nullable Reservation reserve(String model, Usage estimate) {
    BigDecimal cost =
        budget == null
            ? prices.find(model).map(price -> price.of(estimate)).orElse(BigDecimal.ZERO)
            : prices.get(model).of(estimate);
    if (budget != null && spent.add(reserved).add(uncertain).add(cost).compareTo(budget) > 0) {
      return null;
    }
    reserved = reserved.add(cost);
    return new Reservation(model, estimate, cost);
  }

  /**
   * Counts an answer that was paid for, such as one read from a journal, so that a budget or bill
   * covers an earlier run as well. An answer of unknown usage counts as an answer only.
   *
   * @param model the model that was asked; the price goes by the snapshot that answered where it
   *     has one
   */
  public synchronized void count(String model, TeacherAnswer answer) {
    add(model, answer.model(), answer.usage(), 1, false);
  }

  /** As {@link #count(String, TeacherAnswer)}, of what an answer of any kind says it spent. */
  public synchronized void count(String model, @Nullable String snapshot, @Nullable Usage usage) {
    add(model, snapshot, usage, 1, false);
  }

  /**
   * As {@link #count(String, TeacherAnswer)}, of an answer that came by the batch API and costs as
   * much.
   */
  public synchronized void countBatch(String model, TeacherAnswer answer) {
    add(model, answer.model(), answer.usage(), 1, true);
  }

  /** What has been spent so far. */
  public synchronized Bill bill() {
    List<Bill.Line> lines = new ArrayList<>();
    tallies.forEach((name, tally) -> lines.add(tally.line(name)));
    return new Bill(prices.currency(), lines, lost, uncertain);
  }

  private BigDecimal add(
      String model, @Nullable String snapshot, @Nullable Usage usage, int mentions, boolean batch) {
    Price price = prices.find(model, snapshot).orElse(null);
    BigDecimal cost = BigDecimal.ZERO;
    if (price != null && usage != null) {
      cost = batch ? price.ofBatch(usage) : price.of(usage);
    }
    String name = (snapshot == null ? model : snapshot) + (batch ? " (batch)" : "");
    tallies.computeIfAbsent(name, n -> new Tally(price)).add(usage, mentions, cost);
    spent = spent.add(cost);
    return cost;
  }

  /** Money set aside for one request under way. Ended once; ending it again does nothing. */
  public final class Reservation {
    private final String model;
    private final Usage estimate;
    private final BigDecimal cost;
    private boolean ended;

    private Reservation(String model, Usage estimate, BigDecimal cost) {
      this.model = model;
      this.estimate = estimate;
      this.cost = cost;
    }

    /**
     * The request was answered.
     *
     * @param snapshot the model that says it answered, or null where unknown
     * @param usage what it used; null where unknown, which counts as the estimate
     * @param mentions how many mentions it answered
     * @return what it cost; 0 where the model has no price, or the reservation had ended
     */
    public BigDecimal answered(@Nullable String snapshot, @Nullable Usage usage, int mentions) {
      synchronized (CostMeter.this) {
        return end()
            ? add(model, snapshot, usage == null ? estimate : usage, mentions, false)
            : BigDecimal.ZERO;
      }
    }

    /** The request was refused and costs nothing. */
    public void refused() {
      synchronized (CostMeter.this) {
        end();
      }
    }

    /**
     * The answer was lost: whether the request is charged is unknown, so the estimate stays set
     * aside.
     */
    public void lost() {
      synchronized (CostMeter.this) {
        if (end()) {
          lost++;
          uncertain = uncertain.add(cost);
        }
      }
    }

    /** Gives the money back once; says whether this was that once. */
    private boolean end() {
      if (ended) {
        return false;
      }
      ended = true;
      reserved = reserved.subtract(cost);
      return true;
    }
  }

  private static final class Tally {
    private final @Nullable Price price;
    private long requests;
    private long mentions;
    private long inputTokens;
    private long outputTokens;
    private BigDecimal cost = BigDecimal.ZERO;

    private Tally(@Nullable Price price) {
      this.price = price;
    }

    private void add(@Nullable Usage usage, int answered, BigDecimal more) {
      requests++;
      mentions += answered;
      cost = cost.add(more);
      if (usage != null) {
        inputTokens += usage.inputTokens();
        outputTokens += usage.outputTokens();
      }
    }

    private Bill.Line line(String model) {
      return new Bill.Line(
          model,
          requests,
          mentions,
          inputTokens,
          outputTokens,
          price == null ? null : cost,
          price == null ? null : price.date());
    }
  }
}
