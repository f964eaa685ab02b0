package dev.rpdr.teacher.cost;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rpdr.DataFormatException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file of a {@link PriceTable}, which describes it field by field. */
record PriceFile(
    @Nullable String format,
    @Nullable Integer version,
    @Nullable String currency,
    @Nullable List<Entry> prices) {
  private static final String FORMAT = "rpdr-prices";
  private static final int VERSION = 1;

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  record Entry(
      @Nullable List<String> models,
      @Nullable BigDecimal input,
      @Nullable BigDecimal output,
      @JsonProperty("batch-input") @Nullable BigDecimal batchInput,
      @JsonProperty("batch-output") @Nullable BigDecimal batchOutput,
      @Nullable String source,
      @Nullable String date) {}

  static PriceTable parse(String yaml, String origin) {
    try {
      PriceFile file = YAML.readValue(yaml, PriceFile.class);
      if (file == null) {
        throw new IllegalArgumentException("it is empty");
      }
      return file.table();
    } catch (JsonProcessingException e) {
      throw new DataFormatException("price table " + origin + ": " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new DataFormatException("price table " + origin + ": " + e.getMessage(), e);
    }
  }

  private PriceTable table() {
    if (!FORMAT.equals(format) || version == null || version != VERSION) {
      throw new IllegalArgumentException(
          "format must be "
              + FORMAT
              + " and version "
              + VERSION
              + ", not "
              + format
              + " and "
              + version);
    }
    List<Price> all = new ArrayList<>();
    for (Entry entry : required(prices, "prices", "the table")) {
      for (String model : required(entry.models(), "models", "an entry")) {
        all.add(
            new Price(
                model,
                required(entry.input(), "input", model),
                required(entry.output(), "output", model),
                entry.batchInput(),
                entry.batchOutput(),
                required(entry.source(), "source", model),
                LocalDate.parse(required(entry.date(), "date", model))));
      }
    }
    return PriceTable.of(required(currency, "currency", "the table"), all);
  }

  private static <T> T required(@Nullable T value, String key, String where) {
    if (value == null) {
      throw new IllegalArgumentException("'" + key + "' of " + where + " is missing");
    }
    return value;
  }
}
