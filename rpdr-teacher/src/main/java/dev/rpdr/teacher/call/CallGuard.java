package dev.rpdr.teacher.call;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.failsafe.Execution;
import dev.rpdr.NonRetriableException;
import dev.rpdr.RetriableException;
import dev.rpdr.teacher.call.StoppedException.Reason;
import dev.rpdr.teacher.call.TeacherEvent.Waiting.Why;
import dev.rpdr.teacher.cost.CostMeter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between a teacher and a paid service: keeps to limits on requests and tokens a minute,
 * tries again what can be tried again, ends a run that only fails, sends nothing beyond a budget,
 * can be cancelled, counts, and tells a listener. Thread-safe; teachers that share a service's
 * limits or a budget share one guard.
 *
 * <p>Tried again is a {@link RetriableException} and nothing else, by the {@link RetryRule}. What
 * ends a run for all its threads is a {@link StoppedException}: the {@link CircuitRule} gave up,
 * the budget of the {@link CostMeter} is reached, or {@link #cancel} was called. Requests that are
 * under way then are not broken off, because they are paid for: their answers are still returned.
 */
public final class CallGuard {
  private static final Logger LOG = LoggerFactory.getLogger(CallGuard.class);

  private final Retries retries;
  private final RateLimits limits;
  private final @Nullable CostMeter meter;
  private final TeacherListener listener;

  private final Gate gate;

  private CallGuard(Builder builder) {
    retries = new Retries(builder.retries);
    limits = new RateLimits(builder.requestsPerMinute, builder.tokensPerMinute);
    gate = new Gate(builder.circuit);
    meter = builder.meter;
    listener = builder.listener;
  }

  /** A guard of default rules, without limits and without a meter, until told otherwise. */
  public static Builder builder() {
    return new Builder();
  }

  /** A guard that tries once and is only there to count. */
  public static CallGuard once() {
    return builder().retries(RetryRule.NEVER).build();
  }

  /**
   * Makes a call.
   *
   * @param call what it is about and is expected to use
   * @param attempt sends one request; called again for each retry
   * @param spend reads from the answer what it spent
   * @return what the attempt returned
   * @throws RetriableException the failure of the only attempt, or that of the last one, with the
   *     failures before it suppressed
   * @throws StoppedException if the run was stopped
   * @throws NonRetriableException if the attempt threw one, if the service says to wait for longer
   *     than allowed, or if the thread is interrupted while it waits
   */
  public <T> T call(Call call, Supplier<T> attempt, Function<T, Spend> spend) {
    Execution<Object> tries = retries.begin();
    List<RetriableException> failed = new ArrayList<>();
    while (true) {
      Duration place = limits.reserve(call.tokens());
      pause(call, place, Why.RATE);
      CostMeter.@Nullable Reservation money = reserve(call);
      boolean trying = pass(call, money);
      tell(new TeacherEvent.Sent(call, failed.size() + 1));
      long start = System.nanoTime();
      T answer;
      try {
        answer = attempt.get();
      } catch (RetriableException e) {
        Duration latency = since(start);
        failed(money, e);
        if (!trying) {
          tries.recordException(e);
        }
        failed.add(e);
        boolean again = (trying || !tries.isComplete()) && !retries.tooLong(e);
        tell(new TeacherEvent.Failed(call, kind(e), again, latency));
        if (!again) {
          throw last(failed, retries.tooLong(e));
        }
        if (!trying) {
          pause(call, tries.getDelay(), Why.RETRY);
        }
        continue;
      } catch (RuntimeException | Error e) {
        failedForGood(money, trying);
        tell(new TeacherEvent.Failed(call, "final", false, since(start)));
        throw e;
      }
      Duration latency = since(start);
      Spend spent = spend.apply(answer);
      BigDecimal cost = answered(call, money, spent);
      tell(new TeacherEvent.Answered(call, spent, cost, latency));
      return answer;
    }
  }

  /**
   * Ends a run early: calls that wait end at once and no further request is sent, both by a {@link
   * StoppedException}; requests under way are waited for by those who sent them. For good.
   */
  public void cancel() {
    gate.cancel();
  }

  /** What became of the requests so far. */
  public CallCounts counts() {
    return gate.counts();
  }

  /** The meter, or null where there is none. */
  public @Nullable CostMeter meter() {
    return meter;
  }

  /** Whether the estimate of a {@link Call} is made use of; where not, it may be zero. */
  public boolean needsEstimates() {
    return meter != null || limits.countTokens();
  }

  /**
   * Checks before a run that a model can be paid for.
   *
   * @throws IllegalArgumentException if there is a budget and the model has no price
   */
  public void requirePrice(String model) {
    if (meter != null && meter.budget() != null) {
      meter.prices().get(model);
    }
  }

  /** Tells the listener of something that happens outside of calls. */
  public void tell(TeacherEvent event) {
    try {
      listener.on(event);
    } catch (RuntimeException e) {
      LOG.warn("A listener failed; the run goes on", e);
    }
  }

  private CostMeter.@Nullable Reservation reserve(Call call) {
    if (meter == null) {
      return null;
    }
    CostMeter.Reservation money = meter.reserve(call.model(), call.estimate());
    if (money == null) {
      throw gate.stopped(
          Reason.BUDGET,
          "the budget of "
              + meter.budget()
              + " "
              + meter.prices().currency()
              + " does not allow the next request ("
              + meter.spent()
              + " spent, "
              + meter.reserved()
              + " for requests under way)");
    }
    return money;
  }

  /** Waits until a request may be sent; says whether it is the one that tries after a pause. */
  private boolean pass(Call call, CostMeter.@Nullable Reservation money) {
    try {
      return gate.pass(time -> tell(new TeacherEvent.Waiting(call, Why.CIRCUIT, time)));
    } catch (NonRetriableException e) {
      if (money != null) {
        money.refused();
      }
      throw e;
    }
  }

  private void pause(Call call, Duration time, Why why) {
    if (!time.isZero()) {
      tell(new TeacherEvent.Waiting(call, why, time));
    }
    gate.pause(time);
  }

  private void failed(CostMeter.@Nullable Reservation money, RetriableException e) {
    if (money != null) {
      if (e instanceof LostReplyException) {
        money.lost();
      } else {
        money.refused();
      }
    }
    gate.failed(e);
  }

  private void failedForGood(CostMeter.@Nullable Reservation money, boolean trying) {
    if (money != null) {
      money.refused();
    }
    gate.failedForGood(trying);
  }

  private @Nullable BigDecimal answered(
      Call call, CostMeter.@Nullable Reservation money, Spend spent) {
    gate.answered();
    if (spent.usage() != null) {
      limits.overrun(spent.usage().inputTokens() + spent.usage().outputTokens() - call.tokens());
    }
    return money == null ? null : money.answered(spent.snapshot(), spent.usage(), call.mentions());
  }

  private static RuntimeException last(List<RetriableException> failed, boolean tooLong) {
    RetriableException last = failed.get(failed.size() - 1);
    if (failed.size() == 1 && !tooLong) {
      return last;
    }
    String message = last.getMessage() + " (the last of " + failed.size() + " requests)";
    RuntimeException all =
        tooLong
            ? new NonRetriableException(
                last.getMessage()
                    + " (the service says to wait for "
                    + last.retryAfter()
                    + ", which is longer than allowed)",
                last)
            : new RetriableException(message, last, last.retryAfter());
    failed.subList(0, failed.size() - 1).forEach(all::addSuppressed);
    return all;
  }

  private static String kind(RetriableException e) {
    if (e instanceof RefusedException refused) {
      return "http-" + refused.status();
    }
    return e instanceof LostReplyException ? "lost" : "other-retriable";
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Collects the rules; each is checked at once. Not thread-safe. */
  public static final class Builder {
    private RetryRule retries = RetryRule.DEFAULT;
    private CircuitRule circuit = CircuitRule.DEFAULT;
    private long requestsPerMinute;
    private long tokensPerMinute;
    private @Nullable CostMeter meter;
    private TeacherListener listener = TeacherListener.NONE;

    private Builder() {}

    /** What is tried again; {@link RetryRule#DEFAULT} by default. */
    @CanIgnoreReturnValue
    public Builder retries(RetryRule rule) {
      retries = Objects.requireNonNull(rule, "rule");
      return this;
    }

    /** When a run is given up; {@link CircuitRule#DEFAULT} by default. */
    @CanIgnoreReturnValue
    public Builder circuit(CircuitRule rule) {
      circuit = Objects.requireNonNull(rule, "rule");
      return this;
    }

    /** At most so many requests a minute, spread evenly, retries included, ≥ 1. */
    @CanIgnoreReturnValue
    public Builder requestsPerMinute(long limit) {
      requestsPerMinute = atLeastOne("requestsPerMinute", limit);
      return this;
    }

    /**
     * At most so many tokens a minute, prompts and answers together, spread evenly, ≥ 1. Estimates
     * count until the answer tells more.
     */
    @CanIgnoreReturnValue
    public Builder tokensPerMinute(long limit) {
      tokensPerMinute = atLeastOne("tokensPerMinute", limit);
      return this;
    }

    /** Counts tokens and money, and keeps to its budget. */
    @CanIgnoreReturnValue
    public Builder meter(CostMeter newMeter) {
      meter = Objects.requireNonNull(newMeter, "newMeter");
      return this;
    }

    /** Is told of everything; called twice, both are. */
    @CanIgnoreReturnValue
    public Builder listener(TeacherListener more) {
      Objects.requireNonNull(more, "more");
      listener = listener == TeacherListener.NONE ? more : listener.and(more);
      return this;
    }

    /** Builds the guard. */
    public CallGuard build() {
      return new CallGuard(this);
    }

    private static long atLeastOne(String name, long value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be >= 1, not " + value);
      }
      return value;
    }
  }
}
