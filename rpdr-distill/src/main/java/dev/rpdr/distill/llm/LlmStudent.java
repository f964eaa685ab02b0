package dev.rpdr.distill.llm;

import dev.rpdr.CandidateList;
import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.RankingDialogue;
import dev.rpdr.StudentReranker;
import dev.rpdr.distill.StudentKind;
import dev.rpdr.distill.StudentManifest;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.nn.Device;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.nn.causal.CausalLm;
import dev.rpdr.nn.causal.CausalOptions;
import dev.rpdr.nn.causal.CausalTokenizer;
import dev.rpdr.nn.causal.ChatTemplate;
import dev.rpdr.nn.causal.LoraAdapter;
import dev.rpdr.nn.causal.PeftFolder;
import dev.rpdr.nn.causal.Precision;
import dev.rpdr.nn.causal.Tokens;
import dev.rpdr.nn.checkpoint.Checkpoint;
import dev.rpdr.nn.checkpoint.SafetensorsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An open language model as a re-ranker: a checkpoint and the adapter that was distilled for it, or
 * none. The folder holds the adapter as PEFT keeps it, which vLLM serves as it is; the checkpoint
 * stays where it lies and is known by its hash.
 *
 * <p>Scores compare within one request only. A request that does not fit keeps its order, and its
 * outcome says so. Thread-safe.
 */
public final class LlmStudent implements StudentReranker {
  /** The scoring head beside the adapter. */
  public static final String HEAD = "score_head.safetensors";

  /** The head's tensor [hidden]. */
  public static final String HEAD_TENSOR = "score.weight";

  private final CausalLm base;
  private final @Nullable CausalLm adapted;
  private final CausalTokenizer tokenizer;
  private final RankingTokens tokens;
  private final LlmScores scores;
  private final StudentSettings.Llm settings;
  private final Provenance provenance;
  private volatile boolean closed;

  private LlmStudent(
      Checkpoint checkpoint,
      StudentSettings.Llm settings,
      RunOptions run,
      @Nullable Path folder,
      Provenance provenance) {
    this.settings = settings;
    this.tokenizer = CausalTokenizer.open(checkpoint.tokenizer());
    CausalLm loaded = null;
    try {
      loaded = load(checkpoint, settings.precision(), run);
      LoraAdapter adapter = folder == null ? null : PeftFolder.read(folder, checkpoint.config());
      this.base = loaded;
      this.adapted = adapter == null ? null : loaded.withAdapter(adapter);
      this.tokens =
          new RankingTokens(
              settings.template(),
              ChatTemplate.of(checkpoint),
              tokenizer,
              Math.min(settings.maxTokens(), checkpoint.config().maxPositions()));
      this.scores =
          new LlmScores(
              adapted == null ? loaded : adapted,
              tokens,
              settings,
              head(folder, checkpoint.config().hidden()));
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      if (loaded != null) {
        loaded.close();
      }
      throw e;
    }
    this.provenance = provenance.with("device", base.options().device());
  }

  /**
   * Opens a student; its checkpoint is looked for where it lay in training.
   *
   * @param folder where it was saved
   * @param run the device; threads are PyTorch's own affair, and batches hold one request
   * @return the student; the caller closes it
   * @throws ModelException if a file is missing or has changed, the checkpoint is another one, or
   *     the folder holds no language model
   */
  public static LlmStudent open(Path folder, RunOptions run) {
    return open(folder, settings(folder).checkpoint(), run);
  }

  /** Opens a student whose checkpoint lies elsewhere now. */
  public static LlmStudent open(Path folder, Path checkpoint, RunOptions run) {
    StudentSettings.Llm settings = settings(folder);
    StudentManifest manifest = StudentManifest.read(folder);
    manifest.verify(folder);
    try (Checkpoint opened = Checkpoint.open(checkpoint)) {
      opened.requireSha256(settings.checkpointSha256());
      return new LlmStudent(opened, settings, run, folder, manifest.openedWith(Provenance.none()));
    }
  }

  /**
   * A checkpoint as it is, with 32 bits; see {@link #untrained(Path, RankingTemplate, double, int,
   * Precision, RunOptions)}.
   */
  public static LlmStudent untrained(
      Path checkpoint,
      RankingTemplate template,
      double priorWeight,
      int maxTokens,
      RunOptions run) {
    return untrained(checkpoint, template, priorWeight, maxTokens, Precision.F32, run);
  }

