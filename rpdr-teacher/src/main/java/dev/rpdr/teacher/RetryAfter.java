package dev.rpdr.teacher;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long a service says to wait: {@code retry-after-ms} (OpenAI's), or {@code Retry-After} in
 * seconds or as a date (RFC 9110, section 10.2.3).
 */
final class RetryAfter {
  private RetryAfter() {}

  /** The wait, ≥ 0, or null where the headers do not say or say something else. */
  static @Nullable Duration of(HttpHeaders headers, Instant now) {
    Optional<Duration> millis =
        headers.firstValue("retry-after-ms").flatMap(text -> number(text, 1));
    if (millis.isPresent()) {
      return millis.get();
    }
    Optional<String> header = headers.firstValue("Retry-After");
    return header
        .flatMap(text -> number(text, 1000))
        .or(() -> header.flatMap(t -> date(t, now)))
        .orElse(null);
  }

  private static Optional<Duration> number(String text, int millis) {
    try {
      double value = Double.parseDouble(text.strip());
      return value >= 0 && value < Integer.MAX_VALUE
          ? Optional.of(Duration.ofMillis((long) Math.ceil(value * millis)))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> date(String text, Instant now) {
    try {
      Instant when =
          ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(now, when);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
