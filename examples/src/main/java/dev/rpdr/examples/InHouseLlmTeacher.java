package dev.rpdr.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.CandidateList;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.prompt.Prompt;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.teacher.prompt.RankingParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Your own language model as a teacher: here one behind an in-house gateway that takes {@code
 * {"system": …, "user": …}} and answers {@code {"text": …}}. The prompt and the parser are the
 * library's, the call is yours. Thread-safe.
 */
public final class InHouseLlmTeacher implements TeacherLlm {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI gateway;
  private final String model;
  private final PromptTemplate template;
  private final RankingParser parser;

  /** A teacher at a gateway. */
  public InHouseLlmTeacher(URI gateway, String model, PromptTemplate template) {
    this.gateway = Objects.requireNonNull(gateway, "gateway");
    this.model = Objects.requireNonNull(model, "model");
    this.template = Objects.requireNonNull(template, "template");
    this.parser = new RankingParser(template.labels());
  }

  @Override
  public String identity() {
    return "in-house:" + model + "/template:" + template.sha256();
  }

  @Override
  public TeacherAnswer rank(CandidateList request) {
    if (request.size() == 0) {
      return TeacherAnswer.of(Ranking.asRetrieved(request)); // nothing to rank, nothing to pay
    }
    Prompt prompt = template.render(request, request.size());
    String text = ask(prompt);
    return new TeacherAnswer(parser.parse(text, request, request.size()), text, model, null);
  }

  private String ask(Prompt prompt) {
    try {
      String body =
          JSON.writeValueAsString(
              Map.of("model", model, "system", prompt.system(), "user", prompt.user()));
      HttpRequest post =
          HttpRequest.newBuilder(gateway)
              .timeout(Duration.ofMinutes(1))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      HttpResponse<String> response = http.send(post, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 429 || response.statusCode() >= 500) {
        throw new RetriableException("the gateway answered " + response.statusCode());
      }
      if (response.statusCode() != 200) {
        throw new NonRetriableException("the gateway answered " + response.statusCode());
      }
      JsonNode text = JSON.readTree(response.body()).path("text");
      return text.asText();
    } catch (JsonProcessingException e) {
      throw new RetriableException("the gateway's answer is no JSON", e);
    } catch (IOException e) {
      throw new RetriableException("the gateway cannot be reached", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NonRetriableException("interrupted while asking the gateway", e);
    }
  }
}
