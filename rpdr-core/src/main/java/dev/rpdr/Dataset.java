package dev.rpdr;

import java.util.List;
import java.util.Objects;

/**
 * Labelled mentions to measure with (or, where somebody labelled them, to train on).
 *
 * @param name what it is called in reports, such as the split
 * @param mentions copied, in the order of the source; repeats stay
 */
public record Dataset(String name, List<LabelledMention> mentions) {
  public Dataset {
    Objects.requireNonNull(name, "name");
    mentions = List.copyOf(mentions);
  }

  /** How many labelled mentions there are. */
  public int size() {
    return mentions.size();
  }

  /** The mentions without their labels. */
  public List<Mention> unlabelled() {
    return mentions.stream().map(LabelledMention::mention).toList();
  }

  /** A SHA-256 over mentions and gold, in order. */
  public String fingerprint() {
    Fingerprint hash = new Fingerprint();
    for (LabelledMention labelled : mentions) {
      hash.add(labelled.mention().text());
      labelled.gold().parts().forEach(part -> part.stream().sorted().forEach(hash::add));
      hash.add("\u0001");
    }
    return hash.hex();
  }
}
