package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Dataset;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.ProgressListener;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DenseRetrieverTest {
  private static TextEncoder encoder;

  @TempDir Path temp;

  @BeforeAll
  static void openEncoder() {
    encoder = TextEncoder.open(ModelFiles.maven("all-minilm-l6-v2"), EncoderOptions.mean());
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  @Test
  void anEntityOfManyNamesDoesNotHideTheOthers() {
    KnowledgeBase kb = crowded();
    try (DenseRetriever retriever = DenseRetriever.build(kb, encoder, ProgressListener.SILENT)) {
      for (int k : new int[] {1, 2, 5, 30}) {
        CandidateList list = retriever.retrieve(Mention.of("headache"), k);

        assertThat(list.ids()).isEqualTo(byPlainLoop(kb, "headache").subList(0, k));
      }
    }
  }

  @Test
  void scoresAreInnerProductsOfTheQueryAndTheBestName() {
    KnowledgeBase kb = KnowledgeBase.of(List.of(Entity.of("1", "cephalalgia", "head pain")));
    try (DenseRetriever retriever = DenseRetriever.build(kb, encoder, ProgressListener.SILENT)) {
      CandidateList list = retriever.retrieve(Mention.of("pain in the head"), 1);
      float[] query = encoder.encode("pain in the head");

      assertThat(list.candidates().get(0).score())
          .isCloseTo(
              Math.max(
                  dot(query, encoder.encode("head pain")),
                  dot(query, encoder.encode("cephalalgia"))),
              within(1e-5));
    }
  }

  @Test
  void aContextIsReadOnlyWhereAskedFor() {
    KnowledgeBase kb = crowded();
    Mention bare = Mention.of("cold");
    Mention inContext = Mention.in("A cold, with cough and a runny nose.", 2, 6);
    try (DenseRetriever retriever = DenseRetriever.build(kb, encoder, ProgressListener.SILENT)) {
      DenseRetriever reading = retriever.withContext(100);

      assertThat(retriever.retrieve(inContext, 5).candidates())
          .isEqualTo(retriever.retrieve(bare, 5).candidates());
      assertThat(reading.retrieve(bare, 5).candidates())
          .isEqualTo(retriever.retrieve(bare, 5).candidates());
      assertThat(reading.retrieve(inContext, 5).candidates())
          .isNotEqualTo(retriever.retrieve(bare, 5).candidates());
      assertThat(reading.provenance().facts()).containsEntry("context-window", "100");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> retriever.withContext(-1))
          .withMessage("contextWindow must be >= 0, not -1");
    }
  }

  @Test
  void aSavedIndexAnswersAsTheOneThatWasBuilt() {
    KnowledgeBase kb = crowded();
    Path folder = temp.resolve("index");
    List<Mention> mentions = List.of(Mention.of("sore throat"), Mention.of("头痛"));
    try (DenseRetriever built = DenseRetriever.build(kb, encoder, ProgressListener.SILENT)) {
      built.save(folder);
      try (DenseRetriever opened = DenseRetriever.open(folder, kb, encoder)) {
        assertThat(opened.retrieveAll(mentions, 9)).isEqualTo(built.retrieveAll(mentions, 9));
        assertThat(opened.dimension()).isEqualTo(384);
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> built.save(folder))
          .withMessageContaining("is not empty");
    }
  }

  @Test
  void openOrBuildEncodesOnlyOnce() {
    KnowledgeBase kb = crowded();
    Path folder = temp.resolve("index");
    List<String> heard = new ArrayList<>();
    ProgressListener listener =
        (stage, done, total, message) -> heard.add(stage + done + "/" + total);

    DenseRetriever.openOrBuild(folder, kb, encoder, listener).close();
    assertThat(heard).last().isEqualTo("encode" + kb.nameCount() + "/" + kb.nameCount());

    heard.clear();
    DenseRetriever.openOrBuild(folder, kb, encoder, listener).close();
    assertThat(heard).isEmpty();
  }

  @Test
  void anIndexOfAnotherKnowledgeBaseOrEncoderIsRefused() {
    Path folder = temp.resolve("index");
    KnowledgeBase kb = KnowledgeBase.of(List.of(Entity.of("1", "cough")));
    KnowledgeBase other = KnowledgeBase.of(List.of(Entity.of("1", "Cough")));
    DenseRetriever.openOrBuild(folder, kb, encoder, ProgressListener.SILENT).close();

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> DenseRetriever.open(folder, other, encoder))
        .withMessageContaining("the knowledge base (SHA-256) was " + kb.fingerprint());
    try (TextEncoder cls =
        TextEncoder.open(ModelFiles.maven("all-minilm-l6-v2"), EncoderOptions.cls())) {
      assertThatExceptionOfType(DataFormatException.class)
          .isThrownBy(() -> DenseRetriever.openOrBuild(folder, kb, cls, ProgressListener.SILENT))
          .withMessageContaining("the encoder's pooling was MEAN and is CLS");
    }
  }

  @Test
  void retrievingAfterClosingIsRefused() {
    KnowledgeBase kb = KnowledgeBase.of(List.of(Entity.of("1", "cough")));
    DenseRetriever retriever = DenseRetriever.build(kb, encoder, ProgressListener.SILENT);
    retriever.close();
    retriever.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> retriever.retrieve(Mention.of("cough"), 1))
        .withMessage("the dense retriever is closed");
  }

  @Test
  void askAPatientLabelsOnlyReachesTheKnownAccuracies() {
    KnowledgeBase labels = AskAPatient.labels();
    Dataset test = AskAPatient.test();
    try (DenseRetriever miniLm = DenseRetriever.build(labels, encoder, ProgressListener.SILENT)) {
      assertThat(AskAPatient.accuracy(miniLm, test, 1)).as("MiniLM @1").isBetween(.598, .608);
      assertThat(AskAPatient.accuracy(miniLm, test, 5)).as("MiniLM @5").isBetween(.740, .750);
    }
  }

  /** One entity with far more names than are fetched at first, all of them close to the query. */
  private static KnowledgeBase crowded() {
    List<String> synonyms = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      synonyms.add("headache " + i);
    }
    List<Entity> entities = new ArrayList<>();
    entities.add(new Entity("00", "headache", synonyms, null));
    String[] others = {
      "migraine",
      "cough",
      "fever",
      "sore throat",
      "rash",
      "nausea",
      "back pain",
      "dizziness",
      "fatigue",
      "insomnia",
      "ear ache",
      "tooth ache",
      "stomach ache",
      "neck pain",
      "common cold",
      "chills",
      "cold hands",
      "asthma",
      "anaemia",
      "burn",
      "fracture",
      "vertigo",
      "tremor",
      "cramp",
      "bruise",
      "itching",
      "sneezing",
      "wheezing",
      "hiccups",
      "thirst"
    };
    for (int i = 0; i < others.length; i++) {
      entities.add(Entity.of("%02d".formatted(i + 1), others[i]));
    }
    return KnowledgeBase.of(entities);
  }

  private static List<String> byPlainLoop(KnowledgeBase kb, String text) {
    float[] query = encoder.encodeQuery(text);
    List<String> names = kb.names();
    float[][] vectors = encoder.encodeAll(names);
    Map<String, Double> best = new TreeMap<>();
    for (int n = 0; n < vectors.length; n++) {
      best.merge(kb.id(kb.entityOfName(n)), dot(query, vectors[n]), Math::max);
    }
    return best.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (double) a[d] * b[d];
    }
    return sum;
  }
}
