package dev.rpdr.teacher.prompt;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
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
    @JsonProperty("context-mention") @Nullable String contextMention,
    @JsonProperty("context-tokens") @Nullable Integer contextTokens,
    @Nullable String candidate,
    @JsonProperty("few-shot") @Nullable List<Shot> fewShot,
    @JsonProperty("few-shot-choice") @Nullable Choice fewShotChoice,
    @Nullable Group group) {

  /** An example by names. */
  record Shot(
      @Nullable String mention,
      @Nullable List<String> candidates,
      @Nullable List<String> ranking) {}

  /** Which examples are shown. */
  record Choice(@Nullable String by, @Nullable Integer count, @Nullable Long seed) {}

  /** The parts of a prompt with several mentions. */
  record Group(@Nullable String instruction, @Nullable String output, @Nullable String item) {}

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
    return parse(yaml, origin, TemplateFile.class);
  }

  /** Reads YAML of any shape, as {@link #parse(String, String)}. */
  static <T> T parse(String yaml, String origin, Class<T> shape) {
    try {
      T file = YAML.readValue(yaml, shape);
      if (file == null) {
        throw new DataFormatException("prompt template " + origin + " is empty");
      }
      return file;
    } catch (UnrecognizedPropertyException e) {
      throw new DataFormatException(
          "prompt template "
              + origin
              + " has the unknown part '"
              + path(e)
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

  /** The text of a template's file. */
  static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new NonRetriableException("cannot read the prompt template " + file, e);
    }
  }

  /** The text of a template that comes along. */
  static String shipped(String resource) {
    try (InputStream in = TemplateFile.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + resource + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new NonRetriableException("cannot read the resource " + resource, e);
    }
  }

  private static String path(UnrecognizedPropertyException e) {
    StringJoiner path = new StringJoiner(".");
    for (JsonMappingException.Reference reference : e.getPath()) {
      path.add(
          reference.getFieldName() == null
              ? Integer.toString(reference.getIndex())
              : reference.getFieldName());
    }
    return path.toString();
  }
}
