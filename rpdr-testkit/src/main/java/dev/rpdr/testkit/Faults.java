package dev.rpdr.testkit;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Decides which requests go wrong and how, and counts them. The n-th request meets the same fault
 * in every run with the same seed. Thread-safe; each {@code with…} gives a new schedule that starts
 * from its first request.
 *
 * <pre>{@code
 * Faults faults =
 *     Faults.seeded(42).with(Fault.RATE_LIMIT, 0.10).with(Fault.SERVER_ERROR, 0.05);
 * }</pre>
 */
public final class Faults {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final long seed;
  private final Map<Fault, Double> rates;
  private final List<Optional<Fault>> first;
  private final Duration retryAfter;
  private final Duration hang;
  private final Duration drip;

  private final SplittableRandom random;
  private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
  private long requests;

  private Faults(
      long seed,
      Map<Fault, Double> rates,
      List<Optional<Fault>> first,
      Duration retryAfter,
      Duration hang,
      Duration drip) {
    this.seed = seed;
    this.rates = rates;
    this.first = first;
    this.retryAfter = retryAfter;
    this.hang = hang;
    this.drip = drip;
    this.random = new SplittableRandom(seed);
  }

  /** No faults, until rates are given. */
  public static Faults seeded(long seed) {
    return new Faults(seed, Map.of(), List.of(), Duration.ZERO, LONG, Duration.ofSeconds(1));
  }

  /** Nothing goes wrong. */
  public static Faults none() {
    return seeded(0);
  }

  /** Every request meets this fault. */
  public static Faults always(Fault fault) {
    return none().with(fault, 1);
  }

  /** The first requests meet these faults, one each, in this order; later ones none. */
  public static Faults sequence(Fault... faults) {
    List<Optional<Fault>> first = List.of(faults).stream().map(Optional::of).toList();
    return new Faults(0, Map.of(), first, Duration.ZERO, LONG, Duration.ofSeconds(1));
  }

  /**
   * This schedule with a share of requests that meet a fault.
   *
   * @param rate 0 to 1; the rates of all faults together are at most 1
   */
  public Faults with(Fault fault, double rate) {
    Objects.requireNonNull(fault, "fault");
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException("the rate of " + fault + " must be 0 to 1, not " + rate);
    }
    Map<Fault, Double> more = new EnumMap<>(Fault.class);
    more.putAll(rates);
    more.put(fault, rate);
    double sum = more.values().stream().mapToDouble(Double::doubleValue).sum();
    if (sum > 1 + 1e-9) {
      throw new IllegalArgumentException(
          "the rates of all faults together must be at most 1, not " + sum);
    }
    return new Faults(seed, Collections.unmodifiableMap(more), first, retryAfter, hang, drip);
  }

  /**
   * This schedule with what {@code Retry-After} says, in whole seconds; 0 unless told otherwise.
   */
  public Faults withRetryAfter(Duration newRetryAfter) {
    return new Faults(seed, rates, first, notNegative(newRetryAfter, "retryAfter"), hang, drip);
  }

  /**
   * This schedule with how long a server leaves a request of {@link Fault#TIMEOUT} open before it
   * closes the connection; 60 seconds unless told otherwise. Longer than the caller's patience, it
   * is a timeout.
   */
  public Faults withHang(Duration newHang) {
    return new Faults(seed, rates, first, retryAfter, notNegative(newHang, "hang"), drip);
  }

  /**
   * This schedule with how long an answer of {@link Fault#SLOW_DRIP} takes in all; a second unless
   * told otherwise.
   */
  public Faults withDrip(Duration newDrip) {
    return new Faults(seed, rates, first, retryAfter, hang, notNegative(newDrip, "drip"));
  }

  /** What the next request meets, or nothing; counted. */
  public synchronized Optional<Fault> next() {
    Optional<Fault> fault = requests < first.size() ? first.get((int) requests) : draw();
    requests++;
    fault.ifPresent(drawn -> counts.merge(drawn, 1L, Long::sum));
    return fault;
  }

  /** How many requests there were so far. */
  public synchronized long requests() {
    return requests;
  }

  /** How many of them met this fault. */
  public synchronized long count(Fault fault) {
    return counts.getOrDefault(fault, 0L);
  }

  /** How many met each fault; a copy, without those that never came. */
  public synchronized Map<Fault, Long> counts() {
    Map<Fault, Long> copy = new EnumMap<>(Fault.class);
    copy.putAll(counts);
    return Collections.unmodifiableMap(copy);
  }

  /** How many met a fault after which there is no answer. */
  public synchronized long failures() {
    return counts.entrySet().stream()
        .filter(entry -> entry.getKey().isFailure())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** What {@code Retry-After} says. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** How long a request stays open that is not answered. */
  public Duration hang() {
    return hang;
  }

  /** How long a slow answer takes. */
  public Duration drip() {
    return drip;
  }

  @Override
  public synchronized String toString() {
    return "Faults[seed " + seed + ", rates " + rates + ", met " + counts + "]";
  }

  private Optional<Fault> draw() {
    double left = random.nextDouble();
    for (Map.Entry<Fault, Double> rate : rates.entrySet()) {
      left -= rate.getValue();
      if (left < 0) {
        return Optional.of(rate.getKey());
      }
    }
    return Optional.empty();
  }

  private static Duration notNegative(Duration duration, String what) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(what + " must be >= 0, not " + duration);
    }
    return duration;
  }
}
