package dev.rpdr.cli.distill;

import dev.rpdr.DataFormatException;
import dev.rpdr.Ranking;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import dev.rpdr.teacher.journal.RecordedTeacher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A teacher's recorded rankings, some of them held out to see what was learnt. Rankings of one
 * mention stay on one side. Immutable.
 *
 * @param training what is learnt from
 * @param heldOut what is not
 */
public record Lesson(TrainingSet training, List<Ranking> heldOut) {
  public Lesson {
    heldOut = List.copyOf(heldOut);
  }

  /**
   * Reads rankings.
   *
   * @param files journals or recorded rankings of one teacher
   * @throws DataFormatException if a file is none, or holds no ranking that teaches anything
   */
  public static Lesson read(List<Path> files) {
    RecordedTeacher teacher = RecordedTeacher.read(files.toArray(Path[]::new));
    TrainingSet all = TrainingSet.of(teacher.rankings(), teacher.identity());
    if (all.size() == 0) {
      throw new DataFormatException(
          names(files)
              + " holds no ranking to learn from: "
              + (teacher.size() == 0
                  ? "it is empty"
                  : "of its " + teacher.size() + " answers none ranks candidates"));
    }
    return new Lesson(all, List.of());
  }

  /**
   * Holds rankings out.
   *
   * @param number how many at least, ≥ 0, where one mention has several rankings a few more; the
   *     seed decides which
   * @throws IllegalArgumentException if nothing would be left to learn from
   */
  public Lesson holdOut(int number, long seed) {
    if (number < 0) {
      throw new IllegalArgumentException("--held-out must be >= 0, not " + number);
    }
    if (number == 0) {
      return this;
    }
    List<String> mentions =
        new ArrayList<>(
            training.rankings().stream()
                .map(ranking -> ranking.mention().text())
                .collect(Collectors.toCollection(TreeSet::new)));
    Collections.shuffle(mentions, new Random(seed));
    Map<String, List<TrainingExample>> byMention =
        training.examples().stream()
            .collect(Collectors.groupingBy(one -> one.ranking().mention().text()));
    List<Ranking> out = new ArrayList<>();
    for (String mention : mentions) {
      if (out.size() >= number) {
        break;
      }
      byMention.getOrDefault(mention, List.of()).forEach(one -> out.add(one.ranking()));
    }
    if (out.size() >= training.size()) {
      throw new IllegalArgumentException(
          "--held-out "
              + number
              + " leaves nothing to learn from: there are "
              + training.size()
              + " rankings");
    }
    TreeSet<String> held =
        out.stream()
            .map(ranking -> ranking.mention().text())
            .collect(Collectors.toCollection(TreeSet::new));
    return new Lesson(
        training.filter("held-out", ranking -> !held.contains(ranking.mention().text())), out);
  }

  private static String names(List<Path> files) {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }
}
