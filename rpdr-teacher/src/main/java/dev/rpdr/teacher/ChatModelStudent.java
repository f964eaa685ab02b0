package dev.rpdr.teacher;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.RankingDialogue;
import dev.rpdr.StudentReranker;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.call.Call;
import dev.rpdr.teacher.call.CallGuard;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A student that was trained here and is served elsewhere: vLLM, Ollama, a llama.cpp server or any
 * other chat model. It is asked by the dialogue that it was trained on, so that training and
 * serving cannot differ, and its answers are read by it: {@code
 * dev.rpdr.distill.llm.RankingTemplate.dialogue()} and {@code LlmStudent.dialogue()} give one.
 *
 * <p>Answers are greedy, and no longer than the longest that is allowed. Where the server takes a
 * grammar, nothing but candidates can be answered; where it does not, the ranking's outcome says
 * what was wrong with an answer. Thread-safe if the chat model is; deterministic as far as it is.
 */
public final class ChatModelStudent implements StudentReranker {
  private final ChatModel model;
  private final String modelName;
  private final RankingDialogue dialogue;
  private final GrammarStyle grammar;
  private final CallGuard guard;
  private final int concurrency;
  private final Provenance provenance;
  private volatile boolean closed;

  private ChatModelStudent(Builder builder) {
    model = builder.model;
    modelName = builder.modelName;
    dialogue = builder.dialogue;
    grammar = builder.grammar;
    guard = builder.guard;
    concurrency = builder.concurrency;
    provenance =
        builder
            .training
            .with("student.kind", "served")
            .with("student.model", modelName)
            .with("student.dialogue", dialogue.identity())
            .with("student.grammar", grammar.key());
  }

  /**
   * A student over a chat model.
   *
   * @param model thread-safe if concurrency is to be more than 1; see {@link
   *     OpenAiEndpoint#chatModel}
   * @param modelName the name of the model behind it, for provenance and errors
   * @param dialogue that it was trained on
   */
  public static Builder builder(ChatModel model, String modelName, RankingDialogue dialogue) {
    return new Builder(model, modelName, dialogue);
  }

  /**
   * {@inheritDoc}
   *
   * @throws dev.rpdr.RetriableException on a rate limit, a timeout, a server error, a server that
   *     cannot be reached, a broken connection or a malformed response
   * @throws dev.rpdr.NonRetriableException if the server refuses the request, say because the
   *     prompt is too long for it
   */
  @Override
  public Ranking rerank(CandidateList request) {
    requireOpen();
    if (request.size() == 0) {
      return new Ranking(request, List.of(), Outcome.ANSWERED);
    }
    Optional<String> user = dialogue.user(request);
    if (user.isEmpty()) {
      return dialogue.read(null, request);
    }
    ChatRequest chat =
        ChatRequest.builder()
            .messages(ChatCaller.messages(dialogue.system(), user.get()))
            .parameters(
                grammar.parameters(dialogue.grammar(request), dialogue.longestAnswer(request)))
            .build();
    Call call = new Call(request.mention().text(), modelName, 1, new Usage(0, 0));
    return dialogue.read(ChatCaller.ask(model, modelName, guard, call, chat).text(), request);
  }

  @Override
  public List<Ranking> rerankAll(List<CandidateList> requests) {
    requireOpen();
    return BoundedCalls.map(requests, concurrency, this::rerank);
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  /** Nothing is held; the server is not the student's. */
  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return "student " + modelName;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the student is closed");
    }
  }

  /** Collects the settings. Not thread-safe. */
  public static final class Builder {
    private final ChatModel model;
    private final String modelName;
    private final RankingDialogue dialogue;
    private GrammarStyle grammar = GrammarStyle.NONE;
    private CallGuard guard = CallGuard.once();
    private Provenance training = Provenance.none();
    private int concurrency = 1;

    private Builder(ChatModel model, String modelName, RankingDialogue dialogue) {
      this.model = Objects.requireNonNull(model, "model");
      this.modelName = Settings.word("modelName", modelName);
      this.dialogue = Objects.requireNonNull(dialogue, "dialogue");
    }

    /** How the server takes a grammar; not at all by default. Others need an OpenAI chat model. */
    @CanIgnoreReturnValue
    public Builder grammar(GrammarStyle newGrammar) {
      grammar = Objects.requireNonNull(newGrammar, "grammar");
      return this;
    }

    /** Limits, retries and cancellation; by default nothing is tried again. */
    @CanIgnoreReturnValue
    public Builder guard(CallGuard newGuard) {
      guard = Objects.requireNonNull(newGuard, "guard");
      return this;
    }

    /** How many requests are under way at once in {@code rerankAll}, ≥ 1; 1 by default. */
    @CanIgnoreReturnValue
    public Builder concurrency(int newConcurrency) {
      concurrency = Settings.atLeastOne("concurrency", newConcurrency);
      return this;
    }

    /** Where the served model comes from; what is known of it is added. */
    @CanIgnoreReturnValue
    public Builder training(Provenance newTraining) {
      training = Objects.requireNonNull(newTraining, "training");
      return this;
    }

    /** Builds the student; nothing is sent. */
    public ChatModelStudent build() {
      return new ChatModelStudent(this);
    }
  }
}
