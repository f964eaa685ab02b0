package dev.rpdr.distill.llamacpp;

import dev.rpdr.CandidateList;
import dev.rpdr.Fingerprint;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.Outcome;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.RankingDialogue;
import dev.rpdr.StudentReranker;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.RankingTemplate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A language model that llama.cpp runs in this process: a GGUF checkpoint and the GGUF adapter of a
 * student that was distilled here, if any ({@code bin/rpdr student gguf}).
 *
 * <p>A ranked list is written name by name, each held by a grammar to the candidates that are left,
 * as {@link dev.rpdr.distill.llm.LlmStudent} does; a letter or a name says the first place, and the
 * others keep the request's order. Where a prompt is too long its context is left out, and where it
 * still is, the ranking falls back.
 *
 * <p>Thread-safe, one request at a time. Needs {@code de.kherud:llama} on the class path. Its
 * native thread outlives the model and keeps the JVM from ending when {@code main} does: end with
 * {@code System.exit}.
 */
public final class LlamaCppStudent implements StudentReranker {
  private final LlamaCpp model;
  private final RankingTemplate template;
  private final RankingDialogue dialogue;
  private final LlamaCppOptions options;
  private final Provenance provenance;
  private volatile boolean closed;

  private LlamaCppStudent(
      LlamaCpp model, RankingTemplate template, LlamaCppOptions options, Provenance provenance) {
    this.model = model;
    this.template = template;
    this.dialogue = template.dialogue();
    this.options = options;
    this.provenance = provenance;
  }

  /**
   * Opens a model.
   *
   * @param checkpoint a GGUF file
   * @param adapter a GGUF adapter for it, or null
   * @param template what the adapter was trained on, of any form but {@link LlmForm#SCORING_HEAD}
   * @return the student; the caller closes it
   * @throws ModelException if a file is missing or no GGUF, llama.cpp cannot load it, or the
   *     library is not there
   */
  public static LlamaCppStudent open(
      Path checkpoint, @Nullable Path adapter, RankingTemplate template, LlamaCppOptions options) {
    template.dialogue(); // refuses a scoring head before anything is loaded
    LlamaCpp model = LlamaCpp.open(checkpoint, adapter, options);
    Provenance provenance =
        Provenance.none()
            .with("student.kind", "llama.cpp")
            .with("checkpoint", Objects.requireNonNull(checkpoint.getFileName()).toString())
            .with("template", template.toString())
            .with("context", options.context());
    if (adapter != null) {
      provenance = provenance.with("adapter.sha256", Fingerprint.ofFile(adapter));
    }
    return new LlamaCppStudent(model, template, options, provenance);
  }

  @Override
  public Ranking rerank(CandidateList request) {
    Objects.requireNonNull(request, "request");
    if (closed) {
      throw new IllegalStateException("this student is closed");
    }
    if (request.size() == 0) {
      return new Ranking(request, List.of(), Outcome.ANSWERED);
    }
    Optional<String> prompt = prompt(request);
    if (prompt.isEmpty()) {
      return dialogue.user(request).isEmpty()
          ? dialogue.read(null, request)
          : Ranking.fellBack(
              request, "the prompt is longer than %d tokens".formatted(options.context()));
    }
    return template.form() == LlmForm.RANKED_LIST
        ? listed(request, prompt.get())
        : dialogue.read(
            model.complete(
                prompt.get(), dialogue.grammar(request), dialogue.longestAnswer(request), false),
            request);
  }

  /** What the model reads, as far as it fits; context is left out where that makes it fit. */
  Optional<String> prompt(CandidateList request) {
    Optional<String> whole = fitting(request);
    Mention mention = request.mention();
    return whole.isPresent() || mention.context() == null
        ? whole
        : fitting(
            new CandidateList(
                new Mention(mention.text(), null, mention.id()), request.candidates()));
  }

  private Optional<String> fitting(CandidateList request) {
    int answer = dialogue.user(request).isEmpty() ? 0 : dialogue.longestAnswer(request);
    return dialogue
        .user(request)
        .map(user -> model.prompt(dialogue.system(), user))
        .filter(prompt -> model.tokens(prompt) + answer <= options.context());
  }

  private Ranking listed(CandidateList request, String prompt) {
    Map<String, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < request.size(); i++) {
      String name = template.answer(List.of(), List.of(request.entity(i).name()));
      places.computeIfAbsent(name, key -> new ArrayList<>()).add(i);
    }
    Set<String> left = new LinkedHashSet<>(places.keySet());
    StringBuilder text = new StringBuilder(prompt);
    List<Integer> order = new ArrayList<>();
    synchronized (model) { // what a name goes on from must be this list's
      while (!left.isEmpty()) {
        String name =
            left.size() == 1
                ? left.iterator().next()
                : next(text.toString(), left, !order.isEmpty());
        if (!left.remove(name)) {
          return Ranking.fellBack(request, "llama.cpp wrote '" + name + "', which is no candidate");
        }
        text.append(name).append('\n');
        order.addAll(Objects.requireNonNull(places.get(name)));
      }
    }
    return Ranking.byPlaces(request, order, Outcome.ANSWERED);
  }

  private String next(String text, Set<String> left, boolean goesOn) {
    String names =
        left.stream()
            .map(name -> '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
            .collect(Collectors.joining(" | "));
    // The newline within the grammar decides between a name and one that it begins.
    return model
        .complete(text, "root ::= (" + names + ") \"\\n\"", options.context(), goesOn)
        .strip();
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      model.close();
    }
  }
}
