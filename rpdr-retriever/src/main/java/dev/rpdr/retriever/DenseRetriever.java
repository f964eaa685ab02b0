package dev.rpdr.retriever;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.Retriever;
import dev.rpdr.nn.TextEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Retrieves by the inner product of the vectors of the mention and of all names of the knowledge
 * base, as bi-encoders do (Gillick et al. 2019; BioSyn and SapBERT in our field); a cosine where
 * the encoder normalises. An entity scores as its best name does.
 *
 * <p>Exact: all names are compared, and more of the best names are taken until k entities are
 * surely the best. The mention is encoded as a query, alone unless {@link #withContext(int)} says
 * otherwise. Vectors take 4 bytes · dimension · different names outside the Java heap: 117 MB for
 * 76,000 names of 384 dimensions, where a query takes some 4 ms on two cores and less than a tenth
 * of that in a batch.
 *
 * <p>Thread-safe. Holds native memory: who opens it closes it, and the encoder, which stays the
 * caller's, after it. Closing twice is harmless; retrieving after that is an {@link
 * IllegalStateException}.
 */
public final class DenseRetriever implements Retriever, AutoCloseable {
  private final KnowledgeBase knowledgeBase;
  private final DenseIndexHeader header;
  private final List<VectorChunk> chunks;
  private final EntitySearch search;
  private final MentionEncoder mentions;

  private DenseRetriever(
      KnowledgeBase knowledgeBase,
      DenseIndexHeader header,
      List<VectorChunk> chunks,
      EntitySearch search,
      MentionEncoder mentions) {
    this.knowledgeBase = knowledgeBase;
    this.header = header;
    this.chunks = chunks;
    this.search = search;
    this.mentions = mentions;
  }

  /**
   * Encodes all names of a knowledge base, each different text once; some 600 names a second on two
   * cores with a small encoder.
   *
   * @param progress hears the stage "encode", in names
   * @throws ModelException if the encoder fails or gives what is no finite number
   */
  public static DenseRetriever build(
      KnowledgeBase knowledgeBase, TextEncoder encoder, ProgressListener progress) {
    Build build = new Build(own(knowledgeBase), encoder);
    return build.over(build.encode(null, progress));
  }

  /**
   * Opens the index in a folder, or, where the folder is absent or empty, builds it there: each
   * 65,536 names are kept as soon as they are encoded, and a build that broke off goes on from them
   * when this is called again.
   *
   * @param folder made where absent; a folder of the same name with {@code .part} behind it is used
   *     until the index is whole
   * @throws DataFormatException as {@link #open} does
   * @throws IllegalArgumentException if the folder holds something, but no index
   */
  public static DenseRetriever openOrBuild(
      Path folder, KnowledgeBase knowledgeBase, TextEncoder encoder, ProgressListener progress) {
    if (DenseIndexFolder.exists(folder)) {
      return open(folder, knowledgeBase, encoder);
    }
    Build build = new Build(own(knowledgeBase), encoder);
    DenseIndexFolder begun = DenseIndexFolder.begin(folder, build.header);
    List<VectorChunk> chunks = build.encode(begun, progress);
    begun.finish();
    return build.over(chunks);
  }

  /**
   * Opens an index that was saved.
   *
   * @throws DataFormatException if there is none, if it is of another knowledge base or of an
   *     encoder that gives other vectors (the message says what differs), or if it is damaged
   */
  public static DenseRetriever open(Path folder, KnowledgeBase knowledgeBase, TextEncoder encoder) {
    Build build = new Build(own(knowledgeBase), encoder);
    return build.over(DenseIndexFolder.read(folder, build.header));
  }

  /**
   * Saves the index, whole or not at all.
   *
   * @param folder made where absent; must be empty otherwise
   * @throws IllegalArgumentException if it is not empty
   */
  public void save(Path folder) {
    DenseIndexFolder begun = DenseIndexFolder.begin(folder, header);
    int there = begun.chunks().size();
    chunks.subList(there, chunks.size()).forEach(begun::add);
    begun.finish();
  }

