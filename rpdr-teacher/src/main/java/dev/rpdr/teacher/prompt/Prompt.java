package dev.rpdr.teacher.prompt;

import java.util.Objects;

/**
 * What is sent to a chat model for one request.
 *
 * @param system the system message; empty where the template has none
 * @param user the user message, not blank
 */
public record Prompt(String system, String user) {
  public Prompt {
    Objects.requireNonNull(system, "system");
    if (Objects.requireNonNull(user, "user").isBlank()) {
      throw new IllegalArgumentException("the user message of a prompt must not be blank");
    }
  }
}
