package dev.rpdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KnowledgeBaseTest {
  private static final Entity CATARACT =
      new Entity("H26.9", "白内障", List.of("Cataract", "cataracta"), "eye");
  private static final Entity INFARCTION = Entity.of("I21.9", "Acute myocardial infarction");
  private static final Entity OTHER = new Entity("A00", "Cholera 霍乱 🦠", List.of(), "infection");

  @Test
  void entities_come_back_as_they_went_in_in_the_order_of_their_ids() {
    KnowledgeBase kb = KnowledgeBase.of(List.of(INFARCTION, CATARACT, OTHER));

    assertThat(kb.size()).isEqualTo(3);
    assertThat(List.of(kb.entity(0), kb.entity(1), kb.entity(2)))
        .containsExactly(OTHER, CATARACT, INFARCTION);
    assertThat(kb.find("H26.9")).contains(CATARACT);
    assertThat(kb.find("H26")).isEmpty();
    assertThat(kb.indexOf("I21.9")).isEqualTo(2);
  }

  @Test
  void names_are_numbered_through_and_know_their_entity() {
    KnowledgeBase kb = KnowledgeBase.of(List.of(INFARCTION, CATARACT, OTHER));

    assertThat(kb.names())
        .containsExactly(
            "Cholera 霍乱 🦠", "白内障", "Cataract", "cataracta", "Acute myocardial infarction");
    assertThat(List.of(0, 1, 2, 3, 4).stream().map(kb::entityOfName))
        .containsExactly(0, 1, 1, 1, 2);
    assertThat(kb.firstNameOf(2)).isEqualTo(4);
    assertThat(kb.labelsOnly().names())
        .containsExactly("Cholera 霍乱 🦠", "白内障", "Acute myocardial infarction");
  }

  @Test
  void the_fingerprint_depends_on_content_and_not_on_order() {
    List<Entity> many = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      many.add(Entity.of("id" + i, "name " + i, "synonym " + i));
    }
    String fingerprint = KnowledgeBase.of(many).fingerprint();
    Collections.shuffle(many, new Random(1));

    assertThat(KnowledgeBase.of(many).fingerprint()).isEqualTo(fingerprint);
    many.set(3, Entity.of(many.get(3).id(), "changed"));
    assertThat(KnowledgeBase.of(many).fingerprint()).isNotEqualTo(fingerprint);
  }

  @Test
  void a_name_moved_from_one_entity_to_another_changes_the_fingerprint() {
    KnowledgeBase one = KnowledgeBase.of(List.of(Entity.of("1", "a", "b"), Entity.of("2", "c")));
    KnowledgeBase other = KnowledgeBase.of(List.of(Entity.of("1", "a"), Entity.of("2", "b", "c")));

    assertThat(one.fingerprint()).isNotEqualTo(other.fingerprint());
  }

  @Test
  void a_repeated_id_is_refused_unless_names_are_to_be_merged() {
    assertThatThrownBy(() -> KnowledgeBase.of(List.of(Entity.of("1", "a"), Entity.of("1", "b"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'1'")
        .hasMessageContaining("mergeRepeatedIds");

    KnowledgeBase merged =
        KnowledgeBase.builder()
            .mergeRepeatedIds()
            .add(Entity.of("1", "a"))
            .add(Entity.of("1", "b", "c"))
            .build();

    assertThat(merged.entity(0)).isEqualTo(Entity.of("1", "a", "b", "c"));
  }

  @Test
  void an_empty_knowledge_base_and_indices_outside_are_refused() {
    assertThatThrownBy(() -> KnowledgeBase.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one entity");
    assertThatThrownBy(() -> KnowledgeBase.of(List.of(OTHER)).entity(1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> KnowledgeBase.of(List.of(OTHER)).name(-1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
