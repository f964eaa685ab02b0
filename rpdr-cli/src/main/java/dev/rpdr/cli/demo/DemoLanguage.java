package dev.rpdr.cli.demo;

import dev.rpdr.nn.EncoderOptions;
import java.util.List;

/** What the demo's languages differ in. */
public enum DemoLanguage {
  /** English. */
  en(
      "name_en",
      "all-minilm-l6-v2",
      EncoderOptions.mean(),
      List.of("heart attack", "sugar disease", "pink eye OU")),
  /** Chinese. */
  zh("name_zh", "bge-small-zh-v15", EncoderOptions.cls(), List.of("心梗", "红眼病", "拉肚子"));

  private final String nameColumn;
  private final String encoder;
  private final EncoderOptions encoderOptions;
  private final List<String> showcase;

  DemoLanguage(
      String nameColumn, String encoder, EncoderOptions encoderOptions, List<String> showcase) {
    this.nameColumn = nameColumn;
    this.encoder = encoder;
    this.encoderOptions = encoderOptions.withMaxTokens(48);
    this.showcase = showcase;
  }

  String nameColumn() {
    return nameColumn;
  }

  String encoder() {
    return encoder;
  }

  EncoderOptions encoderOptions() {
    return encoderOptions;
  }

  /** Mentions that are linked at the end, for show. */
  List<String> showcase() {
    return showcase;
  }
}
