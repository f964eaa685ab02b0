package dev.rpdr.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.Candidate;
import dev.rpdr.Evaluation.Judgement;
import dev.rpdr.Ranking;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Writes what a system answered, one JSON object a line and mention, in the order of the dataset:
 * {@code id} (the mention's, or null), {@code mention}, {@code gold} (an array of parts, each an
 * array of alternative ids), {@code rank} (from 1, 0 for wrong), {@code reachable}, {@code
 * outcome}, {@code reason}, {@code ranking} (best first: {@code id}, {@code name}, {@code score}).
 */
final class Predictions {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final int top;

  /**
   * @param top how many places of each ranking are written
   */
  Predictions(int top) {
    this.top = top;
  }

  void write(Path file, SystemResult result) {
    AtomicFile.write(
        file,
        writer -> {
          for (Judgement judgement : result.evaluation().judgements()) {
            line(writer, judgement);
          }
        });
  }

  private void line(BufferedWriter writer, Judgement judgement) throws IOException {
    Ranking ranking = judgement.ranking();
    ObjectNode json = MAPPER.createObjectNode();
    json.put("id", judgement.labelled().mention().id());
    json.put("mention", judgement.labelled().mention().text());
    ArrayNode gold = json.putArray("gold");
    for (Set<String> part : judgement.labelled().gold().parts()) {
      ArrayNode alternatives = gold.addArray();
      part.stream().sorted().forEach(alternatives::add);
    }
    json.put("rank", judgement.rank());
    json.put("reachable", judgement.reachable());
    json.put("outcome", ranking.outcome().label());
    json.put("reason", ranking.outcome().reason());
    ArrayNode candidates = json.putArray("ranking");
    for (Candidate candidate : ranking.candidates().stream().limit(top).toList()) {
      candidates
          .addObject()
          .put("id", candidate.id())
          .put("name", candidate.entity().name())
          .put("score", candidate.score());
    }
    writer.write(MAPPER.writeValueAsString(json));
    writer.write('\n');
  }
}
