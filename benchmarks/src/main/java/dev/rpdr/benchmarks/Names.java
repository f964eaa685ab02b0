package dev.rpdr.benchmarks;

import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Made-up disease names of about ten tokens, the same for the same seed. */
final class Names {
  private static final String[] WHAT = {
    "fracture",
    "neoplasm",
    "inflammation",
    "stenosis",
    "oedema",
    "haemorrhage",
    "ulcer",
    "degeneration",
    "infection",
    "rupture"
  };
  private static final String[] WHERE = {
    "retina",
    "left femur",
    "upper lobe of lung",
    "coronary artery",
    "cornea",
    "lumbar spine",
    "pancreas",
    "right kidney",
    "optic nerve",
    "gallbladder"
  };
  private static final String[] HOW = {
    "acute",
    "chronic",
    "recurrent",
    "congenital",
    "traumatic",
    "idiopathic",
    "secondary",
    "drug-induced",
    "malignant",
    "benign"
  };
  private static final String[] TAIL = {
    "",
    ", unspecified",
    ", initial encounter",
    " with perforation",
    " without complication",
    " in remission"
  };

  private Names() {}

  static List<String> of(int count, long seed) {
    Random random = new Random(seed);
    List<String> names = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      names.add(
          pick(HOW, random)
              + " "
              + pick(WHAT, random)
              + " of "
              + pick(WHERE, random)
              + pick(TAIL, random)
              + " type "
              + i % 997);
    }
    return names;
  }

  static KnowledgeBase knowledgeBase(int count) {
    List<Entity> entities = new ArrayList<>(count);
    List<String> names = of(count, 1);
    for (int i = 0; i < count; i++) {
      entities.add(Entity.of("E" + i, names.get(i)));
    }
    return KnowledgeBase.of(entities);
  }

  private static String pick(String[] from, Random random) {
    return from[random.nextInt(from.length)];
  }
}
