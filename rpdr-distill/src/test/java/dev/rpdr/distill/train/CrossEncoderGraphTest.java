package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.rpdr.distill.SmallEncoder;
import dev.rpdr.distill.StudentFixture;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.PairScorer;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.TextPair;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.TokenSequence;
import dev.rpdr.nn.train.ScoringHead;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrossEncoderGraphTest {
  @Test
  void aSavedGraphGivesTheScoresOfTraining(@TempDir Path folder) {
    ModelFiles base = SmallEncoder.write(folder);
    CrossEncoderOptions options = TeacherFixture.options();
    List<TrainingList> lists =
        TeacherFixture.trainingSet().examples().stream().map(ListSampler::whole).toList();
    Map<ScoringHead.Activation, Pooling> heads =
        Map.of(ScoringHead.Activation.NONE, Pooling.MEAN, ScoringHead.Activation.TANH, Pooling.CLS);
    heads.forEach(
        (activation, pooling) -> {
          try (TextTokenizer tokenizer = TextTokenizer.open(base, 24);
              CrossEncoderGraph graph =
                  CrossEncoderGraph.ofEncoder(
                      base.onnx(),
                      options.training().withUpdates(3),
                      tokenizer,
                      new StudentSettings.CrossEncoder(pooling, 24, false, 0),
                      activation)) {
            ListBatch<List<TokenSequence>> batch =
                new EpochBatches<>(new PairReader(tokenizer, false), 10)
                    .sorted(lists, new Random(1))
                    .get(0);
            for (int step = 0; step < 2; step++) {
              graph.step(batch, options.loss());
            }
            float[] during = graph.score(batch);
            Path saved = folder.resolve(activation + "-" + pooling);
            base.copyTokenizer(saved);
            graph.write(saved.resolve(ModelFiles.ONNX));

            List<TextPair> pairs = new ArrayList<>();
            lists.stream()
                .sorted(Comparator.comparingInt(list -> longest(list, tokenizer)))
                .forEach(list -> pairs.addAll(list.pairs()));
            try (PairScorer scorer = PairScorer.open(ModelFiles.folder(saved), 24)) {
              assertThat(scorer.score(pairs))
                  .as("%s %s", activation, pooling)
                  .usingComparatorWithPrecision(1e-4f)
                  .containsExactly(during);
            }
          }
        });
  }

  @Test
  void scoresOfListsOfUnequalLengthComeToTheirPlaces() {
    ListTargets targets = ListTargets.of(List.of(new int[] {0, 1}, new int[] {0, 1, 2}));
    PairBatch once = new PairBatch(sequences(5), targets);
    PairBatch bothOrders = new PairBatch(sequences(10), targets);

    assertThat(once.rows(0)).containsExactly(0, 1, 0, 2, 3, 4);
    assertThat(bothOrders.rows(0)).containsExactly(0, 1, 0, 4, 5, 6);
    assertThat(bothOrders.rows(1)).containsExactly(2, 3, 0, 7, 8, 9);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray scores = manager.create(new float[] {1, 2, 5, 6, 10, 20, 30, 14, 24, 34});
      float[] arranged = bothOrders.arrange(scores.expandDims(1)).toFloatArray();
      assertThat(arranged).hasSize(6).startsWith(3, 4);
      assertThat(new float[] {arranged[3], arranged[4], arranged[5]}).containsExactly(12, 22, 32);
    }
  }

  @Test
  void batchesHoldEachListOnceAndListsOfSimilarLength() {
    try (TextTokenizer tokenizer = TextTokenizer.open(StudentFixture.miniLm(), 64)) {
      List<TrainingList> lists = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        String mention = String.join(" ", Collections.nCopies(1 + i % 16, "pain"));
        lists.add(new TrainingList(mention, List.of("pain", "cold"), new int[] {0, 1}));
      }

      List<ListBatch<List<TokenSequence>>> batches =
          new EpochBatches<>(new PairReader(tokenizer, false), 4).shuffled(lists, new Random(1));

      assertThat(batches)
          .hasSize(16)
          .allMatch(batch -> PairBatch.of(batch).sequences().size() == 8);
      long padding = 0;
      for (ListBatch<List<TokenSequence>> batch : batches) {
        List<TokenSequence> all = PairBatch.of(batch).sequences();
        int width = all.stream().mapToInt(TokenSequence::length).max().orElseThrow();
        padding += all.stream().mapToInt(s -> width - s.length()).sum();
      }
      assertThat(padding).as("padding within one window").isZero();
      List<Integer> order =
          batches.stream().map(batch -> batch.inputs().get(0).get(0).length()).toList();
      assertThat(order)
          .as("the order of batches is random")
          .isNotEqualTo(order.stream().sorted().toList());
    }
  }

  private static int longest(TrainingList list, TextTokenizer tokenizer) {
    return tokenizer.encodePairs(list.pairs()).stream()
        .mapToInt(TokenSequence::length)
        .max()
        .orElseThrow();
  }

  private static List<TokenSequence> sequences(int count) {
    return Collections.nCopies(count, TokenSequence.of(new long[] {1, 2}, new long[] {0, 0}));
  }
}
