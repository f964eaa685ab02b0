package dev.rpdr.distill.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.NonRetriableException;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.RankingTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;

/**
 * A teacher's rankings as files that other engines train on, for models that outgrow one machine. A
 * folder gets, all UTF-8 and one example a line:
 *
 * <ul>
 *   <li>{@code alpaca.jsonl}: {@code instruction}, {@code input} (empty), {@code output}, {@code
 *       system};
 *   <li>{@code sharegpt.jsonl}: {@code conversations} of {@code from} and {@code value}, {@code
 *       system};
 *   <li>{@code openai.jsonl}: {@code messages} of {@code role} and {@code content};
 *   <li>{@code dataset_info.json}: the three as LLaMA-Factory's data sets {@code rpdr_alpaca},
 *       {@code rpdr_sharegpt} and {@code rpdr_openai};
 *   <li>{@code lora-sft.yaml}: a LLaMA-Factory run on them, for {@code llamafactory-cli train}.
 * </ul>
 *
 * <p>The wording is {@link RankingTemplate}'s, so that a model trained elsewhere is asked as it was
 * taught. Candidates are shown in an order drawn by the seed. Weights and distributions of examples
 * cannot be told to other engines: all count alike, by their order.
 */
public final class TrainingFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RankingTemplate template;
  private final ListSampling sampling;
  private final long seed;

  /**
   * @param template of any form but {@link LlmForm#SCORING_HEAD}
   * @param sampling which candidates of a ranking are shown
   * @param seed of their order
   */
  public TrainingFiles(RankingTemplate template, ListSampling sampling, long seed) {
    this.template = Objects.requireNonNull(template, "template");
    this.sampling = Objects.requireNonNull(sampling, "sampling");
    this.seed = seed;
    if (template.form() == LlmForm.SCORING_HEAD) {
      throw new IllegalArgumentException(
          "a scoring head answers with numbers; other engines learn texts");
    }
  }

  /** The formats, each a file of one example a line. */
  public enum Format {
    ALPACA,
    SHAREGPT,
    OPENAI;

    /** What it is called. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The file's name. */
    public String file() {
      return label() + ".jsonl";
    }

    private ObjectNode node(Example example) {
      return switch (this) {
        case ALPACA -> alpaca(example);
        case SHAREGPT -> shareGpt(example);
        case OPENAI -> openAi(example);
      };
    }
  }

  private record Example(String system, String user, String answer) {}

  /**
   * Writes the files.
   *
   * @param folder made if it is not there; older files of these names are replaced
   * @param model what LLaMA-Factory is to train: a folder or a hub's name
   * @param chatTemplate LLaMA-Factory's name for the model's template, such as {@code llama3} or
   *     {@code qwen}
   * @return how many examples there are
   * @throws IllegalArgumentException if no ranking teaches anything
   */
  public int write(TrainingSet trainingSet, Path folder, String model, String chatTemplate) {
    List<Example> examples = examples(trainingSet);
    try {
      Files.createDirectories(folder);
      for (Format format : Format.values()) {
        write(examples, folder, format);
      }
      Files.writeString(folder.resolve("dataset_info.json"), info().toPrettyString() + "\n");
      Files.writeString(folder.resolve("lora-sft.yaml"), yaml(model, chatTemplate));
    } catch (IOException e) {
      throw new NonRetriableException("cannot write training files to " + folder, e);
    }
    return examples.size();
  }

  /**
   * Writes one file, for an engine that is set up otherwise.
   *
   * @param folder made if it is not there; an older file of the format's name is replaced
   * @return how many examples there are
   * @throws IllegalArgumentException if no ranking teaches anything
   */
  public int write(TrainingSet trainingSet, Path folder, Format format) {
    List<Example> examples = examples(trainingSet);
    try {
      Files.createDirectories(folder);
      write(examples, folder, format);
    } catch (IOException e) {
      throw new NonRetriableException("cannot write training files to " + folder, e);
    }
    return examples.size();
  }

  private static void write(List<Example> examples, Path folder, Format format) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Example example : examples) {
      line(lines, format.node(example));
    }
    Files.writeString(folder.resolve(format.file()), lines, StandardCharsets.UTF_8);
  }

  private List<Example> examples(TrainingSet trainingSet) {
    List<TrainingExample> taught = Split.of(trainingSet, 0, seed).training();
    ListSampler sampler = new ListSampler(sampling, taught);
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (TrainingExample one : taught) {
      List<String> ranked = sampler.sample(one, random).names();
      List<String> shown = new ArrayList<>(ranked);
      Collections.shuffle(shown, random);
      if (template.form() == LlmForm.LETTERS && shown.size() > 26) {
        throw new IllegalArgumentException(
            "letters label at most 26 candidates; sampling asks for " + sampling.candidates());
      }
      examples.add(
          new Example(
              template.system(),
              template.user(one.ranking().mention(), shown),
              template.answer(shown, ranked)));
    }
    return examples;
  }

  private static void line(StringBuilder to, ObjectNode node) {
    try {
      to.append(JSON.writeValueAsString(node)).append('\n');
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts can always be printed", e);
    }
  }

  private static ObjectNode alpaca(Example example) {
    return JSON.createObjectNode()
        .put("instruction", example.user())
        .put("input", "")
        .put("output", example.answer())
        .put("system", example.system());
  }

  private static ObjectNode shareGpt(Example example) {
    ObjectNode node = JSON.createObjectNode();
    ArrayNode turns = node.putArray("conversations");
    turns.addObject().put("from", "human").put("value", example.user());
    turns.addObject().put("from", "gpt").put("value", example.answer());
    return node.put("system", example.system());
  }

  private static ObjectNode openAi(Example example) {
    ObjectNode node = JSON.createObjectNode();
    ArrayNode messages = node.putArray("messages");
    messages.addObject().put("role", "system").put("content", example.system());
    messages.addObject().put("role", "user").put("content", example.user());
    messages.addObject().put("role", "assistant").put("content", example.answer());
    return node;
  }

  private static ObjectNode info() {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("rpdr_alpaca")
        .put("file_name", "alpaca.jsonl")
        .putObject("columns")
        .put("prompt", "instruction")
        .put("query", "input")
        .put("response", "output")
        .put("system", "system");
    ObjectNode shareGpt = root.putObject("rpdr_sharegpt").put("file_name", "sharegpt.jsonl");
    shareGpt.put("formatting", "sharegpt");
    shareGpt.putObject("columns").put("messages", "conversations").put("system", "system");
    ObjectNode openAi = root.putObject("rpdr_openai").put("file_name", "openai.jsonl");
    openAi.put("formatting", "sharegpt").putObject("columns").put("messages", "messages");
    openAi
        .putObject("tags")
        .put("role_tag", "role")
        .put("content_tag", "content")
        .put("user_tag", "user")
        .put("assistant_tag", "assistant")
        .put("system_tag", "system");
    return root;
  }

  private static String yaml(String model, String chatTemplate) {
    return """
        # LoRA on a teacher's rankings, one GPU of 24 GB or more for 7 billion parameters:
        #   llamafactory-cli train lora-sft.yaml
        model_name_or_path: %s
        template: %s
        stage: sft
        do_train: true
        finetuning_type: lora
        lora_rank: 8
        lora_alpha: 16
        lora_dropout: 0.05
        lora_target: q_proj,v_proj
        dataset_dir: .
        dataset: rpdr_openai
        cutoff_len: 1024
        output_dir: adapter
        per_device_train_batch_size: 4
        gradient_accumulation_steps: 8
        learning_rate: 1.0e-4
        num_train_epochs: 3.0
        lr_scheduler_type: linear
        warmup_ratio: 0.1
        bf16: true
        logging_steps: 10
        save_steps: 200
        """
        .formatted(quoted(model), quoted(chatTemplate));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
