package dev.rpdr.benchmarks.teacher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Made-up work for a teacher: a knowledge base and as many different mentions as wanted.
 *
 * @param folder where the files lie
 */
record Work(Path folder) {
  private static final List<String> WHAT =
      List.of("pain", "swelling", "rash", "weakness", "numbness", "stiffness", "injury", "cramp");
  private static final List<String> WHERE =
      List.of("knee", "hip", "neck", "eye", "ear", "hand", "foot", "back", "chest", "jaw");

  static Work write(Path folder, int mentions) {
    List<String> codes = new ArrayList<>(List.of("id\tname"));
    for (String what : WHAT) {
      for (String where : WHERE) {
        codes.add("C" + codes.size() + "\t" + where + " " + what);
      }
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < mentions; i++) {
      String where = WHERE.get(i % WHERE.size());
      String what = WHAT.get(i / WHERE.size() % WHAT.size());
      lines.add("patient " + i + " tells of " + what + " in the " + where);
    }
    try {
      Files.write(folder.resolve("codes.tsv"), codes);
      Files.write(folder.resolve("mentions.txt"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Work(folder);
  }

  Path journal() {
    return folder.resolve("journal.jsonl");
  }

  /** What {@code rpdr} is called with to do this work. */
  List<String> command(String baseUrl, String model, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "teach",
                "--kb",
                folder.resolve("codes.tsv").toString(),
                "--kb-header",
                "--mentions",
                folder.resolve("mentions.txt").toString(),
                "--retriever",
                "tfidf-char",
                "--journal",
                journal().toString(),
                "--model",
                "openai:" + model,
                "--base-url",
                baseUrl));
    command.addAll(List.of(more));
    return command;
  }
}
