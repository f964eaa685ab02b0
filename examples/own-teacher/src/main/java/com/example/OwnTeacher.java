package com.example;

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
import java.util.List;
import java.util.Map;

/**
 * A language model of our own as a teacher. The prompt and the parser are the library's; how the
 * model is called is ours.
 */
public final class OwnTeacher implements TeacherLlm {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final PromptTemplate template = PromptTemplate.english();
  private final RankingParser parser = new RankingParser(template.labels());
  private final URI address;
  private final String model;
  private final String key;
  private final Duration patience;

  public OwnTeacher(URI address, String model, String key, Duration patience) {
    this.address = address;
    this.model = model;
    this.key = key;
    this.patience = patience;
  }

  /** Everything that decides how this teacher answers, and no secret. */
  @Override
  public String identity() {
    return "own model=" + model + " template=" + template.sha256();
  }

  @Override
  public TeacherAnswer rank(CandidateList request) {
    if (request.size() == 0) {
      return TeacherAnswer.of(Ranking.fellBack(request, "no candidates to rank"));
    }
    JsonNode reply = ask(template.render(request, request.size()));
    String text = reply.at("/choices/0/message/content").asText();
    TeacherAnswer.Usage usage =
        new TeacherAnswer.Usage(
            reply.at("/usage/prompt_tokens").asInt(),
            reply.at("/usage/completion_tokens").asInt());
    return new TeacherAnswer(
        parser.parse(text, request, request.size()), text, reply.path("model").asText(), usage);
  }

  private JsonNode ask(Prompt prompt) {
    try {
      HttpResponse<String> response =
          http.send(httpRequest(prompt), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 429 || response.statusCode() >= 500) {
        throw new RetriableException("the model's server answered " + response.statusCode());
      }
      if (response.statusCode() != 200) {
        throw new NonRetriableException("the model's server answered " + response.statusCode());
      }
      return JSON.readTree(response.body());
    } catch (IOException e) { // no connection, a timeout, a body that is no JSON
      throw new RetriableException("no answer came from the model's server", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NonRetriableException("interrupted while asking the model's server", e);
    }
  }

  private HttpRequest httpRequest(Prompt prompt) throws IOException {
    Map<String, Object> body =
        Map.of(
            "model",
            model,
            "messages",
            List.of(
                Map.of("role", "system", "content", prompt.system()),
                Map.of("role", "user", "content", prompt.user())));
    return HttpRequest.newBuilder(address)
        .timeout(patience)
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + key)
        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
        .build();
  }
}