  /**
   * A retriever over the same index that reads a mention together with the text around it, as the
   * pair (mention, context), where the mention has a context. Only an encoder that was trained so
   * gains by it.
   *
   * @param window how many UTF-16 units on either side of the mention are read, ≥ 0; 0 for the
   *     mention alone
   * @return a view: closing it or this closes both
   */
  public DenseRetriever withContext(int window) {
    MentionEncoder other = new MentionEncoder(mentions.encoder(), window);
    return new DenseRetriever(knowledgeBase, header, chunks, search, other);
  }

  /**
   * A retriever that knows further names besides, read as this one reads mentions. They are encoded
   * at each call and not saved with this index, which stays as it is.
   *
   * @param progress hears the stage "encode", in names
   * @return a retriever over this one's vectors and its own: close it first, and this after it
   * @throws IllegalArgumentException if a further name is of an entity that the knowledge base
   *     lacks
   */
  public AliasedRetriever withAliases(WeightedNames aliases, ProgressListener progress) {
    Build build =
        new Build(NamedEntities.further(aliases.names(), knowledgeBase), mentions.encoder());
    return new AliasedRetriever(
        new DenseAliases(
            search,
            build.search(build.encode(null, progress)),
            mentions,
            provenance().with("aliases", aliases.provenance())),
        aliases.weight());
  }

  @Override
  public CandidateList retrieve(Mention mention, int k) {
    return retrieveAll(List.of(mention), k).get(0);
  }

  @Override
  public List<CandidateList> retrieveAll(List<Mention> asked, int k) {
    BestEntities.checkK(k);
    if (asked.isEmpty()) {
      return List.of();
    }
    return search.nearest(asked, mentions.encode(asked), k);
  }

  /** How long the vectors are. */
  public int dimension() {
    return header.dimension();
  }

  /** What was indexed and by which encoder. */
  public Provenance provenance() {
    Provenance facts =
        Provenance.none()
            .with("retriever", "dense")
            .with("knowledge-base.sha256", knowledgeBase.fingerprint())
            .with("encoder", mentions.encoder().provenance());
    return mentions.contextWindow() == 0
        ? facts
        : facts.with("context-window", mentions.contextWindow());
  }

  @Override
  public void close() {
    search.search().close();
  }

  private static NamedEntities own(KnowledgeBase knowledgeBase) {
    return NamedEntities.own(Objects.requireNonNull(knowledgeBase, "knowledgeBase"));
  }

  /** What is needed to make a retriever. */
  private static final class Build {
    private final NamedEntities entities;
    private final TextEncoder encoder;
    private final DistinctNames names;
    private final DenseIndexHeader header;

    Build(NamedEntities entities, TextEncoder encoder) {
      this.entities = entities;
      this.encoder = Objects.requireNonNull(encoder, "encoder");
      names = DistinctNames.of(entities.names());
      header = DenseIndexHeader.of(entities.names(), names, encoder);
    }

    /** The chunks that a begun index has, and the others, which are added to it. */
    List<VectorChunk> encode(@Nullable DenseIndexFolder begun, ProgressListener progress) {
      List<VectorChunk> chunks = new ArrayList<>(begun == null ? List.of() : begun.chunks());
      while (chunks.size() < header.chunkCount()) {
        int from = chunks.size() * header.chunkNames();
        List<String> texts = names.texts(from, from + header.namesOf(chunks.size()));
        ProgressListener part =
            (stage, done, total, message) ->
                progress.onProgress(stage, from + done, names.size(), message);
        float[][] vectors = encoder.encodeAll(texts, part);
        VectorChunk chunk = VectorChunk.of(vectors, header.dimension(), texts);
        if (begun != null) {
          begun.add(chunk);
        }
        chunks.add(chunk);
      }
      return chunks;
    }

    DenseRetriever over(List<VectorChunk> chunks) {
      return new DenseRetriever(
          entities.names(),
          header,
          List.copyOf(chunks),
          search(chunks),
          new MentionEncoder(encoder, 0));
    }

    EntitySearch search(List<VectorChunk> chunks) {
      return new EntitySearch(entities, names, InnerProductSearch.over(chunks));
    }
  }
}
