package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Retriever;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HybridRetrieverTest {
  private static final Mention MENTION = Mention.of("mention");

  @Test
  void scoresAreSumsOfReciprocalRanks() {
    Retriever hybrid = HybridRetriever.of(fixed("a", "b", "c"), fixed("c", "a"));

    CandidateList list = hybrid.retrieve(MENTION, 10);

    assertThat(list.ids()).containsExactly("a", "c", "b");
    assertThat(list.candidates().get(0).score()).isCloseTo(1 / 61.0 + 1 / 62.0, within(1e-12));
    assertThat(list.candidates().get(1).score()).isCloseTo(1 / 63.0 + 1 / 61.0, within(1e-12));
    assertThat(list.candidates().get(2).score()).isCloseTo(1 / 62.0, within(1e-12));
  }

  @Test
  void equalScoresStandInTheOrderOfTheirIds() {
    Retriever hybrid = HybridRetriever.of(fixed("b", "c"), fixed("a", "d"));
    assertThat(hybrid.retrieve(MENTION, 3).ids()).containsExactly("a", "b", "c");
  }

  @Test
  void weightsDecideBetweenRetrievers() {
    Retriever hybrid =
        HybridRetriever.builder()
            .add(fixed("a", "b"), 1, 10)
            .add(fixed("b", "a"), 1.5, 10)
            .rankConstant(0)
            .build();

    CandidateList list = hybrid.retrieve(MENTION, 2);

    assertThat(list.ids()).containsExactly("b", "a");
    assertThat(list.candidates().get(0).score()).isCloseTo(1 / 2.0 + 1.5, within(1e-12));
  }

  @Test
  void eachRetrieverIsAskedToItsDepthButNeverLessThanK() {
    AtomicInteger asked = new AtomicInteger();
    Retriever spy =
        (mention, k) -> {
          asked.set(k);
          return fixed("a").retrieve(mention, k);
        };
    Retriever hybrid = HybridRetriever.builder().add(spy, 1, 7).build();

    hybrid.retrieve(MENTION, 3);
    assertThat(asked).hasValue(7);
    hybrid.retrieve(MENTION, 9);
    assertThat(asked).hasValue(9);
  }

  @Test
  void manyMentionsKeepTheirOrder() {
    Retriever echo =
        (mention, k) -> CandidateList.of(mention, List.of(Entity.of(mention.text(), "n")));
    List<Mention> mentions = List.of(Mention.of("x"), Mention.of("y"));

    List<CandidateList> lists = HybridRetriever.of(echo).retrieveAll(mentions, 1);

    assertThat(lists).extracting(CandidateList::mention).isEqualTo(mentions);
    assertThat(lists).extracting(list -> list.ids().get(0)).containsExactly("x", "y");
  }

  @Test
  void badSettingsAreRefusedAtTheCall() {
    HybridRetriever.Builder builder = HybridRetriever.builder();
    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessageContaining("Builder.add");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.add(fixed("a"), 0, 10))
        .withMessage("weight must be finite and > 0, not 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.add(fixed("a"), Double.NaN, 10))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.add(fixed("a"), 1, 0))
        .withMessage("depth must be >= 1, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.rankConstant(-1))
        .withMessage("rankConstant must be >= 0, not -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HybridRetriever.of(fixed("a")).retrieve(MENTION, 0))
        .withMessage("k must be >= 1, not 0");
  }

  private static Retriever fixed(String... ids) {
    List<Entity> entities = Arrays.stream(ids).map(id -> Entity.of(id, "name of " + id)).toList();
    return (mention, k) -> CandidateList.of(mention, entities).top(k);
  }
}
