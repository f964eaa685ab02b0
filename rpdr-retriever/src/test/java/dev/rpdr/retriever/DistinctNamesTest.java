package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistinctNamesTest {
  @Test
  void eachTextStandsOnceWithAllEntitiesThatBearIt() {
    KnowledgeBase kb =
        KnowledgeBase.of(
            List.of(
                Entity.of("A", "cold", "common cold"),
                Entity.of("B", "coldness", "cold"),
                Entity.of("C", "common cold")));

    DistinctNames names = DistinctNames.of(kb);

    assertThat(names.size()).isEqualTo(3);
    assertThat(names.texts(0, 3)).containsExactly("cold", "common cold", "coldness");
    assertThat(names.texts(1, 2)).containsExactly("common cold");
    assertThat(entities(names, 0)).containsExactly(0, 1);
    assertThat(entities(names, 1)).containsExactly(0, 2);
    assertThat(entities(names, 2)).containsExactly(1);
  }

  private static List<Integer> entities(DistinctNames names, int text) {
    List<Integer> entities = new ArrayList<>();
    names.forEachEntity(text, entities::add);
    return entities;
  }
}
