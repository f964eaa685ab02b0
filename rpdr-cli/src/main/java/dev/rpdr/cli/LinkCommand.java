package dev.rpdr.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.RpdrPipeline;
import dev.rpdr.StudentReranker;
import dev.rpdr.distill.Students;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "link",
    mixinStandardHelpOptions = true,
    description = {
      "Links mentions: one a line on the standard input (UTF-8), one JSON object a line on the standard output.",
      "A blank line is answered with an object whose outcome is abstained, so that lines stay in step.",
      "A bi-encoder, or the first among the parts of a fused student or cascade, retrieves by itself; other students need --retriever.",
      "A fused student says how sure it is of the first candidate (confidence, 0 to 1)."
    })
final class LinkCommand implements Callable<Integer> {
  private static final int LARGEST_BATCH = 256;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private KnowledgeBaseOptions kb = new KnowledgeBaseOptions();

  @Option(
      names = "--student",
      required = true,
      paramLabel = "DIR",
      description = "the student's folder")
  private Path student = Path.of("");

  @Mixin private RetrieverOptions retrieval = new RetrieverOptions();

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "5",
      description = "candidates printed (default: ${DEFAULT-VALUE})")
  private int top = 5;

  @Override
  public Integer call() throws Exception {
    if (top < 1) {
      throw new IllegalArgumentException("--top must be >= 1, not " + top);
    }
    KnowledgeBase knowledgeBase = kb.read();
    try (StudentReranker reranker = Students.open(student);
        RetrieverOptions opened = retrieval) {
      link(
          RpdrPipeline.builder(knowledgeBase)
              .retriever(opened.open(opened.nameOr(List.of(student)), knowledgeBase))
              .student(reranker)
              .candidates(opened.k())
              .build());
    }
    return 0;
  }

  /**
   * Answers what has been typed as soon as it is there: waits for one line, takes along what is
   * ready.
   */
  private void link(RpdrPipeline pipeline) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> batch = new ArrayList<>(List.of(line));
      while (batch.size() < LARGEST_BATCH && in.ready()) {
        String more = in.readLine();
        if (more == null) {
          break;
        }
        batch.add(more);
      }
      List<Ranking> rankings =
          pipeline
              .linkAll(batch.stream().filter(text -> !text.isBlank()).map(Mention::of))
              .toList();
      int next = 0;
      for (String text : batch) {
        out.println(text.isBlank() ? blank(text) : json(rankings.get(next++)));
      }
      out.flush();
    }
  }

  private String json(Ranking ranking) throws JsonProcessingException {
    ObjectNode line = JSON.createObjectNode().put("mention", ranking.mention().text());
    ranking.best().ifPresent(entity -> line.put("id", entity.id()).put("name", entity.name()));
    line.put("outcome", ranking.outcome().label());
    if (ranking.confidence() != null) {
      line.put("confidence", ranking.confidence());
    }
    ranking.candidates().stream()
        .limit(top)
        .forEach(
            candidate ->
                line.withArray("candidates")
                    .addObject()
                    .put("id", candidate.id())
                    .put("name", candidate.entity().name())
                    .put("score", candidate.score()));
    return JSON.writeValueAsString(line);
  }

  private static String blank(String text) throws JsonProcessingException {
    return JSON.writeValueAsString(
        JSON.createObjectNode()
            .put("mention", text)
            .put("outcome", "abstained")
            .put("reason", "the line is blank"));
  }
}
