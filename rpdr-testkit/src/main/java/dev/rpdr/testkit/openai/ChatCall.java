package dev.rpdr.testkit.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request for a chat completion as the server got it.
 *
 * @param body the whole body; not to be changed
 */
public record ChatCall(JsonNode body) {
  private static final Pattern MENTION = Pattern.compile("<mention>([^<]*)</mention>");
  private static final Pattern CANDIDATE =
      Pattern.compile("(?m)^\\s*([A-Z]{1,3}|\\d{1,4})[.):、．]\\s*(\\S.*?)\\s*$");

  public ChatCall {
    Objects.requireNonNull(body, "body");
  }

  /**
   * A message of the call.
   *
   * @param role {@code system}, {@code user} or {@code assistant}
   * @param content its text
   */
  public record Message(String role, String content) {}

  /** The model that is asked for. */
  public String model() {
    return body.path("model").asText();
  }

  /** The messages, in their order. */
  public List<Message> messages() {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : body.path("messages")) {
      messages.add(new Message(message.path("role").asText(), content(message.path("content"))));
    }
    return List.copyOf(messages);
  }

  /** The last message of the user, or an empty text. */
  public String lastUserMessage() {
    String last = "";
    for (Message message : messages()) {
      last = message.role().equals("user") ? message.content() : last;
    }
    return last;
  }

  /** The JSON schema that the answer is to have, or nothing. */
  public Optional<JsonNode> schema() {
    JsonNode format = body.path("response_format");
    return "json_schema".equals(format.path("type").asText())
        ? Optional.of(format.path("json_schema").path("schema"))
        : Optional.empty();
  }

  /**
   * The mention that the call asks about, if its prompt marks it as this library's templates do:
   * the text of the last {@code <mention>} tag, unescaped. Nothing where there is none.
   */
  public Optional<String> mention() {
    Matcher matcher = MENTION.matcher(lastUserMessage());
    String last = null;
    while (matcher.find()) {
      last = matcher.group(1);
    }
    return Optional.ofNullable(last).map(ChatCall::unescape);
  }

  /**
   * The candidates on offer, from label to name in their order: the labelled lines after the last
   * {@code <mention>} tag of the user's last message, or of all of it where there is no tag.
   */
  public Map<String, String> candidates() {
    String text = lastUserMessage();
    int from = Math.max(0, text.lastIndexOf("</mention>"));
    Map<String, String> candidates = new LinkedHashMap<>();
    Matcher matcher = CANDIDATE.matcher(text.substring(from));
    while (matcher.find()) {
      candidates.put(matcher.group(1), unescape(matcher.group(2)));
    }
    return candidates;
  }

  private static String content(JsonNode content) {
    if (!content.isArray()) {
      return content.asText("");
    }
    StringBuilder text = new StringBuilder();
    content.forEach(part -> text.append(part.path("text").asText("")));
    return text.toString();
  }

  private static String unescape(String text) {
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }
}
