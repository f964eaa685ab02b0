package dev.rpdr.cli;

import dev.rpdr.KnowledgeBase;
import dev.rpdr.Retriever;
import dev.rpdr.distill.Students;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.retriever.DenseRetriever;
import dev.rpdr.retriever.TextAnalysis;
import dev.rpdr.retriever.TfIdfRetriever;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What retrieves. Owns the encoder and index that it opens. */
final class RetrieverOptions implements AutoCloseable {
  static final String KNOWN =
      "tfidf-char, tfidf-word, tfidf:ANALYSIS (for Chinese tfidf:char(1,2)), maven:NAME or an"
          + " encoder's folder";

  private static final String TFIDF = "tfidf:";

  @Option(names = "--retriever", paramLabel = "WHAT", description = "what retrieves: " + KNOWN)
  private @Nullable String retriever;

  @Option(
      names = "--pooling",
      paramLabel = "mean|cls|in_graph",
      description =
          "how an encoder makes one vector of many; needed where its folder does not say so")
  private @Nullable Pooling pooling;

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

  private final Deque<Runnable> open = new ArrayDeque<>();

  /** What was asked for, or null. */
  @Nullable String name() {
    return retriever;
  }

  int k() {
    return k;
  }

  /**
   * What was asked for, or else the first bi-encoder among students or their parts, which retrieves
   * by itself.
   */
  String nameOr(List<Path> students) {
    if (retriever != null) {
      return retriever;
    }
    return students.stream()
        .flatMap(student -> Students.biEncoder(student).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    names(students)
                        + " not retrieve, since that needs a bi-encoder: say with --retriever what"
                        + " does ("
                        + KNOWN
                        + ")"))
        .toString();
  }

  private static String names(List<Path> students) {
    return students.isEmpty()
        ? "a student without an encoder does"
        : students.stream().map(Path::toString).collect(Collectors.joining(", "))
            + (students.size() == 1 ? " does" : " do");
  }

  /** The retriever of this name; it stays open until these options are closed. */
  Retriever open(String what, KnowledgeBase knowledgeBase) {
    return switch (what) {
      case "tfidf-char" -> TfIdfRetriever.build(knowledgeBase, TextAnalysis.charWordBoundary(3, 5));
      case "tfidf-word" -> TfIdfRetriever.build(knowledgeBase, TextAnalysis.word());
      default ->
          what.startsWith(TFIDF)
              ? TfIdfRetriever.build(
                  knowledgeBase, TextAnalysis.parse(what.substring(TFIDF.length())))
              : dense(knowledgeBase, ModelFiles.parse(what));
    };
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }

  private Retriever dense(KnowledgeBase knowledgeBase, ModelFiles files) {
    TextEncoder encoder =
        pooling == null ? TextEncoder.open(files) : TextEncoder.open(files, options(pooling));
    open.push(encoder::close);
    try (ProgressBars progress = new ProgressBars(System.err)) {
      DenseRetriever dense =
          index == null
              ? DenseRetriever.build(knowledgeBase, encoder, progress)
              : DenseRetriever.openOrBuild(index, knowledgeBase, encoder, progress);
      open.push(dense::close);
      return dense;
    }
  }

  private static EncoderOptions options(Pooling pooling) {
    return switch (pooling) {
      case MEAN -> EncoderOptions.mean();
      case CLS -> EncoderOptions.cls();
      case IN_GRAPH -> EncoderOptions.inGraph();
    };
  }
}
