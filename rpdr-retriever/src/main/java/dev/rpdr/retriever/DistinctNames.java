package dev.rpdr.retriever;

import dev.rpdr.KnowledgeBase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The names of a knowledge base, each text once, and the entities that bear them. One vector a text
 * saves encoding and makes entities of the same name tie exactly. Texts are numbered by their first
 * appearance, so that equal knowledge bases number them alike. Immutable.
 */
final class DistinctNames {
  /** The number, in the knowledge base, of a name with each text. */
  private final int[] nameOf;

  /** From each text to the start of its entities; one entry more than texts. */
  private final int[] starts;

  private final int[] entities;
  private final KnowledgeBase knowledgeBase;

  private DistinctNames(KnowledgeBase knowledgeBase) {
    this.knowledgeBase = knowledgeBase;
    int names = knowledgeBase.nameCount();
    Map<String, Integer> numbers = new HashMap<>(names * 2);
    int[] textOf = new int[names];
    int[] firstNames = new int[names];
    for (int name = 0; name < names; name++) {
      int next = numbers.size();
      Integer known = numbers.putIfAbsent(knowledgeBase.name(name), next);
      textOf[name] = known == null ? next : known;
      if (known == null) {
        firstNames[next] = name;
      }
    }
    nameOf = Arrays.copyOf(firstNames, numbers.size());
    starts = new int[numbers.size() + 1];
    for (int text : textOf) {
      starts[text + 1]++;
    }
    for (int text = 0; text < numbers.size(); text++) {
      starts[text + 1] += starts[text];
    }
    int[] next = Arrays.copyOf(starts, numbers.size());
    entities = new int[names];
    for (int name = 0; name < names; name++) {
      entities[next[textOf[name]]++] = knowledgeBase.entityOfName(name);
    }
  }

  static DistinctNames of(KnowledgeBase knowledgeBase) {
    return new DistinctNames(knowledgeBase);
  }

  /** How many different texts there are. */
  int size() {
    return nameOf.length;
  }

  /** The texts from one number (inclusive) to another (exclusive). */
  List<String> texts(int from, int to) {
    List<String> texts = new ArrayList<>(to - from);
    for (int text = from; text < to; text++) {
      texts.add(knowledgeBase.name(nameOf[text]));
    }
    return texts;
  }

  /** Tells the indices of the entities that bear a name. */
  void forEachEntity(int text, IntConsumer action) {
    for (int i = starts[text]; i < starts[text + 1]; i++) {
      action.accept(entities[i]);
    }
  }
}
