package dev.rpdr.teacher;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import java.util.ArrayList;
import java.util.List;

/** Requests for tests. */
public final class Requests {
  private Requests() {}

  /** Ids e1, e2, … with these names. */
  public static CandidateList of(String mention, String... names) {
    List<Entity> entities = new ArrayList<>();
    for (String name : names) {
      entities.add(Entity.of("e" + (entities.size() + 1), name));
    }
    return CandidateList.of(Mention.of(mention), entities);
  }

  /** A Nausea, B Vomiting, C Heartburn, D Loss of appetite, E Chest pain. */
  public static CandidateList sick() {
    return of("felt sick", "Nausea", "Vomiting", "Heartburn", "Loss of appetite", "Chest pain");
  }

  /** Twelve candidates, so that numbers have two digits. */
  public static CandidateList twelve() {
    String[] names = new String[12];
    for (int i = 0; i < names.length; i++) {
      names[i] = "Finding of kind " + (char) ('p' + i % 6) + (i < 6 ? "" : "x");
    }
    return of("something", names);
  }
}
