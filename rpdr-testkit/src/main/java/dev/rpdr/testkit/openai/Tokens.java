package dev.rpdr.testkit.openai;

import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts the tokens of messages. */
final class Tokens {
  /**
   * About what byte pair encodings make of prose: a Chinese character, up to six letters, up to
   * three digits or a mark are a token.
   */
  private static final Pattern PIECES =
      Pattern.compile("\\p{IsHan}|[\\p{L}&&[^\\p{IsHan}]]{1,6}|\\p{N}{1,3}|[^\\s\\p{L}\\p{N}]");

  private static final int PER_MESSAGE = 4; // role and delimiters, as OpenAI's chat models count
  private static final int PER_CALL = 3; // what opens the answer

  private final ToIntFunction<String> counter;

  Tokens(ToIntFunction<String> counter) {
    this.counter = counter;
  }

  static int pieces(String text) {
    int count = 0;
    for (Matcher matcher = PIECES.matcher(text); matcher.find(); ) {
      count++;
    }
    return count;
  }

  int of(ChatCall call) {
    int sum = PER_CALL;
    for (ChatCall.Message message : call.messages()) {
      sum += PER_MESSAGE + counter.applyAsInt(message.content());
    }
    return sum;
  }

  int of(String answer) {
    return counter.applyAsInt(answer);
  }
}
