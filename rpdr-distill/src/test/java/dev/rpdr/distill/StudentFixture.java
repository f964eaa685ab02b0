package dev.rpdr.distill;

import dev.rpdr.Provenance;
import dev.rpdr.nn.EncoderConfig;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import java.nio.file.Path;
import java.time.Instant;

/** Students for tests. */
public final class StudentFixture {
  private StudentFixture() {}

  /** The small English encoder that tests run on. */
  public static ModelFiles miniLm() {
    return ModelFiles.maven("all-minilm-l6-v2");
  }

  /** Saves an encoder, untrained, as a bi-encoder student. */
  public static Path biEncoder(Path folder) {
    EncoderOptions options = EncoderOptions.mean().withMaxTokens(32);
    SmallEncoder.write(folder);
    EncoderConfig.describe(folder, options, Provenance.none()).write(folder);
    StudentManifest.describe(
            folder,
            new StudentSettings.BiEncoder(options.pooling(), true, options.maxTokens()),
            Provenance.none().with("seed", 42),
            Instant.EPOCH)
        .write(folder);
    return folder;
  }
}
