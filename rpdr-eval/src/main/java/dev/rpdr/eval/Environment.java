package dev.rpdr.eval;

import java.util.SortedMap;
import java.util.TreeMap;

/** What a score was measured with, as far as the Java platform tells. */
final class Environment {
  private Environment() {}

  static SortedMap<String, String> current() {
    SortedMap<String, String> facts = new TreeMap<>();
    String version = Environment.class.getPackage().getImplementationVersion();
    facts.put("rpdr", version == null ? "unpackaged" : version);
    facts.put("java", Runtime.version().toString());
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    return facts;
  }
}
