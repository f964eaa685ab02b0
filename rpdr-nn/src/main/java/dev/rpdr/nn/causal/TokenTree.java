package dev.rpdr.nn.causal;

import java.util.List;
import java.util.Objects;

/**
 * A prompt and the branches that go on from it, none of which sees the others. A training example
 * has one branch, its answer; a ranking has one a candidate. All are computed in one pass.
 *
 * @param prompt at least one token
 * @param branches at least one, none empty
 */
public record TokenTree(Tokens prompt, List<Tokens> branches) {
  public TokenTree {
    Objects.requireNonNull(prompt, "prompt");
    branches = List.copyOf(branches);
    if (prompt.isEmpty()) {
      throw new IllegalArgumentException("a prompt must have at least one token");
    }
    if (branches.isEmpty()) {
      throw new IllegalArgumentException("a prompt must have at least one branch");
    }
    for (int i = 0; i < branches.size(); i++) {
      if (branches.get(i).isEmpty()) {
        throw new IllegalArgumentException("branch %d has no tokens".formatted(i));
      }
    }
  }

  /** A prompt and its one answer. */
  public static TokenTree of(Tokens prompt, Tokens answer) {
    return new TokenTree(prompt, List.of(answer));
  }

  /** The tokens of all branches together. */
  public int targets() {
    return branches.stream().mapToInt(Tokens::size).sum();
  }

  /** The tokens of the prompt and its longest branch, which must fit the model's context. */
  public int length() {
    return prompt.size() + branches.stream().mapToInt(Tokens::size).max().orElse(0);
  }
}
