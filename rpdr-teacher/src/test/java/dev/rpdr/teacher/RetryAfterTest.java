package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private static @Nullable Duration of(Map<String, List<String>> headers) {
    return RetryAfter.of(HttpHeaders.of(headers, (name, value) -> true), NOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0                             | PT0S",
        "20                            | PT20S",
        "0.25                          | PT0.25S",
        "Tue, 24 Nov 2026 12:01:30 GMT | PT1M30S",
        "Tue, 24 Nov 2026 11:00:00 GMT | PT0S",
      })
  void seconds_and_dates_are_read(String header, Duration wait) {
    assertThat(of(Map.of("Retry-After", List.of(header)))).isEqualTo(wait);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"soon", "-5", "NaN", "1e99", "24 Nov"})
  void anything_else_is_as_if_it_were_not_there(String header) {
    assertThat(of(Map.of("Retry-After", List.of(header)))).isNull();
  }

  @Test
  void milliseconds_come_first() {
    assertThat(of(Map.of("Retry-After", List.of("1"), "retry-after-ms", List.of("320"))))
        .isEqualTo(Duration.ofMillis(320));
    assertThat(of(Map.of())).isNull();
  }
}
