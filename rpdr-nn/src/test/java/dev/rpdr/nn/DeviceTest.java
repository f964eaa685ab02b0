package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cuda:0", "cuda:3", "cuda:0?"})
  void whatIsParsedIsPrintedTheSame(String text) {
    assertThat(Device.parse(text)).hasToString(text);
  }

  @Test
  void aFallbackIsAskedForByName() {
    assertThat(Device.parse("cuda:1?")).isEqualTo(Device.cuda(1).orCpu());
    assertThat(Device.cpu().orCpu()).isEqualTo(Device.cpu());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda", "cuda:", "cuda:-1", "CPU", "cpu?"})
  void anythingElseIsRefusedWithWhatIsAllowed(String text) {
    assertThatThrownBy(() -> Device.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("cpu, cuda:N, and cuda:N?");
  }

  @Test
  void aNegativeNumberIsRefused() {
    assertThatThrownBy(() -> Device.cuda(-1)).hasMessageContaining("not -1");
  }
}
