package dev.rpdr.teacher.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.CandidateList;
import dev.rpdr.NonRetriableException;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.TeacherJournal;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.ChatSettings;
import dev.rpdr.teacher.OpenAiEndpoint;
import dev.rpdr.teacher.OpenAiTeachers;
import dev.rpdr.teacher.call.Call;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.LostReplyException;
import dev.rpdr.teacher.call.Spend;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Teaches by OpenAI's batch API: hands requests in as one file and collects the answers later. What
 * decides the answers, and so the identity that a journal keeps them under, is the same as for a
 * teacher that asks one by one: after {@link #collect(Path, TeacherJournal)} such a teacher finds
 * them in its journal. Thread-safe; one folder belongs to one batch.
 *
 * <pre>{@code
 * OpenAiBatches batches = OpenAiBatches.of(OpenAiTeachers.openAi(model, key, template).top(10));
 * batches.submit(requests, folder);              // today
 * if (batches.status(folder).state().isEnd()) {  // tomorrow, in another process
 *   BatchResult result = batches.collect(folder, journal);
 * }
 * }</pre>
 *
 * <p><b>Nothing is handed in twice.</b> What was done is in the folder before the next step is
 * taken. A process that dies in between, or a reply that is lost, is made good by calling {@link
 * #submit} again: a batch that was made already is found by the token it carries.
 */
public final class OpenAiBatches {
  /** How many requests OpenAI takes in one batch. */
  public static final int MOST_REQUESTS = 50_000;

  private static final long MOST_BYTES = 200_000_000;
  private static final String TOKEN = "rpdr-token";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ChatSettings settings;
  private final OpenAiEndpoint endpoint;
  private final CallGuard guard;

  private OpenAiBatches(ChatSettings settings, OpenAiEndpoint endpoint, CallGuard guard) {
    this.settings = settings;
    this.endpoint = endpoint;
    this.guard = guard;
  }

  /**
   * Batches of a teacher with these settings. What the guard of the teacher says is left aside: a
   * batch is paid for when it is handed in; see {@link ChatSettings#estimateBatch}.
   */
  public static OpenAiBatches of(OpenAiTeachers.Builder teacher) {
    return of(teacher, CallGuard.builder().build());
  }

  /**
   * As {@link #of(OpenAiTeachers.Builder)}.
   *
   * @param guard retries and cancels the few requests that a batch takes; without a meter
   */
  public static OpenAiBatches of(OpenAiTeachers.Builder teacher, CallGuard guard) {
    if (guard.meter() != null) {
      throw new IllegalArgumentException(
          "the guard of batches must be without a meter: what a batch cost, its result tells");
    }
    return new OpenAiBatches(teacher.build().settings(), teacher.endpoint(), guard);
  }

  /** What decides the answers. */
  public ChatSettings settings() {
    return settings;
  }

  /**
   * Hands requests in. Where the folder has a batch of the same teacher already, that one is
   * continued and {@code requests} are not looked at.
   *
   * @param requests at least one and at most {@value #MOST_REQUESTS} distinct ones, each with
   *     candidates
   * @param folder made where it does not exist
   * @return the job as it is now, with the batch's id
   * @throws IllegalArgumentException if there are none or too many, or one has no candidates
   * @throws RetriableException if the service cannot be reached; calling again continues
   * @throws NonRetriableException if it refuses, or the folder cannot be written
   */
  public BatchJob submit(List<CandidateList> requests, Path folder) {
    BatchFolder files = new BatchFolder(folder);
    boolean begun = files.hasJob();
    BatchJob job = begun ? checked(files.read(), files) : begin(requests, files);
    if (job.inputFile() == null) {
      job = job.withInputFile(upload(files));
      files.write(job);
    }
    if (job.batch() == null) {
      job = job.withBatch(create(job, begun));
      files.write(job);
    }
    return job;
  }

  /** How the batch of a folder is getting on. */
  public BatchStatus status(Path folder) {
    BatchFolder files = new BatchFolder(folder);
    return status(checked(files.read(), files));
  }

  /** Asks the service to give a batch up. What is answered by then can be collected. */
  public BatchStatus cancel(Path folder) {
    BatchFolder files = new BatchFolder(folder);
    String path = "/batches/" + id(checked(files.read(), files)) + "/cancel";
    return BatchStatus.of(json(call("cancel the batch", () -> endpoint.postJson(path, "{}"))));
  }

  /**
   * Reads the answers of a batch that has ended. They are kept in the folder, so that they can be
   * read again when the service has long forgotten them.
   *
   * @throws IllegalStateException if the batch has not ended
   * @throws NonRetriableException if the whole batch failed, saying why
   */
  public BatchResult collect(Path folder) {
    BatchFolder files = new BatchFolder(folder);
    BatchJob job = checked(files.read(), files);
    if (!Files.exists(files.output())) {
      download(job, files);
    }
    Map<String, JsonNode> results = BatchLines.results(files.read(files.errors()));
    results.putAll(BatchLines.results(files.read(files.output())));
    List<CandidateList> requests =
        BatchLines.requests(files.read(files.requests()), files.requests().toString());
    List<BatchItem> items =
        IntStream.range(0, requests.size())
            .mapToObj(
                i ->
                    BatchLines.item(requests.get(i), results.get(BatchLines.customId(i)), settings))
            .toList();
    return new BatchResult(settings.modelName(), items);
  }

  /**
   * As {@link #collect(Path)}, and keeps every answer in a journal, under the identity of the
   * teacher. Repeating it adds nothing.
   */
  public BatchResult collect(Path folder, TeacherJournal journal) {
    BatchResult result = collect(folder);
    for (TeacherAnswer answer : result.answers()) {
      CandidateList request = answer.ranking().request();
      journal.journaling(new Collected(settings.identity(), answer)).rank(request);
    }
    return result;
  }

  private BatchJob begin(List<CandidateList> requests, BatchFolder files) {
    List<CandidateList> distinct = List.copyOf(new LinkedHashSet<>(requests));
    if (distinct.isEmpty() || distinct.size() > MOST_REQUESTS) {
      throw new IllegalArgumentException(
          "a batch takes 1 to " + MOST_REQUESTS + " distinct requests, not " + distinct.size());
    }
    List<String> input = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    for (CandidateList request : distinct) {
      if (request.size() == 0) {
        throw new IllegalArgumentException(
            "'" + request.mention().text() + "' has no candidates to rank");
      }
      asked.add(BatchLines.request(asked.size(), request));
      input.add(BatchLines.input(input.size(), request, settings));
    }
    files.write(files.requests(), String.join("\n", asked) + "\n");
    files.write(files.input(), String.join("\n", input) + "\n");
    requireSize(files.input());
    BatchJob job =
        new BatchJob(
            BatchFolder.FORMAT,
            BatchFolder.VERSION,
            settings.identity(),
            settings.modelName(),
            endpoint.baseUrl(),
            UUID.randomUUID().toString(),
            distinct.size(),
            null,
            null,
            Instant.now().toString());
    files.write(job);
    return job;
  }

  private static void requireSize(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > MOST_BYTES) {
        throw new IllegalArgumentException(
            "a batch takes files of at most "
                + MOST_BYTES
                + " bytes, but "
                + file
                + " has "
                + bytes
                + "; hand in fewer requests");
      }
    } catch (IOException e) {
      throw new NonRetriableException("cannot read " + file, e);
    }
  }

  private String upload(BatchFolder files) {
    String boundary = "rpdr-" + UUID.randomUUID();
    String type = "multipart/form-data; boundary=" + boundary;
    String part = "--" + boundary + "\r\nContent-Disposition: form-data; name=";
    String head =
        part
            + "\"purpose\"\r\n\r\nbatch\r\n"
            + part
            + "\"file\"; filename=\"input.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n";
    BodyPublisher body =
        BodyPublishers.concat(
            BodyPublishers.ofString(head),
            BodyPublishers.ofString(files.read(files.input())),
            BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
    JsonNode file = json(call("upload the batch", () -> endpoint.post("/files", type, body)));
    return text(file, "id");
  }

  /**
   * Makes the batch, once: whenever it may have been made already, it is looked for first.
   *
   * @param continued whether an earlier process may have made it
   */
  private String create(BatchJob job, boolean continued) {
    ObjectNode wanted =
        JSON.createObjectNode()
            .put("input_file_id", job.inputFile())
            .put("endpoint", BatchLines.ENDPOINT)
            .put("completion_window", "24h");
    wanted.putObject("metadata").put(TOKEN, job.token());
    boolean[] maybeMade = {continued};
    return call(
        "make the batch",
        () -> {
          String found = maybeMade[0] ? find(job.token()) : null;
          if (found != null) {
            return found;
          }
          maybeMade[0] = true;
          return text(json(endpoint.postJson("/batches", wanted.toString())), "id");
        });
  }

  private @Nullable String find(String token) {
    String path = "/batches?limit=100";
    while (true) {
      JsonNode page = json(endpoint.get(path));
      String last = null;
      for (JsonNode batch : page.path("data")) {
        last = text(batch, "id");
        if (token.equals(batch.path("metadata").path(TOKEN).asText())) {
          return last;
        }
      }
      if (last == null || !page.path("has_more").asBoolean()) {
        return null;
      }
      path = "/batches?limit=100&after=" + last;
    }
  }

  private BatchStatus status(BatchJob job) {
    String path = "/batches/" + id(job);
    return BatchStatus.of(json(call("look at the batch", () -> endpoint.get(path))));
  }

  private void download(BatchJob job, BatchFolder files) {
    BatchStatus status = status(job);
    if (!status.state().isEnd()) {
      throw new IllegalStateException("the batch has not ended: " + status);
    }
    if (status.state() == BatchStatus.State.FAILED) {
      throw new NonRetriableException("the batch failed: " + status);
    }
    files.write(files.errors(), content(status.errorFile()));
    files.write(files.output(), content(status.outputFile()));
  }

  private String content(@Nullable String file) {
    return file == null
        ? ""
        : call("read the results", () -> endpoint.get("/files/" + file + "/content"));
  }

  private BatchJob checked(BatchJob job, BatchFolder files) {
    requireSame(files, "teacher", job.teacher(), settings.identity());
    requireSame(files, "server", job.baseUrl(), endpoint.baseUrl());
    return job;
  }

  private static void requireSame(BatchFolder files, String what, String theirs, String ours) {
    if (!theirs.equals(ours)) {
      throw new IllegalArgumentException(
          "the batch in "
              + files
              + " belongs to the "
              + what
              + " '"
              + theirs
              + "', not '"
              + ours
              + "'");
    }
  }

  private static String id(BatchJob job) {
    if (job.batch() == null) {
      throw new IllegalStateException(
          "the batch was not handed in to its end; submit with its folder continues");
    }
    return job.batch();
  }

  private String call(String subject, Supplier<String> attempt) {
    Call call = new Call(subject, settings.modelName(), 1, new Usage(0, 0));
    return guard.call(call, attempt, reply -> new Spend(null, null));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new LostReplyException("the reply is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static String text(JsonNode node, String field) {
    if (!node.path(field).isTextual()) {
      throw new LostReplyException("the reply has no '" + field + "'", null);
    }
    return node.get(field).asText();
  }

  /** One collected answer, as a teacher that a journal can ask. */
  private record Collected(String identity, TeacherAnswer answer) implements TeacherLlm {
    @Override
    public TeacherAnswer rank(CandidateList request) {
      return answer;
    }
  }
}
