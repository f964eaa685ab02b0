package dev.rpdr.teacher.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.AnswerFormat;
import dev.rpdr.teacher.ChatSettings;
import dev.rpdr.teacher.Reply;
import dev.rpdr.teacher.prompt.Prompt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a batch's files. A request's {@code custom_id} is {@code r} and its place, from 0. A
 * line of {@code requests.jsonl} has {@code custom_id}, {@code mention}, {@code id} and {@code
 * context} ({@code text}, {@code start}, {@code end}) where the mention has them, and {@code
 * candidates} ({@code id}, {@code name}).
 */
final class BatchLines {
  static final String ENDPOINT = "/v1/chat/completions";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int OK = 200;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private BatchLines() {}

  static String customId(int place) {
    return "r" + place;
  }

  /** A line of what is uploaded. */
  static String input(int place, CandidateList request, ChatSettings settings) {
    ObjectNode line = JSON.createObjectNode();
    line.put("custom_id", customId(place)).put("method", "POST").put("url", ENDPOINT);
    ObjectNode body = line.putObject("body").put("model", settings.modelName());
    Prompt prompt = settings.prompt(request);
    ArrayNode messages = body.putArray("messages");
    if (!prompt.system().isEmpty()) {
      messages.addObject().put("role", "system").put("content", prompt.system());
    }
    messages.addObject().put("role", "user").put("content", prompt.user());
    Double temperature = settings.temperature();
    if (temperature != null) {
      body.put("temperature", temperature);
    }
    Integer most = settings.maxOutputTokens();
    if (most != null) {
      body.put("max_tokens", most);
    }
    if (settings.answers() == AnswerFormat.JSON_SCHEMA) {
      schema(body.putObject("response_format"), settings.labels(request));
    }
    return line.toString();
  }

  private static void schema(ObjectNode format, List<String> labels) {
    ObjectNode named = format.put("type", "json_schema").putObject("json_schema");
    ObjectNode schema = named.put("name", "ranking").put("strict", true).putObject("schema");
    ObjectNode ranking = schema.put("type", "object").putObject("properties").putObject("ranking");
    ArrayNode allowed =
        ranking.put("type", "array").putObject("items").put("type", "string").putArray("enum");
    labels.forEach(allowed::add);
    schema.putArray("required").add("ranking");
    schema.put("additionalProperties", false);
  }

  /** A line of {@code requests.jsonl}. */
  static String request(int place, CandidateList request) {
    Mention mention = request.mention();
    ObjectNode line = JSON.createObjectNode().put("custom_id", customId(place));
    if (mention.id() != null) {
      line.put("id", mention.id());
    }
    line.put("mention", mention.text());
    Mention.Context context = mention.context();
    if (context != null) {
      line.putObject("context")
          .put("text", context.text())
          .put("start", context.start())
          .put("end", context.end());
    }
    ArrayNode candidates = line.putArray("candidates");
    for (Candidate candidate : request.candidates()) {
      candidates.addObject().put("id", candidate.id()).put("name", candidate.entity().name());
    }
    return line.toString();
  }

  /** Equal for requests of the same mention, context and candidates. */
  static String sameness(CandidateList request) {
    Mention mention = request.mention();
    return request(
        0,
        new CandidateList(
            new Mention(mention.text(), mention.context(), null), request.candidates()));
  }

  /** The requests of a file, in its order. */
  static List<CandidateList> requests(String text, String origin) {
    List<CandidateList> requests = new ArrayList<>();
    for (String line : text.lines().toList()) {
      try {
        requests.add(request(JSON.readTree(line)));
      } catch (JsonProcessingException | IllegalArgumentException e) {
        throw new DataFormatException(
            origin + ", line " + (requests.size() + 1) + ": no request, " + e.getMessage(), e);
      }
    }
    return requests;
  }

  private static CandidateList request(JsonNode line) {
    JsonNode context = line.path("context");
    Mention mention =
        new Mention(
            line.path("mention").asText(),
            context.isObject()
                ? new Mention.Context(
                    context.path("text").asText(),
                    context.path("start").asInt(),
                    context.path("end").asInt())
                : null,
            text(line, "id"));
    List<Entity> entities = new ArrayList<>();
    for (JsonNode candidate : line.path("candidates")) {
      entities.add(Entity.of(candidate.path("id").asText(), candidate.path("name").asText()));
    }
    return CandidateList.of(mention, entities);
  }

  /** What came back, by custom id. A line that cannot be read is left out. */
  static Map<String, JsonNode> results(String text) {
    Map<String, JsonNode> results = new HashMap<>();
    for (String line : text.lines().toList()) {
      try {
        JsonNode node = JSON.readTree(line);
        if (node.path("custom_id").isTextual()) {
          results.put(node.get("custom_id").asText(), node);
        }
      } catch (JsonProcessingException e) {
        // its request is reported as missing
      }
    }
    return results;
  }

  /** What a line of what came back says about a request. */
  static BatchItem item(CandidateList request, @Nullable JsonNode line, ChatSettings settings) {
    if (line == null) {
      return new BatchItem.Missing(request);
    }
    JsonNode response = line.path("response");
    int status = response.path("status_code").asInt();
    JsonNode body = response.path("body");
    JsonNode choice = body.path("choices").path(0);
    if (status == OK) {
      return choice.isObject()
          ? new BatchItem.Answered(settings.read(request, reply(body, choice)))
          : new BatchItem.Missing(request);
    }
    JsonNode error = line.hasNonNull("error") ? line.get("error") : error(body);
    boolean again = status == 0 || status == TOO_MANY || status >= SERVER_ERROR;
    return new BatchItem.Failed(
        request, status, error.path("code").asText(""), error.path("message").asText(""), again);
  }

  private static JsonNode error(JsonNode body) {
    return body.path("error").isObject() ? body.get("error") : body;
  }

  private static Reply reply(JsonNode body, JsonNode choice) {
    JsonNode usage = body.path("usage");
    Usage tokens =
        usage.path("prompt_tokens").canConvertToInt()
                && usage.path("completion_tokens").canConvertToInt()
            ? new Usage(
                Math.max(0, usage.get("prompt_tokens").asInt()),
                Math.max(0, usage.get("completion_tokens").asInt()))
            : null;
    String finish = text(choice, "finish_reason");
    return new Reply(
        text(choice.path("message"), "content"),
        text(body, "model"),
        tokens,
        finish == null ? null : finish.toLowerCase(Locale.ROOT),
        null);
  }

  private static @Nullable String text(JsonNode node, String field) {
    return node.hasNonNull(field) ? node.get(field).asText() : null;
  }
}
