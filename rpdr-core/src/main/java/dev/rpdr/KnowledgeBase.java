package dev.rpdr;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entities that mentions are linked to. Entities stand in the order of their ids, so that equal
 * content gives equal indices whatever the order of the source; an entity's names are numbered one
 * after the other, the preferred name first.
 *
 * <p>Kept as UTF-8 in a few arrays, not as objects: a terminology of a million names of 30
 * characters takes some 40 MB. {@link Entity} values are made when asked for. Immutable and
 * thread-safe. Holds up to 2 GB of text.
 */
public final class KnowledgeBase {
  private final TextColumn ids;
  private final TextColumn names;

  /** From each entity to the number of its first name; one entry more than entities. */
  private final int[] firstName;

  /** From each entity to its type's place in {@link #types}, or -1. */
  private final int[] typeOf;

  private final List<String> types;
  private final String fingerprint;

  private KnowledgeBase(Collection<Entity> sorted) {
    int size = sorted.size();
    firstName = new int[size + 1];
    typeOf = new int[size];
    TextColumn.Builder idBytes = new TextColumn.Builder();
    TextColumn.Builder nameBytes = new TextColumn.Builder();
    Map<String, Integer> typeNumbers = new LinkedHashMap<>();
    Fingerprint hash = new Fingerprint();
    int index = 0;
    for (Entity entity : sorted) {
      idBytes.add(entity.id());
      hash.add(entity.id());
      List<String> entityNames = entity.names();
      entityNames.forEach(nameBytes::add);
      entityNames.forEach(hash::add);
      String type = entity.semanticType();
      Integer known = type == null ? Integer.valueOf(-1) : typeNumbers.get(type);
      if (type != null && known == null) {
        known = typeNumbers.size();
        typeNumbers.put(type, known);
      }
      typeOf[index] = Objects.requireNonNull(known);
      hash.add(type == null ? "" : type).add("\u0001");
      firstName[index + 1] = firstName[index] + entityNames.size();
      index++;
    }
    ids = idBytes.build();
    names = nameBytes.build();
    types = List.copyOf(typeNumbers.keySet());
    fingerprint = hash.hex();
  }

  /** A knowledge base of these entities; two with the same id are refused. */
  public static KnowledgeBase of(Collection<Entity> entities) {
    Builder builder = builder();
    entities.forEach(builder::add);
    return builder.build();
  }

  /** A builder that refuses repeated ids unless told otherwise. */
  public static Builder builder() {
    return new Builder();
  }

  /** How many entities there are. */
  public int size() {
    return typeOf.length;
  }

  /** How many names there are, all entities together. */
  public int nameCount() {
    return firstName[size()];
  }

  /** The entity at an index, 0 ≤ index &lt; {@link #size()}. */
  public Entity entity(int index) {
    Objects.checkIndex(index, size());
    List<String> synonyms = new ArrayList<>();
    for (int n = firstName[index] + 1; n < firstName[index + 1]; n++) {
      synonyms.add(names.get(n));
    }
    return new Entity(ids.get(index), names.get(firstName[index]), synonyms, type(index));
  }

  /** The id of the entity at an index. */
  public String id(int index) {
    return ids.get(Objects.checkIndex(index, size()));
  }

  /** The entity with an id, or nothing. */
  public Optional<Entity> find(String id) {
    int index = indexOf(id);
    return index < 0 ? Optional.empty() : Optional.of(entity(index));
  }

