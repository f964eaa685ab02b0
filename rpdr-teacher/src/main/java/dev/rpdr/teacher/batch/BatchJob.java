package dev.rpdr.teacher.batch;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A batch as its folder remembers it, in {@code job.json}.
 *
 * @param format {@code rpdr-batch}
 * @param version 1
 * @param teacher the identity of the teacher whose answers these will be
 * @param model the model that is asked
 * @param baseUrl the server that has the batch
 * @param token a random name that the batch carries as metadata, by which it is found again if this
 *     process dies before it learns the batch's id
 * @param requests how many requests there are
 * @param inputFile the uploaded file, or null before the upload
 * @param batch the service's id of the batch, or null before it is known
 * @param created when it was begun, ISO 8601, UTC
 */
public record BatchJob(
    String format,
    int version,
    String teacher,
    String model,
    @JsonProperty("base-url") String baseUrl,
    String token,
    int requests,
    @JsonProperty("input-file") @Nullable String inputFile,
    @Nullable String batch,
    String created) {
  BatchJob withInputFile(String id) {
    return new BatchJob(
        format, version, teacher, model, baseUrl, token, requests, id, batch, created);
  }

  BatchJob withBatch(String id) {
    return new BatchJob(
        format, version, teacher, model, baseUrl, token, requests, inputFile, id, created);
  }
}
