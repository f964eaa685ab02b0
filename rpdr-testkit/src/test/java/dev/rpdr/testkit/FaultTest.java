package dev.rpdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "REPEATS      | B > A > C                        | B > B > A > C",
        "MISSING      | B > A > C                        | B > A",
        "MISSING      | B                                | B",
        "OUT_OF_RANGE | B > A > C                        | B > ZZ > A > C",
        "OUT_OF_RANGE | 2, 1                             | 2, 999, 1",
        "OUT_OF_RANGE | 心悸、胸痛                         | 心悸、No such entry、胸痛",
        "REPEATS      | {\"ranking\":[\"B\",\"A\"]}      | {\"ranking\":[\"B\",\"B\",\"A\"]}",
        "MISSING      | {\"a\":{\"ranking\":[3,1,2]}}    | {\"a\":{\"ranking\":[3,1]}}",
        "OUT_OF_RANGE | {\"ranking\":[3,1]}              | {\"ranking\":[3,999,1]}",
        "SERVER_ERROR | B > A                            | B > A"
      })
  void entriesAreSpoiltInTheFormTheyHave(Fault fault, String answer, String spoilt) {
    assertThat(fault.spoil(answer)).isEqualTo(spoilt);
  }

  @Test
  void whatStandsAroundTheAnswerLeavesItWhole() {
    assertThat(Fault.FENCES.spoil("B > A")).isEqualTo("```\nB > A\n```");
    assertThat(Fault.PROSE.spoil("B > A")).contains("\n\nB > A\n\n");
    assertThat(Fault.EMPTY.spoil("B > A")).isEmpty();
    assertThat(Fault.WRONG_LANGUAGE.spoil("B > A")).contains("classer").doesNotContain(">");
  }

  @Test
  void aFaultIsInTheAnswerOrAFailureOrSlow() {
    for (Fault fault : Fault.values()) {
      boolean slow = fault == Fault.SLOW_DRIP;
      assertThat(List.of(fault.isInAnswer(), fault.isFailure(), slow))
          .as(fault.toString())
          .containsOnlyOnce(true);
    }
  }

  @Test
  void theSameSeedGivesTheSameFaultsAndTheyAreCounted() {
    Faults faults = Faults.seeded(7).with(Fault.RATE_LIMIT, 0.2).with(Fault.EMPTY, 0.1);
    List<Optional<Fault>> drawn = IntStream.range(0, 5000).mapToObj(i -> faults.next()).toList();

    Faults again = Faults.seeded(7).with(Fault.RATE_LIMIT, 0.2).with(Fault.EMPTY, 0.1);
    assertThat(IntStream.range(0, 5000).mapToObj(i -> again.next()).toList()).isEqualTo(drawn);
    assertThat(faults.requests()).isEqualTo(5000);
    assertThat(faults.count(Fault.RATE_LIMIT)).isBetween(900L, 1100L);
    assertThat(faults.count(Fault.EMPTY)).isBetween(400L, 600L);
    assertThat(faults.counts()).containsOnlyKeys(Fault.RATE_LIMIT, Fault.EMPTY);
    assertThat(faults.failures()).isEqualTo(faults.count(Fault.RATE_LIMIT));
    assertThat(Faults.seeded(8).with(Fault.RATE_LIMIT, 0.2).next()).isNotNull();
  }

  @Test
  void aSequenceEndsAndACopyStartsAnew() {
    Faults faults = Faults.sequence(Fault.TIMEOUT, Fault.EMPTY);
    assertThat(faults.next()).contains(Fault.TIMEOUT);
    assertThat(faults.next()).contains(Fault.EMPTY);
    assertThat(faults.next()).isEmpty();
    assertThat(faults.withHang(Duration.ofMillis(5)).next()).contains(Fault.TIMEOUT);
    assertThat(faults.counts()).isEqualTo(Map.of(Fault.TIMEOUT, 1L, Fault.EMPTY, 1L));
  }

  @Test
  void ratesAndTimesAreChecked() {
    assertThatThrownBy(() -> Faults.none().with(Fault.EMPTY, 1.5))
        .hasMessage("the rate of empty must be 0 to 1, not 1.5");
    assertThatThrownBy(() -> Faults.always(Fault.EMPTY).with(Fault.PROSE, 0.5))
        .hasMessage("the rates of all faults together must be at most 1, not 1.5");
    assertThatThrownBy(() -> Faults.none().withDrip(Duration.ofSeconds(-1)))
        .hasMessage("drip must be >= 0, not PT-1S");
  }
}
