package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BestEntitiesTest {
  @Test
  void holdsTheSameAsASortWithTiesByIndex() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      int size = 1 + random.nextInt(60);
      KnowledgeBase kb =
          KnowledgeBase.of(
              IntStream.range(0, size)
                  .mapToObj(i -> Entity.of("%03d".formatted(i), "name " + i))
                  .toList());
      // few different scores, so that ties are the rule
      int[] scores = random.ints(size, 0, 6).toArray();
      int k = 1 + random.nextInt(size + 5);
      BestEntities best = new BestEntities(k, kb.size());
      for (int i : shuffled(size, random)) {
        best.offer(i, scores[i]);
      }
      List<String> expected =
          IntStream.range(0, size)
              .boxed()
              .sorted(Comparator.<Integer>comparingInt(i -> -scores[i]).thenComparing(i -> i))
              .limit(k)
              .map(kb::id)
              .toList();

      CandidateList list = best.drain(Mention.of("m"), kb);

      assertThat(list.ids()).isEqualTo(expected);
    }
  }

  private static int[] shuffled(int size, Random random) {
    int[] order = IntStream.range(0, size).toArray();
    for (int i = size - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