  /**
   * A checkpoint as it is, to compare a distilled one with.
   *
   * @param template whose form is not {@link LlmForm#SCORING_HEAD}, which has to be learned
   * @param priorWeight see {@link StudentSettings.Llm}
   * @param precision what its weights are held in
   */
  public static LlmStudent untrained(
      Path checkpoint,
      RankingTemplate template,
      double priorWeight,
      int maxTokens,
      Precision precision,
      RunOptions run) {
    if (template.form() == LlmForm.SCORING_HEAD) {
      throw new IllegalArgumentException("a scoring head must be trained before it can rank");
    }
    try (Checkpoint opened = Checkpoint.open(checkpoint)) {
      StudentSettings.Llm settings =
          new StudentSettings.Llm(
              template, priorWeight, maxTokens, precision, checkpoint, opened.sha256());
      Provenance provenance =
          Provenance.none()
              .with("checkpoint", opened.name())
              .with("checkpoint.sha256", opened.sha256())
              .with("form", template.form().label())
              .with("prior-weight", priorWeight)
              .with("precision", precision.toString());
      return new LlmStudent(opened, settings, run, null, provenance);
    }
  }

  private static StudentSettings.Llm settings(Path folder) {
    StudentManifest manifest = StudentManifest.read(folder);
    if (manifest.settings() instanceof StudentSettings.Llm llm) {
      return llm;
    }
    throw new ModelException(
        "%s holds a %s, not a %s; Students.open opens either"
            .formatted(folder, manifest.kind().label(), StudentKind.LLM.label()));
  }

  private static CausalLm load(Checkpoint checkpoint, Precision precision, RunOptions run) {
    Device device = run.device();
    CausalOptions cpu = CausalOptions.defaults().withPrecision(precision);
    if (device.kind() == Device.Kind.CPU) {
      return CausalLm.load(checkpoint, cpu);
    }
    try {
      return CausalLm.load(checkpoint, cpu.withDevice("cuda:" + device.id()));
    } catch (ModelException e) {
      if (device.fallback()) {
        return CausalLm.load(checkpoint, cpu);
      }
      throw e;
    }
  }

  private static float[] head(@Nullable Path folder, int hidden) {
    if (folder == null || !Files.isRegularFile(folder.resolve(HEAD))) {
      return new float[0];
    }
    try (SafetensorsReader reader = SafetensorsReader.open(folder.resolve(HEAD))) {
      float[] head = reader.read(HEAD_TENSOR);
      if (head.length != hidden) {
        throw new ModelException(
            "%s has %d numbers, the model's hidden size is %d"
                .formatted(folder.resolve(HEAD), head.length, hidden));
      }
      return head;
    }
  }

  /** What the student knows about its model. */
  public StudentSettings.Llm settings() {
    return settings;
  }

  /**
   * What a server is asked that serves this model: the same messages, with the tokenizer's special
   * tokens broken where they stand in text from outside. To be used while this student is open.
   *
   * @throws IllegalArgumentException if the form is {@link LlmForm#SCORING_HEAD}
   */
  public RankingDialogue dialogue() {
    return new TemplateDialogue(settings.template(), tokenizer::plain);
  }

  /**
   * The dialogue of a student's folder, for a client that has no checkpoint; otherwise as {@link
   * RankingTemplate#dialogue()}.
   *
   * @throws ModelException if the folder holds no language model
   */
  public static RankingDialogue dialogue(Path folder) {
    return settings(folder).template().dialogue();
  }

  /** As {@link #writeGguf(Path, Path, Path)}, of the checkpoint where it lay in training. */
  public static void writeGguf(Path folder, Path file) {
    writeGguf(folder, settings(folder).checkpoint(), file);
  }

  /**
   * Writes a student's adapter for llama.cpp and Ollama, which read it beside the checkpoint as
   * GGUF.
   *
   * @param folder where the student was saved
   * @param checkpoint what it was distilled from
   * @param file where the adapter goes; an older file is replaced
   * @throws ModelException if a file has changed, the checkpoint is another one, or the folder
   *     holds no language model
   * @throws IllegalArgumentException if the form is {@link LlmForm#SCORING_HEAD}, which no server
   *     runs
   */
  public static void writeGguf(Path folder, Path checkpoint, Path file) {
    StudentSettings.Llm settings = settings(folder);
    settings.template().dialogue();
    StudentManifest.read(folder).verify(folder);
    try (Checkpoint opened = Checkpoint.open(checkpoint)) {
      opened.requireSha256(settings.checkpointSha256());
      PeftFolder.read(folder, opened.config()).writeGguf(opened.config(), file);
    }
  }

  /** The prompt of a request, context included, as this model reads it. */
  String promptText(CandidateList request) {
    return tokens.text(request);
  }

  /** A text's tokens, special ones read as such. */
  Tokens encode(String text) {
    return tokenizer.encode(text);
  }

  @Override
  public Ranking rerank(CandidateList request) {
    Objects.requireNonNull(request, "request");
    if (closed) {
      throw new IllegalStateException("this student is closed");
    }
    return scores.rank(request);
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (adapted != null) {
        adapted.close();
      }
      base.close();
      tokenizer.close();
    }
  }
}
