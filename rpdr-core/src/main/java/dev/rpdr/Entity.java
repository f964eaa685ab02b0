package dev.rpdr;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A concept of a knowledge base.
 *
 * @param id its code, always text (SNOMED CT ids have up to 18 digits), not blank
 * @param name the preferred name, not blank
 * @param synonyms further names, copied; repeats and the preferred name itself are dropped
 * @param semanticType a type such as "disorder", or null
 */
public record Entity(String id, String name, List<String> synonyms, @Nullable String semanticType) {
  public Entity {
    requireText(id, "id", id);
    requireText(name, "name", id);
    Set<String> distinct = new LinkedHashSet<>();
    for (String synonym : Objects.requireNonNull(synonyms, "synonyms")) {
      distinct.add(requireText(synonym, "synonym", id));
    }
    distinct.remove(name);
    synonyms = List.copyOf(distinct);
  }

  /** An entity with a preferred name and any number of synonyms. */
  public static Entity of(String id, String name, String... synonyms) {
    return new Entity(id, name, List.of(synonyms), null);
  }

  /** The preferred name, then the synonyms. */
  public List<String> names() {
    List<String> names = new ArrayList<>(synonyms.size() + 1);
    names.add(name);
    names.addAll(synonyms);
    return List.copyOf(names);
  }

  private static String requireText(String text, String what, @Nullable String id) {
    Objects.requireNonNull(text, what);
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "an entity's " + what + " must not be blank (id '" + id + "')");
    }
    return text;
  }
}
