package dev.rpdr.teacher.batch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rpdr.CandidateList;
import dev.rpdr.NonRetriableException;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherJournal;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.ChatSettings;
import dev.rpdr.teacher.OpenAiTeachers;
import dev.rpdr.teacher.call.CallGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

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

  private final ChatSettings settings;
  private final BatchApi api;

  private OpenAiBatches(ChatSettings settings, BatchApi api) {
    this.settings = settings;
    this.api = api;
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
    ChatSettings settings = teacher.build().settings();
    return new OpenAiBatches(
        settings, new BatchApi(teacher.endpoint(), guard, settings.modelName()));
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
      job = job.withInputFile(api.upload(files.read(files.input())));
      files.write(job);
    }
    if (job.batch() == null) {
      job = job.withBatch(api.create(inputFile(job), job.token(), begun));
      files.write(job);
    }
    return job;
  }

  /** How the batch of a folder is getting on. */
  public BatchStatus status(Path folder) {
    BatchFolder files = new BatchFolder(folder);
    return api.status(id(checked(files.read(), files)));
  }

  /** Asks the service to give a batch up. What is answered by then can be collected. */
  public BatchStatus cancel(Path folder) {
    BatchFolder files = new BatchFolder(folder);
    return api.cancel(id(checked(files.read(), files)));
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
    Collection<CandidateList> distinct = distinct(requests);
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
            api.baseUrl(),
            UUID.randomUUID().toString(),
            distinct.size(),
            null,
            null,
            Instant.now().toString());
    files.write(job);
    return job;
  }

  /**
   * One of all that a journal would hold for the same: the mention's own id makes no difference.
   */
  private static Collection<CandidateList> distinct(List<CandidateList> requests) {
    Map<String, CandidateList> distinct = new LinkedHashMap<>();
    requests.forEach(request -> distinct.putIfAbsent(BatchLines.sameness(request), request));
    return distinct.values();
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

  private void download(BatchJob job, BatchFolder files) {
    BatchStatus status = api.status(id(job));
    if (!status.state().isEnd()) {
      throw new IllegalStateException("the batch has not ended: " + status);
    }
    if (status.state() == BatchStatus.State.FAILED) {
      throw new NonRetriableException("the batch failed: " + status);
    }
    files.write(files.errors(), api.content(status.errorFile()));
    files.write(files.output(), api.content(status.outputFile()));
  }

  private BatchJob checked(BatchJob job, BatchFolder files) {
    requireSame(files, "teacher", job.teacher(), settings.identity());
    requireSame(files, "server", job.baseUrl(), api.baseUrl());
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

  private static String inputFile(BatchJob job) {
    return Objects.requireNonNull(job.inputFile(), "uploaded before");
  }

  private static String id(BatchJob job) {
    if (job.batch() == null) {
      throw new IllegalStateException(
          "the batch was not handed in to its end; submit with its folder continues");
    }
    return job.batch();
  }

  /** One collected answer, as a teacher that a journal can ask. */
  private record Collected(String identity, TeacherAnswer answer) implements TeacherLlm {
    @Override
    public TeacherAnswer rank(CandidateList request) {
      return answer;
    }
  }
}
