package dev.rpdr.nn.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MalformedCheckpointTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir private Path folder;

  @Test
  void a_truncated_shard_is_named() throws IOException {
    // given
    Path shard = Fixtures.copy("qwen2", folder).resolve("model-00002-of-00002.safetensors");
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 10));
    // then
    refused(folder, "model-00002-of-00002.safetensors is cut off: tensor '");
    // and given
    Files.write(shard, Arrays.copyOf(bytes, 100));
    refused(folder, "is cut off: its header ends at byte");
    Files.write(shard, new byte[3]);
    refused(folder, "no safetensors file: it has 3 bytes");
    Files.delete(shard);
    refused(folder, "names the shard 'model-00002-of-00002.safetensors', which is not there");
  }

  @Test
  void a_tensor_of_another_shape_is_named() throws IOException {
    config("\"intermediate_size\": 48", "\"intermediate_size\": 64");
    refused(
        folder,
        "tensor 'model.layers.0.mlp.gate_proj.weight' has shape [48, 32]; the configuration asks for"
            + " [64, 32]");
  }

  @Test
  void a_missing_tensor_is_named() throws IOException {
    config("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
    refused(folder, "tensor 'model.layers.2.input_layernorm.weight' [32] is missing");
  }

  @Test
  void a_tensor_without_a_place_is_named() throws IOException {
    config("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1");
    refused(folder, "' has no place in a LlamaForCausalLM of this configuration");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"LlamaForCausalLM\" | \"GPT2LMHeadModel\" | architecture 'GPT2LMHeadModel' is not supported; supported are LlamaForCausalLM, Qwen2ForCausalLM",
        "\"hidden_act\": \"silu\" | \"hidden_act\": \"gelu\" | hidden_act 'gelu' is not supported",
        "\"rope_type\": \"llama3\" | \"rope_type\": \"yarn\" | rope type 'yarn' is not supported; supported are default, linear, llama3",
        "\"hidden_size\": 32 | \"hidden_size\": \"x\" | field 'hidden_size' must be an integer",
        "\"num_attention_heads\": 4 | \"num_attention_heads\": 3 | heads must be a multiple of keyValueHeads 2, not 3",
        "{ | [ | cannot read"
      })
  void a_configuration_that_cannot_be_run_is_refused(String from, String to, String message)
      throws IOException {
    config(from, to);
    refused(folder, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"F32\" | \"F64\" | has type 'F64'; supported are F32, F16, BF16",
        "\"shape\":[32] | \"shape\":[31] | needs 124 bytes, its data_offsets span 128",
        "\"data_offsets\" | \"data_offsetz\" | lacks shape or data_offsets",
        "\"lm_head.weight\": | \"lm_head.weight\"; | its header is not JSON"
      })
  void a_bad_safetensors_header_is_refused(String from, String to, String message)
      throws IOException {
    // given
    Path weights = Fixtures.copy("llama", folder).resolve(WEIGHTS);
    String text = Files.readString(weights, ISO_8859_1);
    String spoilt = text.replace(from, to);
    org.assertj.core.api.Assertions.assertThat(spoilt).isNotEqualTo(text);
    Files.writeString(weights, spoilt, ISO_8859_1);
    // then
    refused(folder, message);
  }

  @Test
  void a_length_of_the_header_beyond_reason_is_refused() throws IOException {
    Path weights = Fixtures.copy("llama", folder).resolve(WEIGHTS);
    byte[] bytes = Files.readAllBytes(weights);
    bytes[7] = 127;
    Files.write(weights, bytes);
    refused(folder, "no safetensors file: its header would have");
  }

  @Test
  void a_bad_GGUF_file_is_refused() throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.of("tiny-llama.gguf"));
    gguf(
        Arrays.copyOf(bytes, bytes.length - 64), "is cut off: tensor 'output.weight' ends at byte");
    gguf(Arrays.copyOf(bytes, 500), "cut off");
    gguf(with(bytes, 0, 'X'), "does not begin with 'GGUF'");
    gguf(with(bytes, 4, 1), "GGUF version 1 is not supported; versions 2 and 3 are");
    gguf(with(bytes, 15, 127), "the number of tensors is given as");
    gguf(new byte[2], "does not begin with 'GGUF'");
    String text = new String(bytes, ISO_8859_1);
    int type = text.indexOf("blk.1.ffn_up.weight") + "blk.1.ffn_up.weight".length() + 4 + 16;
    gguf(
        with(bytes, type, 10),
        "tensor 'blk.1.ffn_up.weight' has ggml type 10; supported are F32, F16, BF16, Q4_0, Q4_1,"
            + " Q8_0, Q4_K, Q6_K");
    gguf(with(bytes, type, 12), "has rows of 32 numbers, no whole number of Q4_K blocks of 256");
    gguf(
        text.replace("blk.1.ffn_up.weight", "blk.1.ffn_uq.weight").getBytes(ISO_8859_1),
        "tensor 'model.layers.1.mlp.up_proj.weight' [48, 32] is missing");
    gguf(
        text.replace("llama.feed_forward_length", "llama.feed_forward_lengtX").getBytes(ISO_8859_1),
        "metadata 'llama.feed_forward_length' is missing");
  }

  @Test
  void a_folder_without_weights_is_refused() {
    refused(folder, "holds no *.safetensors and 0 GGUF files");
    refused(folder.resolve("absent"), "no such checkpoint");
  }

  private void gguf(byte[] bytes, String message) throws IOException {
    Path file = folder.resolve("model.gguf");
    Files.write(file, bytes);
    refused(file, message);
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private void config(String from, String to) throws IOException {
    Path file = Fixtures.copy("llama", folder).resolve("config.json");
    String text = Files.readString(file);
    org.assertj.core.api.Assertions.assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  private static void refused(Path path, String message) {
    assertThatThrownBy(() -> Checkpoint.open(path).close())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }
}
