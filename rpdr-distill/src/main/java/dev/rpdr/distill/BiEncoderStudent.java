package dev.rpdr.distill;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.nn.TextEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The fine-tuned bi-encoder as a re-ranker. The score of an entity is the inner product of the
 * mention's vector with that of the entity's best name, preferred or synonym: the score that a
 * dense retriever over the same encoder gives, so that re-ranking its candidates keeps its order.
 * The context of a mention is not read.
 *
 * <p>The folder opens as an encoder too ({@code model.onnx}, {@code tokenizer.json}, {@code
 * encoder.json}), for end-to-end retrieval without a re-ranker.
 *
 * <p>Vectors of entity names are kept, as the names of a knowledge base recur: up to {@value
 * #DEFAULT_CACHED_NAMES} of them by default, the least recently used going first. With 384
 * dimensions that is 77 MB. Thread-safe.
 */
public final class BiEncoderStudent implements StudentReranker {
  /** How many name vectors are kept unless told otherwise. */
  public static final int DEFAULT_CACHED_NAMES = 50_000;

  /** Names of requests that are encoded and held at once; bounds memory in large batches. */
  private static final int NAMES_AT_ONCE = 8192;

  private final TextEncoder encoder;
  private final NameVectors nameVectors;
  private final Provenance provenance;
  private volatile boolean closed;

  private BiEncoderStudent(TextEncoder encoder, int cachedNames, Provenance provenance) {
    this.encoder = encoder;
    this.nameVectors = new NameVectors(encoder::encodeAll, cachedNames);
    this.provenance = provenance;
  }

  /** Opens a student on the CPU with {@value #DEFAULT_CACHED_NAMES} names kept. */
  public static BiEncoderStudent open(Path folder) {
    return open(folder, RunOptions.defaults());
  }

  /** Opens a student with {@value #DEFAULT_CACHED_NAMES} names kept. */
  public static BiEncoderStudent open(Path folder, RunOptions run) {
    return open(folder, run, DEFAULT_CACHED_NAMES);
  }

  /**
   * Opens a student.
   *
   * @param folder where it was saved
   * @param run device, threads and batch size
   * @param cachedNames how many name vectors are kept, ≥ 0
   * @return the student; the caller closes it
   * @throws ModelException if a file is missing or has changed, or the folder holds no bi-encoder
   */
  public static BiEncoderStudent open(Path folder, RunOptions run, int cachedNames) {
    if (cachedNames < 0) {
      throw new IllegalArgumentException("cachedNames must be >= 0, not " + cachedNames);
    }
    StudentManifest manifest = Students.verified(folder, StudentKind.BI_ENCODER);
    TextEncoder encoder = TextEncoder.open(ModelFiles.folder(folder), run);
    try {
      requireAgreement(manifest, encoder.options(), folder);
      return new BiEncoderStudent(encoder, cachedNames, manifest.openedWith(encoder.provenance()));
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  @Override
  public Ranking rerank(CandidateList request) {
    return rerankAll(List.of(request)).get(0);
  }

  @Override
  public List<Ranking> rerankAll(List<CandidateList> requests) {
    requireOpen();
    List<Ranking> rankings = new ArrayList<>(requests.size());
    int from = 0;
    while (from < requests.size()) {
      int to = from;
      int names = 0;
      do {
        for (Candidate candidate : requests.get(to).candidates()) {
          names += 1 + candidate.entity().synonyms().size();
        }
        to++;
      } while (to < requests.size() && names < NAMES_AT_ONCE);
      rankings.addAll(rank(requests.subList(from, to)));
      from = to;
    }
    return rankings;
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public void close() {
    closed = true;
    encoder.close();
  }

  private List<Ranking> rank(List<CandidateList> requests) {
    Set<String> mentions = new LinkedHashSet<>();
    Set<String> names = new LinkedHashSet<>();
    for (CandidateList request : requests) {
      if (request.size() > 0) {
        mentions.add(request.mention().text());
      }
      request.candidates().forEach(candidate -> names.addAll(candidate.entity().names()));
    }
    Map<String, float[]> mentionVectors = new HashMap<>();
    if (!mentions.isEmpty()) {
      List<String> texts = List.copyOf(mentions);
      float[][] vectors = encoder.encodeQueries(texts);
      for (int i = 0; i < vectors.length; i++) {
        mentionVectors.put(texts.get(i), vectors[i]);
      }
    }
    Map<String, float[]> vectorOf = nameVectors.of(names);
    List<Ranking> rankings = new ArrayList<>(requests.size());
    for (CandidateList request : requests) {
      double[] scores = new double[request.size()];
      for (int i = 0; i < scores.length; i++) {
        float[] mention = Objects.requireNonNull(mentionVectors.get(request.mention().text()));
        scores[i] = best(mention, request.entity(i), vectorOf);
      }
      rankings.add(Ranking.byScore(request, scores));
    }
    return rankings;
  }

  private static double best(float[] mention, Entity entity, Map<String, float[]> vectorOf) {
    double best = Double.NEGATIVE_INFINITY;
    for (String name : entity.names()) {
      best = Math.max(best, innerProduct(mention, Objects.requireNonNull(vectorOf.get(name))));
    }
    return best;
  }

  private static double innerProduct(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this bi-encoder student is closed");
    }
  }

  private static void requireAgreement(
      StudentManifest manifest, EncoderOptions options, Path folder) {
    StudentSettings.BiEncoder encoder =
        new StudentSettings.BiEncoder(options.pooling(), options.normalise(), options.maxTokens());
    if (!encoder.equals(manifest.settings())) {
      throw new ModelException(
          folder.resolve(StudentManifest.FILE)
              + " says "
              + manifest.settings()
              + ", but "
              + folder.resolve(StudentManifest.ENCODER)
              + " says "
              + encoder);
    }
  }
}
