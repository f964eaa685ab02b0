package dev.rpdr.teacher.cost;

import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Prices by the exact name of a model. Nothing is guessed from a name that resembles another:
 * snapshots of one model have had different prices. Immutable and thread-safe.
 *
 * <p>A table is a YAML file (UTF-8); keys that are not listed here are refused:
 *
 * <ul>
 *   <li>{@code format}: {@code rpdr-prices}; {@code version}: 1
 *   <li>{@code currency}: an ISO 4217 code, such as {@code USD}
 *   <li>{@code prices}: a list of entries, each with {@code models} (names that share the price),
 *       {@code input} and {@code output} (of 1,000,000 tokens), both or neither of {@code
 *       batch-input} and {@code batch-output}, {@code source} and {@code date} (ISO 8601)
 * </ul>
 */
public final class PriceTable {
  private final String currency;
  private final SortedMap<String, Price> prices;

  private PriceTable(String currency, SortedMap<String, Price> prices) {
    this.currency = currency;
    this.prices = Collections.unmodifiableSortedMap(prices);
  }

  /**
   * A table of these prices.
   *
   * @param currency three capital letters
   * @param prices each of another model
   */
  public static PriceTable of(String currency, Collection<Price> prices) {
    if (!Objects.requireNonNull(currency, "currency").matches("[A-Z]{3}")) {
      throw new IllegalArgumentException(
          "currency must be three capital letters such as USD, not '" + currency + "'");
    }
    SortedMap<String, Price> byModel = new TreeMap<>();
    for (Price price : prices) {
      if (byModel.put(price.model(), price) != null) {
        throw new IllegalArgumentException("model '" + price.model() + "' has two prices");
      }
    }
    return new PriceTable(currency, byModel);
  }

  /**
   * The table that comes along: OpenAI's and DeepSeek's list prices, each with its source and date.
   * Prices change; whoever pays checks them and gives a table of their own where they have.
   */
  public static PriceTable shipped() {
    try (InputStream in = PriceTable.class.getResourceAsStream("prices.yaml")) {
      if (in == null) {
        throw new IllegalStateException("the resource prices.yaml is missing");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "prices.yaml");
    } catch (IOException e) {
      throw new NonRetriableException("cannot read the resource prices.yaml", e);
    }
  }

  /**
   * Reads a table from a file.
   *
   * @throws DataFormatException naming the file and what is wrong with it
   * @throws NonRetriableException if it cannot be read
   */
  public static PriceTable load(Path file) {
    try {
      return parse(Files.readString(file, StandardCharsets.UTF_8), file.toString());
    } catch (IOException e) {
      throw new NonRetriableException("cannot read the price table " + file, e);
    }
  }

  /**
   * Reads a table from text.
   *
   * @param origin where it comes from, for messages
   * @throws DataFormatException naming the origin and what is wrong
   */
  public static PriceTable parse(String yaml, String origin) {
    return PriceFile.parse(yaml, origin);
  }

  /**
   * This table with the prices of another, which count where both have a model.
   *
   * @throws IllegalArgumentException if the other is in another currency
   */
  public PriceTable overriddenBy(PriceTable other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException(
          "prices in " + other.currency + " cannot override prices in " + currency);
    }
    SortedMap<String, Price> both = new TreeMap<>(prices);
    both.putAll(other.prices);
    return new PriceTable(currency, both);
  }

  /** This table with one price more; a price of the same model is replaced. */
  public PriceTable with(Price price) {
    SortedMap<String, Price> more = new TreeMap<>(prices);
    more.put(price.model(), price);
    return new PriceTable(currency, more);
  }

  /** The currency, such as {@code USD}. */
  public String currency() {
    return currency;
  }

  /** The names that have a price, in order. */
  public Set<String> models() {
    return prices.keySet();
  }

  /** The price of a model. */
  public Optional<Price> find(String model) {
    return Optional.ofNullable(prices.get(model));
  }

  /**
   * The price of a model.
   *
   * @throws IllegalArgumentException naming the model, those that have a price, and what to do
   */
  public Price get(String model) {
    return find(model)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model '"
                        + model
                        + "' has no price; known are "
                        + String.join(", ", prices.keySet())
                        + ". Add its price to the table, or Price.free for a model of your own"));
  }

  /** The price of the snapshot that answered, or else of the model that was asked. */
  Optional<Price> find(String model, @Nullable String snapshot) {
    Price price = snapshot == null ? null : prices.get(snapshot);
    return price == null ? find(model) : Optional.of(price);
  }

  @Override
  public String toString() {
    return prices.size() + " prices in " + currency;
  }
}
