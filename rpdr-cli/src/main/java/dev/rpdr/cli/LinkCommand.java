package dev.rpdr.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.Retriever;
import dev.rpdr.RpdrPipeline;
import dev.rpdr.StudentReranker;
import dev.rpdr.distill.StudentKind;
import dev.rpdr.distill.StudentManifest;
import dev.rpdr.distill.Students;
import dev.rpdr.io.Column;
import dev.rpdr.io.KnowledgeBaseReader;
import dev.rpdr.io.TableFormat;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.retriever.DenseRetriever;
import dev.rpdr.retriever.TextAnalysis;
import dev.rpdr.retriever.TfIdfRetriever;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "link",
    mixinStandardHelpOptions = true,
    description = {
      "Links mentions: one a line on the standard input (UTF-8), one JSON object a line on the standard output.",
      "A blank line is answered with an object whose outcome is abstained, so that lines stay in step."
    })
final class LinkCommand implements Callable<Integer> {
  private static final int LARGEST_BATCH = 256;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(
      names = "--kb",
      required = true,
      paramLabel = "FILE",
      description = "the knowledge base: .tsv, .csv, .jsonl or .json")
  private Path kb = Path.of("");

  @Option(
      names = "--kb-id",
      paramLabel = "COLUMN",
      defaultValue = "1",
      description =
          "column of the id, by name or counted from 1 (default: ${DEFAULT-VALUE}; for JSON give a name)")
  private String idColumn = "1";

  @Option(
      names = "--kb-name",
      paramLabel = "COLUMN",
      defaultValue = "2",
      description = "column of the preferred name (default: ${DEFAULT-VALUE})")
  private String nameColumn = "2";

  @Option(
      names = "--kb-header",
      description = "the first line of a TSV names its columns (a CSV's always does)")
  private boolean header;

  @Option(
      names = "--kb-charset",
      paramLabel = "NAME",
      defaultValue = "UTF-8",
      description = "charset of the knowledge base (default: ${DEFAULT-VALUE})")
  private String charset = "UTF-8";

  @Option(names = "--kb-merge", description = "rows of the same id are names of one entity")
  private boolean merge;

  @Option(
      names = "--student",
      required = true,
      paramLabel = "DIR",
      description = "the student's folder")
  private Path student = Path.of("");

  @Option(
      names = "--retriever",
      paramLabel = "WHAT",
      description =
          "what retrieves: tfidf-char, tfidf-word, maven:NAME or an encoder's folder. A bi-encoder student retrieves by itself where this is absent; a cross-encoder needs it.")
  private @Nullable String retriever;

  @Option(
      names = "--index",
      paramLabel = "DIR",
      description = "keep the vectors of the knowledge base here, so that the next start is quick")
  private @Nullable Path index;

  @Option(
      names = "--k",
      paramLabel = "N",
      defaultValue = "10",
      description = "candidates retrieved (default: ${DEFAULT-VALUE})")
  private int k = 10;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "5",
      description = "candidates printed (default: ${DEFAULT-VALUE})")
  private int top = 5;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @Override
  public Integer call() throws Exception {
    if (top < 1) {
      throw new IllegalArgumentException("--top must be >= 1, not " + top);
    }
    try {
      KnowledgeBase knowledgeBase = readKnowledgeBase();
      StudentReranker reranker = opened(Students.open(student));
      RpdrPipeline pipeline =
          RpdrPipeline.builder(knowledgeBase)
              .retriever(retriever(knowledgeBase))
              .student(reranker)
              .candidates(k)
              .build();
      link(pipeline);
    } finally {
      while (!open.isEmpty()) {
        open.pop().close();
      }
    }
    return 0;
  }

  private KnowledgeBase readKnowledgeBase() {
    String name = kb.toString();
    TableFormat format =
        TableFormat.of(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT))
            .withCharset(charset);
    KnowledgeBaseReader.Builder reader =
        KnowledgeBaseReader.builder(
            header ? format.withHeader(true) : format,
            Column.parse(idColumn),
            Column.parse(nameColumn));
    return (merge ? reader.mergeRepeatedIds() : reader).build().read(kb);
  }

  private Retriever retriever(KnowledgeBase knowledgeBase) {
    String what = retriever;
    if (what == null) {
      if (StudentManifest.read(student).kind() != StudentKind.BI_ENCODER) {
        throw new IllegalArgumentException(
            student
                + " is a cross-encoder, which does not retrieve: say with --retriever what does (tfidf-char, tfidf-word, maven:NAME or an encoder's folder)");
      }
      what = student.toString();
    }
    return switch (what) {
      case "tfidf-char" -> TfIdfRetriever.build(knowledgeBase, TextAnalysis.charWordBoundary(3, 5));
      case "tfidf-word" -> TfIdfRetriever.build(knowledgeBase, TextAnalysis.word());
      default -> dense(knowledgeBase, ModelFiles.parse(what));
    };
  }

  private Retriever dense(KnowledgeBase knowledgeBase, ModelFiles files) {
    TextEncoder encoder = opened(TextEncoder.open(files));
    try (ProgressBars progress = new ProgressBars(System.err)) {
      return opened(
          index == null
              ? DenseRetriever.build(knowledgeBase, encoder, progress)
              : DenseRetriever.openOrBuild(index, knowledgeBase, encoder, progress));
    }
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

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }
}