  /** The index of the entity with an id, or -1. */
  public int indexOf(String id) {
    int low = 0;
    int high = size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = ids.get(middle).compareTo(id);
      if (order == 0) {
        return middle;
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** A name by its number, 0 ≤ number &lt; {@link #nameCount()}. */
  public String name(int number) {
    return names.get(Objects.checkIndex(number, nameCount()));
  }

  /** All names in the order of their numbers; made anew at each call. */
  public List<String> names() {
    List<String> all = new ArrayList<>(nameCount());
    for (int i = 0; i < nameCount(); i++) {
      all.add(names.get(i));
    }
    return all;
  }

  /** The index of the entity that a name belongs to. */
  public int entityOfName(int number) {
    Objects.checkIndex(number, nameCount());
    int place = Arrays.binarySearch(firstName, number);
    return place >= 0 ? place : -place - 2;
  }

  /** The number of the preferred name of the entity at an index. */
  public int firstNameOf(int index) {
    return firstName[Objects.checkIndex(index, size())];
  }

  /** A SHA-256 of the content: equal for equal entities, whatever the order of the source. */
  public String fingerprint() {
    return fingerprint;
  }

  /** A knowledge base of the preferred names alone. */
  public KnowledgeBase labelsOnly() {
    Builder builder = builder();
    for (int i = 0; i < size(); i++) {
      builder.add(new Entity(ids.get(i), names.get(firstName[i]), List.of(), type(i)));
    }
    return builder.build();
  }

  @Override
  public String toString() {
    return "KnowledgeBase["
        + size()
        + " entities, "
        + nameCount()
        + " names, sha256 "
        + fingerprint.substring(0, 12)
        + "]";
  }

  private @Nullable String type(int index) {
    return typeOf[index] < 0 ? null : types.get(typeOf[index]);
  }

  /** Collects entities. Not thread-safe. */
  public static final class Builder {
    private final TreeMap<String, Entity> entities = new TreeMap<>();
    private boolean merge;

    private Builder() {}

    /**
     * From now on an id that comes again adds its names to those of the first, whose preferred name
     * and type stay; without this it is refused.
     */
    public Builder mergeRepeatedIds() {
      merge = true;
      return this;
    }

    /**
     * Adds an entity.
     *
     * @throws IllegalArgumentException if its id is there already
     */
    public Builder add(Entity entity) {
      Entity present = entities.get(entity.id());
      if (present == null) {
        entities.put(entity.id(), entity);
      } else if (merge) {
        Set<String> synonyms = new LinkedHashSet<>(present.synonyms());
        synonyms.addAll(entity.names());
        String type =
            present.semanticType() == null ? entity.semanticType() : present.semanticType();
        entities.put(
            entity.id(), new Entity(entity.id(), present.name(), List.copyOf(synonyms), type));
      } else {
        throw new IllegalArgumentException(
            "id '"
                + entity.id()
                + "' is given to '"
                + present.name()
                + "' and to '"
                + entity.name()
                + "'; ids must differ unless mergeRepeatedIds() is called");
      }
      return this;
    }

    /**
     * Builds the knowledge base.
     *
     * @throws IllegalArgumentException if there is no entity
     */
    public KnowledgeBase build() {
      if (entities.isEmpty()) {
        throw new IllegalArgumentException("a knowledge base needs at least one entity");
      }
      return new KnowledgeBase(entities.values());
    }
  }

  /** Many texts as one UTF-8 array. */
  private record TextColumn(byte[] bytes, int[] offsets) {
    String get(int i) {
      return new String(bytes, offsets[i], offsets[i + 1] - offsets[i], StandardCharsets.UTF_8);
    }

    private static final class Builder {
      private byte[] bytes = new byte[1024];
      private int[] offsets = new int[64];
      private int count;

      void add(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int end = Math.addExact(offsets[count], utf8.length);
        if (end > bytes.length) {
          bytes =
              Arrays.copyOf(
                  bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end, bytes.length * 2L)));
        }
        System.arraycopy(utf8, 0, bytes, offsets[count], utf8.length);
        count++;
        if (count == offsets.length) {
          offsets = Arrays.copyOf(offsets, offsets.length * 2);
        }
        offsets[count] = end;
      }

      TextColumn build() {
        return new TextColumn(
            Arrays.copyOf(bytes, offsets[count]), Arrays.copyOf(offsets, count + 1));
      }
    }
  }
}
