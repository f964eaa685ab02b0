package dev.rpdr.cli.experiment;

import dev.rpdr.eval.Protocol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment file holds. Keys are written in kebab-case; an unknown key is refused with
 * those that are known. Files are named relative to the data folder, those that begin with {@code
 * ./} relative to the experiment's own file; {@code sha256}, where given, is checked.
 *
 * @param name what the experiment is called in its report
 * @param protocol what systems may know
 * @param k how many candidates a retriever gives, ≥ 1
 * @param accuracyAt for which k Acc@k is reported; 1, 5 and 10 where absent
 * @param seeds one run of everything trained for each seed; rows of further seeds end in {@code
 *     #seed}
 * @param knowledgeBase what is linked to
 * @param splits labelled mentions by name
 * @param mentions files of unlabelled mentions by name
 * @param evaluate the splits that systems are measured on
 * @param teachers recorded teacher rankings by name
 * @param candidates recorded candidate lists by name
 * @param knowledge open terminologies by name, whose synonyms students may learn beside a teacher's
 *     rankings
 * @param seen teacher records or splits whose mentions count as seen; no slices where empty
 * @param students what is trained, by name; a student may start from one that stands before it
 * @param systems the rows of the report, in order
 * @param compare pairs of rows, written {@code a > b}, that are compared mention by mention
 */
record ExperimentConfig(
    String name,
    Protocol protocol,
    int k,
    List<Integer> accuracyAt,
    List<Long> seeds,
    KnowledgeBaseConfig knowledgeBase,
    Map<String, SplitConfig> splits,
    Map<String, MentionsConfig> mentions,
    List<String> evaluate,
    Map<String, TeacherConfig> teachers,
    Map<String, CandidatesConfig> candidates,
    Map<String, KnowledgeBaseConfig> knowledge,
    List<String> seen,
    Map<String, StudentConfig> students,
    List<SystemConfig> systems,
    List<String> compare) {
  /** The format of an ontology's stanzas, beside those of tables. */
  static final String OBO = "obo";

  /** The format of a dictionary of {@code id||name|name}, beside those of tables. */
  static final String DICTIONARY = "dictionary";

  /** The format of mentions that a language model wrote. */
  static final String WRITTEN = "written";

  ExperimentConfig {
    required(name, "name");
    required(protocol, "protocol");
    required(knowledgeBase, "knowledge-base");
    accuracyAt =
        accuracyAt == null || accuracyAt.isEmpty() ? List.of(1, 5, 10) : List.copyOf(accuracyAt);
    seeds = seeds == null || seeds.isEmpty() ? List.of(42L) : List.copyOf(seeds);
    splits = orEmpty(splits);
    mentions = orEmpty(mentions);
    teachers = orEmpty(teachers);
    candidates = orEmpty(candidates);
    knowledge = orEmpty(knowledge);
    students = orEmpty(students);
    evaluate = evaluate == null ? List.copyOf(splits.keySet()) : List.copyOf(evaluate);
    seen = seen == null ? List.of() : List.copyOf(seen);
    systems = systems == null ? List.of() : List.copyOf(systems);
    compare = compare == null ? List.of() : List.copyOf(compare);
    if (k < 1) {
      throw new IllegalArgumentException("k must be >= 1, not " + k);
    }
    check(!systems.isEmpty(), "systems: at least one is needed");
    check(!evaluate.isEmpty(), "evaluate: at least one split is needed");
    evaluate.forEach(known("evaluate", "splits", splits.keySet()));
    Set<String> mentionSources = new TreeSet<>(splits.keySet());
    mentionSources.addAll(teachers.keySet());
    seen.forEach(known("seen", "splits and teachers", mentionSources));
    TeacherConfig.require(teachers, mentions.keySet());
    Set<String> unlabelled = new TreeSet<>(splits.keySet());
    unlabelled.addAll(mentions.keySet());
    checkReferences(
        splits, unlabelled, teachers, candidates, knowledge.keySet(), students, systems);
    for (SystemConfig system : systems) {
      check(
          !(system instanceof SystemConfig.Named named && named.aliases() != null)
              || protocol != Protocol.LABELS_PLUS_TRAIN_ALIASES,
          "systems."
              + system.name()
              + ".aliases: a row with a teacher's aliases is reported as "
              + Protocol.LABELS_PLUS_TEACHER_ALIASES
              + ", which knows no human label, but the protocol is "
              + protocol);
    }
    for (Map.Entry<String, String> fit : fits(systems).entrySet()) {
      checkFit(fit.getKey(), fit.getValue(), splits.keySet(), evaluate);
    }
    Set<String> rows = new LinkedHashSet<>();
    for (SystemConfig system : systems) {
      check(rows.add(system.name()), "systems: '" + system.name() + "' stands twice");
    }
    for (String pair : compare) {
      String[] names = pair.split(" > ", -1);
      check(names.length == 2, "compare: '" + pair + "' is not written as 'one > other'");
      List.of(names).forEach(known("compare", "systems", rows));
    }
  }

  /**
   * A knowledge base file.
   *
   * @param format tsv, csv, jsonl or json; obo for an ontology; dictionary for lines of {@code
   *     id||name|name}; written for mentions that a language model wrote; the last three ask for no
   *     columns
   * @param charset UTF-8 where absent
   * @param header whether the first line names the columns
   * @param id the column of the id, by name or counted from 1; the same as {@code name} where names
   *     are the keys
   * @param name the column of the preferred name
   * @param synonyms the column of synonyms, if any
   * @param synonymSeparator what stands between synonyms in a cell
   * @param semanticType the column of the semantic type, if any
   * @param mergeRepeatedIds whether rows of one id are names of one entity
   */
  record KnowledgeBaseConfig(
      String file,
      @Nullable String sha256,
      String format,
      @Nullable String charset,
      @Nullable Boolean header,
      @Nullable String id,
      @Nullable String name,
      @Nullable String synonyms,
      @Nullable String synonymSeparator,
      @Nullable String semanticType,
      boolean mergeRepeatedIds) {
    KnowledgeBaseConfig {
      required(file, "knowledge-base.file");
      required(format, "knowledge-base.format");
      if (!format.equals(OBO) && !format.equals(DICTIONARY) && !format.equals(WRITTEN)) {
        required(id, "knowledge-base.id");
        required(name, "knowledge-base.name");
      }
    }
  }

  /**
   * A file of labelled mentions.
   *
   * @param mention the column of the mention
   * @param gold the column of its gold id or ids
   * @param alternatives what stands between ids any of which is right, if anything
   * @param composite what stands between the parts of a composite gold, if anything
   * @param where values that columns must hold for a row to be read
   * @param only a teacher record: mentions that it does not hold are left out
   * @param except a teacher record: mentions that it holds are left out
   * @param oneTarget whether rows of a composite gold are left out
   */
  record SplitConfig(
      String file,
      @Nullable String sha256,
      String format,
      @Nullable String charset,
      @Nullable Boolean header,
      String mention,
      String gold,
      @Nullable String alternatives,
      @Nullable String composite,
      @Nullable Map<String, String> where,
      @Nullable String only,
      @Nullable String except,
      boolean oneTarget) {
    SplitConfig {
      required(file, "splits.file");
      required(format, "splits.format");
      required(mention, "splits.mention");
      required(gold, "splits.gold");
    }
  }

  /**
   * A file of unlabelled mentions.
   *
   * @param format txt (one a line), or tsv, csv, jsonl or json
   * @param mention the column of the mention; none where format is txt
   */
  record MentionsConfig(
      String file,
      @Nullable String sha256,
      String format,
      @Nullable String charset,
      @Nullable Boolean header,
      @Nullable String mention) {
    /** The format of one mention a line, beside those of tables. */
    static final String LINES = "txt";

    MentionsConfig {
      required(file, "mentions.file");
      required(format, "mentions.format");
      if (!format.equals(LINES)) {
        required(mention, "mentions.mention");
      }
    }
  }

  /** A file of candidate lists. */
  record CandidatesConfig(String file, @Nullable String sha256, CandidateFile.Layout layout) {
    CandidatesConfig {
      required(file, "candidates.file");
      required(layout, "candidates.layout");
    }
  }

  private static void checkReferences(
      Map<String, SplitConfig> splits,
      Set<String> unlabelled,
      Map<String, TeacherConfig> teachers,
      Map<String, CandidatesConfig> candidates,
      Set<String> knowledge,
      Map<String, StudentConfig> students,
      List<SystemConfig> systems) {
    for (SplitConfig split : splits.values()) {
      if (split.only() != null) {
        known("splits.only", "teachers", teachers.keySet()).accept(split.only());
      }
      if (split.except() != null) {
        known("splits.except", "teachers", teachers.keySet()).accept(split.except());
      }
    }
    Set<String> before = new LinkedHashSet<>();
    students.forEach(
        (name, student) -> {
          if (student instanceof StudentConfig.Trained trained) {
            known("students." + name + ".teach", "teachers", teachers.keySet())
                .accept(trained.teach());
            if (trained.knowledge() != null) {
              trained
                  .knowledge()
                  .of()
                  .forEach(known("students." + name + ".knowledge.of", "knowledge", knowledge));
            }
            if (trained instanceof StudentConfig.OfEncoder taught) {
              NoiseConfig noise = taught.noise();
              PseudoLabelConfig pseudo = taught.pseudoLabels();
              if (noise != null) {
                noise.requireIn(name, students);
              }
              if (pseudo != null) {
                known(
                        "students." + name + ".pseudo-labels.mentions",
                        "splits and mentions",
                        unlabelled)
                    .accept(pseudo.mentions());
                pseudo.requireIn(name, students, before);
              }
            }
          } else if (student instanceof StudentConfig.Soup soup) {
            check(
                students.get(soup.of()) instanceof StudentConfig.OfEncoder,
                "students."
                    + name
                    + ".of: '"
                    + soup.of()
                    + "' is not a student that is trained from an encoder");
          }
          if (student.baseStudent() != null) {
            known("students." + name + ".base", "students that stand before it", before)
                .accept(student.baseStudent());
          }
          before.add(name);
        });
    Set<String> retrievers = new TreeSet<>();
    for (SystemConfig system : systems) {
      String at = "systems." + system.name();
      system
          .namedStudents()
          .forEach(
              (key, named) -> named.forEach(known(at + "." + key, "students", students.keySet())));
      system
          .namedTeachers()
          .forEach(
              (key, named) -> known(at + "." + key, "teachers", teachers.keySet()).accept(named));
      Set<String> sources = new TreeSet<>(candidates.keySet());
      sources.addAll(retrievers);
      if (system instanceof SystemConfig.Reranking ranking) {
        known(at + ".on", "candidates and retrievers that stand before it", sources)
            .accept(ranking.on());
      }
      if (system instanceof SystemConfig.ByStudents fitted && fitted.fitOn() != null) {
        known(at + ".fit-on", "candidates and retrievers that stand before it", sources)
            .accept(fitted.fitOn());
      }
      if (system instanceof SystemConfig.Hybrid hybrid) {
        hybrid.of().forEach(known(at + ".of", "retrievers that stand before it", retrievers));
      }
      if (system instanceof SystemConfig.Retrieving) {
        retrievers.add(system.name());
      }
    }
  }

  /** The splits that something is fitted on, by the key that says so. */
  Map<String, String> fits() {
    return fits(systems);
  }

  private static Map<String, String> fits(List<SystemConfig> systems) {
    Map<String, String> fits = new LinkedHashMap<>();
    for (SystemConfig system : systems) {
      system
          .fits()
          .forEach((key, split) -> fits.put("systems." + system.name() + "." + key, split));
    }
    return fits;
  }

  /** What is scored must not have been fitted on. */
  private static void checkFit(String at, String split, Set<String> splits, List<String> evaluate) {
    known(at, "splits", splits).accept(split);
    Set<String> others = new LinkedHashSet<>(splits);
    evaluate.forEach(others::remove);
    check(
        !evaluate.contains(split),
        at
            + ": '"
            + split
            + "' is scored (evaluate: "
            + evaluate
            + "), and what is fitted on the rows that it is scored on flatters itself; fit on a"
            + " split that is not scored"
            + (others.isEmpty() ? ", of which there is none" : ", such as one of " + others));
  }

  static Consumer<String> known(String at, String what, Set<String> names) {
    return name ->
        check(
            names.contains(name),
            at + ": '" + name + "' is not one of the " + what + ", which are " + names);
  }

  static void required(@Nullable Object value, String key) {
    check(value != null, key + " is missing");
  }

  static void check(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  private static <T> Map<String, T> orEmpty(@Nullable Map<String, T> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(map);
  }
}
