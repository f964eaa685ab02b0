package dev.rpdr.teacher.prompt;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rpdr.DataFormatException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A template as it stands in its YAML file, unchecked but for names and types. */
record TemplateFile(
    @Nullable Integer format,
    @Nullable String name,
    @Nullable String language,
    @Nullable String labels,
    @Nullable String system,
    @Nullable String instruction,
    @Nullable String output,
    @Nullable String examples,
    @Nullable String example,
    @Nullable String item,
    @Nullable String context,
    @JsonProperty("context-window") @Nullable Integer contextWindow,
    @Nullable String candidate,
    @JsonProperty("few-shot") @Nullable List<Shot> fewShot) {

  /** An example by names. */
  record Shot(
      @Nullable String mention,
      @Nullable List<String> candidates,
      @Nullable List<String> ranking) {}

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * Reads YAML.
   *
   * @param origin where the text comes from, for messages
   */
  static TemplateFile parse(String yaml, String origin) {
    try {
      TemplateFile file = YAML.readValue(yaml, TemplateFile.class);
      if (file == null) {
        throw new DataFormatException("prompt template " + origin + " is empty");
      }
      return file;
    } catch (UnrecognizedPropertyException e) {
      throw new DataFormatException(
          "prompt template "
              + origin
              + " has the unknown part '"
              + e.getPropertyName()
              + "'; known are "
              + e.getKnownPropertyIds(),
          e);
    } catch (JsonProcessingException e) {
      throw new DataFormatException(
          "prompt template "
              + origin
              + " is no valid YAML: "
              + e.getOriginalMessage()
              + (e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")"),
          e);
    }
  }
}
