package dev.rpdr.teacher.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import dev.rpdr.TeacherAnswer.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceTableTest {
  private static final String GOOD =
      """
      format: rpdr-prices
      version: 1
      currency: EUR
      prices:
        - models: [ours, ours-2026]
          input: 1.10
          output: 4.40
          source: contract of May
          date: 2026-05-02
      """;

  @Test
  void the_shipped_table_has_a_source_and_a_date_for_every_price() {
    PriceTable prices = PriceTable.shipped();

    assertThat(prices.currency()).isEqualTo("USD");
    assertThat(prices.models()).contains("gpt-4o-2024-08-06", "gpt-3.5-turbo", "deepseek-chat");
    for (String model : prices.models()) {
      Price price = prices.get(model);
      assertThat(price.source()).as(model).startsWith("https://");
      assertThat(price.date().getYear()).as(model).isBetween(2024, 2026);
      assertThat(price.output()).as(model).isGreaterThan(price.input());
      assertThat(price.ofBatch(new Usage(1000, 1000)))
          .as(model)
          .isLessThanOrEqualTo(price.of(new Usage(1000, 1000)));
    }
    assertThat(prices.get("gpt-4o").of(new Usage(1_000_000, 100_000))).isEqualByComparingTo("3.5");
  }

  @Test
  void a_file_overrides_what_is_shipped(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("prices.yaml");
    Files.writeString(file, GOOD.replace("EUR", "USD").replace("ours,", "gpt-4o,"));

    PriceTable prices = PriceTable.shipped().overriddenBy(PriceTable.load(file));

    assertThat(prices.get("gpt-4o").input()).isEqualByComparingTo("1.10");
    assertThat(prices.get("gpt-4o").source()).isEqualTo("contract of May");
    assertThat(prices.get("ours-2026").output()).isEqualByComparingTo("4.40");
    assertThat(prices.get("gpt-4").input()).isEqualByComparingTo("30");
  }

  @Test
  void a_name_that_resembles_a_known_one_is_not_taken_for_it() {
    assertThat(PriceTable.shipped().find("gpt-4o-2024-05-13")).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PriceTable.shipped().get("gpt-4o-2024-05-13"))
        .withMessageStartingWith("model 'gpt-4o-2024-05-13' has no price; known are deepseek-chat,")
        .withMessageEndingWith("Add its price to the table, or Price.free for a model of your own");
  }

  @Test
  void currencies_are_not_mixed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PriceTable.shipped().overriddenBy(PriceTable.parse(GOOD, "ours")))
        .withMessage("prices in EUR cannot override prices in USD");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rpdr-prices        | other        | format must be rpdr-prices and version 1, not other and 1",
        "version: 1         | version: 2   | not rpdr-prices and 2",
        "EUR                | euro         | currency must be three capital letters such as USD, not 'euro'",
        "input: 1.10        | input: -1    | input of the price of 'ours' must be >= 0, not -1",
        "output: 4.40       | batch-input: 1 | 'output' of ours is missing",
        "source: contract of May | batch-input: 1 | 'source' of ours is missing",
        "2026-05-02         | May          | could not be parsed",
        "ours-2026          | ours         | model 'ours' has two prices",
        "input: 1.10        | inptu: 1     | inptu",
        "models: [ours, ours-2026] | models:  | 'models' of an entry is missing",
        "input: 1.10        | input: [     | price table broken.yaml",
      })
  void a_bad_table_is_refused_with_what_is_wrong(String from, String to, String message) {
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> PriceTable.parse(GOOD.replace(from.strip(), to.strip()), "broken.yaml"))
        .withMessageStartingWith("price table broken.yaml: ")
        .withMessageContaining(message);
  }

  @Test
  void half_a_batch_price_an_empty_file_and_no_file_are_refused(@TempDir Path folder) {
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(
            () -> PriceTable.parse(GOOD.replace("source", "batch-input: 1\n    source"), "half"))
        .withMessageContaining("needs both batch-input and batch-output or neither");
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> PriceTable.parse("", "empty"));
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> PriceTable.load(folder.resolve("none.yaml")))
        .withMessageContaining("none.yaml");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PriceTable.of("USD", List.of(Price.of(" ", "1", "1"))));
  }
}
