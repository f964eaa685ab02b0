package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void eachWitherChangesItsPartAlone() {
    EncoderOptions options =
        EncoderOptions.cls().withMaxTokens(32).withNormalise(false).withQueryPrefix("query: ");
    assertThat(options).isEqualTo(new EncoderOptions(Pooling.CLS, false, 32, "query: "));
    RunOptions run = RunOptions.defaults().withDevice(Device.cuda(1)).withThreads(3);
    assertThat(run).isEqualTo(new RunOptions(Device.cuda(1), 3, RunOptions.DEVICE_DEFAULT));
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    assertThatThrownBy(() -> EncoderOptions.mean().withMaxTokens(7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxTokens must be 8 to 8192, not 7");
    assertThatThrownBy(() -> RunOptions.defaults().withThreads(0))
        .hasMessage("threads must be 1 to 1024, not 0");
    assertThatThrownBy(() -> RunOptions.defaults().withTokenBudget(-1))
        .hasMessageContaining("tokenBudget")
        .hasMessageContaining("not -1");
  }

  @Test
  void theTokenBudgetFollowsTheDeviceThatWasOpenedUnlessGiven() {
    RunOptions asked = RunOptions.defaults().withDevice(Device.cuda(0).orCpu()).withThreads(4);
    assertThat(asked.tokenBudgetOn(Device.cuda(0)))
        .isGreaterThan(asked.tokenBudgetOn(Device.cpu()));
    assertThat(asked.withTokenBudget(99).tokenBudgetOn(Device.cpu())).isEqualTo(99);
    assertThat(asked.workersOn(Device.cpu())).isEqualTo(4);
    assertThat(asked.workersOn(Device.cuda(0))).isOne();
  }
}
