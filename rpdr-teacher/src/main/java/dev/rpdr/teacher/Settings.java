package dev.rpdr.teacher;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/** Checks of settings: each fails at once and says what it saw. */
final class Settings {
  private static final double HOTTEST = 2;

  private Settings() {}

  static int atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be >= 1, not " + value);
    }
    return value;
  }

  static double temperature(double value) {
    if (!(value >= 0 && value <= HOTTEST)) {
      throw new IllegalArgumentException("temperature must be from 0 to 2, not " + value);
    }
    return value + 0.0; // -0.0 would be another identity
  }

  /** A text without white space, so that it can stand in an identity. */
  static String word(String name, String value) {
    Objects.requireNonNull(value, name);
    if (value.isEmpty() || value.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(
          name + " must be a word without white space, not '" + value + "'");
    }
    return value;
  }

  /** An http or https address without user information, without a slash at its end. */
  static String url(String name, String value) {
    URI uri;
    try {
      uri = new URI(Objects.requireNonNull(value, name));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name + " is no address: " + e.getReason());
    }
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!web || uri.getHost() == null || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          name
              + " must be http://host or https://host, with a port and a path if need be and no"
              + " user, not scheme "
              + uri.getScheme()
              + " and host "
              + uri.getHost()
              + (uri.getUserInfo() == null ? "" : " with a user"));
    }
    return value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
  }
}
