package dev.rpdr.cli.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Ranking;
import dev.rpdr.Retriever;
import dev.rpdr.teacher.journal.RecordedTeacher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Candidate lists that somebody else's retriever wrote, by mention (ignoring case). Entities are
 * those of the knowledge base with the recorded ids. Immutable and thread-safe.
 */
public final class CandidateFile implements Retriever {
  /** How candidate lists are written. */
  public enum Layout {
    /** BioSyn's prediction file: queries[].mentions[].{mention, candidates[].labelcui}. */
    @JsonProperty("biosyn")
    BIOSYN,
    /** A teacher's record: the candidates that the teacher was shown, in that order. */
    @JsonProperty("teacher")
    TEACHER
  }

  private final Path file;
  private final Map<String, List<Entity>> lists;

  private CandidateFile(Path file, Map<String, List<Entity>> lists) {
    this.file = file;
    this.lists = lists;
  }

  /** Reads a file; every candidate must be in the knowledge base. */
  public static CandidateFile read(Path file, Layout layout, KnowledgeBase knowledgeBase) {
    Map<String, List<String>> ids = layout == Layout.BIOSYN ? biosyn(file) : recorded(file);
    Map<String, List<Entity>> lists = new HashMap<>();
    ids.forEach(
        (mention, list) -> lists.put(mention, entities(file, mention, list, knowledgeBase)));
    return new CandidateFile(file, lists);
  }

  @Override
  public CandidateList retrieve(Mention mention, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be >= 1, not " + k);
    }
    List<Entity> list = lists.get(key(mention.text()));
    if (list == null) {
      throw new NonRetriableException(file + " holds no candidates for '" + mention.text() + "'");
    }
    return CandidateList.of(mention, list.subList(0, Math.min(k, list.size())));
  }

  private static Map<String, List<String>> biosyn(Path file) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + file + ": " + e.getMessage(), e);
    }
    Map<String, List<String>> lists = new LinkedHashMap<>();
    for (JsonNode query : root.path("queries")) {
      for (JsonNode mention : query.path("mentions")) {
        List<String> ids = new ArrayList<>();
        for (JsonNode candidate : mention.path("candidates")) {
          ids.add(candidate.path("labelcui").asText());
        }
        lists.putIfAbsent(key(mention.path("mention").asText()), ids);
      }
    }
    if (lists.isEmpty()) {
      throw new DataFormatException(
          file + " holds no queries[].mentions[], which BioSyn's layout has");
    }
    return lists;
  }

  private static Map<String, List<String>> recorded(Path file) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    for (Ranking ranking : RecordedTeacher.read(file).rankings()) {
      lists.putIfAbsent(key(ranking.mention().text()), ranking.request().ids());
    }
    return lists;
  }

  private static List<Entity> entities(
      Path file, String mention, List<String> ids, KnowledgeBase knowledgeBase) {
    List<Entity> entities = new ArrayList<>();
    for (String id : ids.stream().distinct().toList()) {
      entities.add(
          knowledgeBase
              .find(id)
              .orElseThrow(
                  () ->
                      new DataFormatException(
                          file
                              + ": candidate '"
                              + id
                              + "' of '"
                              + mention
                              + "' is not in the knowledge base")));
    }
    return entities;
  }

  private static String key(String mention) {
    return mention.trim().toLowerCase(Locale.ROOT);
  }
}
