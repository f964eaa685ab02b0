package dev.rpdr.nn.checkpoint;

import java.util.ArrayList;
import java.util.List;

/** How the frequencies of the rotary embedding are stretched for longer contexts. */
public sealed interface RopeScaling {
  /** Frequencies as the model's theta gives them. */
  RopeScaling NONE = new None();

  /** What a frequency (radians a position) becomes, of the pair of dimensions {@code pair}. */
  double scaled(double frequency, int pair);

  /** No scaling. */
  record None() implements RopeScaling {
    @Override
    public double scaled(double frequency, int pair) {
      return frequency;
    }
  }

  /**
   * All frequencies divided by one factor.
   *
   * @param factor above 0
   */
  record Linear(double factor) implements RopeScaling {
    public Linear {
      positive("factor", factor);
    }

    @Override
    public double scaled(double frequency, int pair) {
      return frequency / factor;
    }
  }

  /**
   * Llama 3.1's: waves longer than {@code original/low} positions are divided by the factor, waves
   * shorter than {@code original/high} stay, those between are blended.
   *
   * @param factor the most that a frequency is divided by
   * @param low {@code low_freq_factor}
   * @param high {@code high_freq_factor}, above low
   * @param original {@code original_max_position_embeddings}
   */
  record Llama3(double factor, double low, double high, double original) implements RopeScaling {
    public Llama3 {
      positive("factor", factor);
      positive("low_freq_factor", low);
      positive("original_max_position_embeddings", original);
      if (!(high > low)) {
        throw new IllegalArgumentException(
            "high_freq_factor must be above low_freq_factor %s, not %s".formatted(low, high));
      }
    }

    @Override
    public double scaled(double frequency, int pair) {
      double wave = 2 * Math.PI / frequency;
      if (wave > original / low) {
        return frequency / factor;
      }
      if (wave < original / high) {
        return frequency;
      }
      double smooth = (original / wave - low) / (high - low);
      return (1 - smooth) * frequency / factor + smooth * frequency;
    }
  }

  /**
   * Each pair of dimensions divided by a factor of its own, as GGUF files store Llama 3.1's.
   *
   * @param factors one a pair
   */
  record Factors(List<Float> factors) implements RopeScaling {
    public Factors {
      factors = List.copyOf(factors);
      factors.forEach(factor -> positive("a rope factor", factor));
    }

    static Factors of(float[] values) {
      List<Float> factors = new ArrayList<>();
      for (float value : values) {
        factors.add(value);
      }
      return new Factors(factors);
    }

    @Override
    public double scaled(double frequency, int pair) {
      return frequency / factors.get(pair);
    }
  }

  private static void positive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("%s must be above 0, not %s".formatted(name, value));
    }
  }
}
