package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.check;
import static dev.rpdr.cli.experiment.ExperimentConfig.known;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recorded teacher rankings: a file, or several turns of one teacher.
 *
 * @param file JSON lines, a journal, or a record without texts
 * @param mentions of a record without texts, the files of mentions that it is about
 * @param turns in place of a file, records that stand before this one, the earliest first; where
 *     two hold a mention, the later one counts
 * @param take how many of them students learn from, the first ones; all where absent
 */
record TeacherConfig(
    @Nullable String file,
    @Nullable String sha256,
    List<String> mentions,
    List<String> turns,
    @Nullable Integer take) {
  TeacherConfig {
    mentions = mentions == null ? List.of() : List.copyOf(mentions);
    turns = turns == null ? List.of() : List.copyOf(turns);
    check(
        (file == null) != turns.isEmpty(),
        "teachers: a record is either a file or the turns of others");
    check(
        file != null || (sha256 == null && mentions.isEmpty()),
        "teachers: sha256 and mentions belong to a file, not to turns");
    check(take == null || take >= 1, "teachers.take must be >= 1, not " + take);
  }

  /** Refuses records whose turns or mentions are not there. */
  static void require(Map<String, TeacherConfig> teachers, Set<String> mentions) {
    Set<String> before = new LinkedHashSet<>();
    teachers.forEach(
        (name, teacher) -> {
          String at = "teachers." + name;
          teacher.mentions().forEach(known(at + ".mentions", "mentions", mentions));
          teacher.turns().forEach(known(at + ".turns", "teachers that stand before it", before));
          before.add(name);
        });
  }
}
