package dev.rpdr.cli.experiment;

import dev.rpdr.DataFormatException;
import dev.rpdr.Dataset;
import dev.rpdr.Fingerprint;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.Retriever;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.SynonymRankings;
import dev.rpdr.io.Column;
import dev.rpdr.io.DatasetReader;
import dev.rpdr.io.DictionaryReader;
import dev.rpdr.io.KnowledgeBaseReader;
import dev.rpdr.io.MentionReader;
import dev.rpdr.io.OboReader;
import dev.rpdr.io.TableFormat;
import dev.rpdr.retriever.TfIdfRetriever;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.teacher.journal.TextlessRecord;
import dev.rpdr.teacher.journal.WrittenMentions;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an experiment reads, each file once, each hash checked. Not thread-safe. */
final class ExperimentData {
  private static final String BESIDE = "./";

  private final ExperimentConfig config;
  private final Path folder;
  private final Path beside;
  private final Map<String, String> hashes = new TreeMap<>();
  private final Map<String, RecordedTeacher> teachers = new HashMap<>();
  private final Map<String, CandidateFile> candidates = new HashMap<>();
  private final Map<String, Dataset> splits = new HashMap<>();
  private final Map<String, KnowledgeBase> knowledge = new TreeMap<>();
  private final KnowledgeBase knowledgeBase;

  /**
   * Reads all files.
   *
   * @param folder what their names are relative to
   * @param beside what names that begin with ./ are relative to
   */
  ExperimentData(ExperimentConfig config, Path folder, Path beside) {
    this.config = config;
    this.folder = folder;
    this.beside = beside;
    knowledgeBase = readKnowledgeBase(config.knowledgeBase());
    config.splits().keySet().forEach(this::split);
    config.fits().forEach(this::requireUnscored);
    config.teachers().keySet().forEach(this::teacher);
    config.candidates().keySet().forEach(this::candidates);
    config.knowledge().forEach((name, terms) -> knowledge.put(name, readKnowledgeBase(terms)));
  }

  KnowledgeBase knowledgeBase() {
    return knowledgeBase;
  }

  /** The SHA-256 of every file that was read, by its name. */
  Map<String, String> hashes() {
    return hashes;
  }

  Dataset split(String name) {
    return splits.computeIfAbsent(name, this::readSplit);
  }

  RecordedTeacher teacher(String name) {
    RecordedTeacher known = teachers.get(name);
    if (known == null) {
      known = readTeacher(get(config.teachers(), name));
      teachers.put(name, known);
    }
    return known;
  }

  private RecordedTeacher readTeacher(TeacherConfig teacher) {
    if (teacher.file() == null) {
      return teacher.turns().stream()
          .map(this::teacher)
          .reduce(RecordedTeacher::updatedBy)
          .orElseThrow();
    }
    Path file = file(teacher.file(), teacher.sha256());
    if (teacher.mentions().isEmpty()) {
      return RecordedTeacher.read(file);
    }
    List<Mention> mentions =
        teacher.mentions().stream().flatMap(name -> mentions(name).stream()).toList();
    return TextlessRecord.read(file, knowledgeBase, mentions);
  }

  private List<Mention> mentions(String name) {
    ExperimentConfig.MentionsConfig mentions = get(config.mentions(), name);
    Path file = file(mentions.file(), mentions.sha256());
    if (mentions.format().equals(ExperimentConfig.MentionsConfig.LINES)) {
      return MentionReader.readLines(
          file,
          mentions.charset() == null
              ? StandardCharsets.UTF_8
              : Charset.forName(mentions.charset()));
    }
    return MentionReader.of(
            format(mentions.format(), mentions.charset(), mentions.header()),
            Column.parse(Objects.requireNonNull(mentions.mention())))
        .read(file);
  }

  /** What a student learns from: a teacher's rankings and, where it says so, open synonyms. */
  TrainingSet trainingSet(StudentConfig.Trained student, long seed) {
    return withKnowledge(student, rankings(student), seed);
  }

  /** The rankings of a student's teacher. */
  TrainingSet rankings(StudentConfig.Trained student) {
    return rankings(student.teach());
  }

  /** The rankings that are learnt from a teacher, as many as are to be. */
  TrainingSet rankings(String teacher) {
    return TrainingSet.of(taken(teacher), teacher(teacher).identity());
  }

  private List<Ranking> taken(String name) {
    List<Ranking> rankings = teacher(name).rankings();
    Integer take = get(config.teachers(), name).take();
    if (take == null) {
      return rankings;
    }
    if (take > rankings.size()) {
      throw new DataFormatException(
          "teachers.%s.take is %d, but its file holds %d rankings"
              .formatted(name, take, rankings.size()));
    }
    return rankings.subList(0, take);
  }

  /** Rankings and the open synonyms that a student learns, if any. */
  TrainingSet withKnowledge(StudentConfig.Trained student, TrainingSet rankings, long seed) {
    KnowledgeConfig learnt = student.knowledge();
    if (learnt == null) {
      return rankings;
    }
    List<KnowledgeBase> terminologies =
        learnt.of().stream().map(name -> get(knowledge, name)).toList();
    SynonymRankings synonyms = SynonymRankings.link(knowledgeBase, terminologies);
    Retriever retriever =
        TfIdfRetriever.build(
            knowledgeBase,
            LexicalConfig.analysis("students.knowledge", learnt.analysis(), null, null, false));
    return rankings.and(
        "synonyms",
        synonyms.rankings(retriever, learnt.candidates(), learnt.mostPerEntity(), seed));
  }

  /**
   * Different mentions that a teacher did not rank.
   *
   * @param source a split, or a file of mentions
   */
  List<Mention> mentionsWithout(String source, String teacher) {
    List<Mention> mentions =
        config.splits().containsKey(source) ? split(source).unlabelled() : mentions(source);
    Set<String> known =
        taken(teacher).stream()
            .map(ranking -> key(ranking.mention().text()))
            .collect(Collectors.toCollection(HashSet::new));
    List<Mention> others =
        mentions.stream().filter(mention -> known.add(key(mention.text()))).toList();
    if (others.isEmpty()) {
      throw new DataFormatException(
          "students.pseudo-labels.mentions: the teacher '"
              + teacher
              + "' ranked all mentions of '"
              + source
              + "' already");
    }
    return others;
  }

  /** The folder that files are named relative to. */
  Path folder() {
    return folder;
  }

  boolean hasCandidates(String name) {
    return config.candidates().containsKey(name);
  }

  CandidateFile candidates(String name) {
    return candidates.computeIfAbsent(
        name,
        key -> {
          ExperimentConfig.CandidatesConfig file = get(config.candidates(), key);
          return CandidateFile.read(file(file.file(), file.sha256()), file.layout(), knowledgeBase);
        });
  }

  /** The mentions that count as seen, or null where none are named. */
  @Nullable Set<String> seenTexts() {
    if (config.seen().isEmpty()) {
      return null;
    }
    return config.seen().stream()
        .flatMap(this::texts)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Stream<String> texts(String source) {
    Stream<Mention> mentions =
        config.splits().containsKey(source)
            ? split(source).unlabelled().stream()
            : teacher(source).rankings().stream().map(Ranking::mention);
    return mentions.map(Mention::text);
  }

  /** What is fitted on must not be scored, under another name either. */
  private void requireUnscored(String at, String fitted) {
    for (String scored : config.evaluate()) {
      if (split(scored).fingerprint().equals(split(fitted).fingerprint())) {
        throw new DataFormatException(
            at + ": '" + fitted + "' holds the same rows as '" + scored + "', which is scored");
      }
    }
  }

  private Dataset readSplit(String name) {
    ExperimentConfig.SplitConfig split = get(config.splits(), name);
    DatasetReader.Builder reader =
        DatasetReader.builder(
            format(split.format(), split.charset(), split.header()),
            Column.parse(split.mention()),
            Column.parse(split.gold()));
    if (split.alternatives() != null) {
      reader.alternatives(split.alternatives());
    }
    if (split.composite() != null) {
      reader.composite(split.composite());
    }
    if (split.where() != null) {
      split.where().forEach((column, value) -> reader.where(Column.parse(column), value));
    }
    Dataset all = reader.build().read(name, file(split.file(), split.sha256()));
    List<LabelledMention> kept =
        all.mentions().stream()
            .filter(recordedIn(split.only(), true))
            .filter(recordedIn(split.except(), false))
            .filter(row -> !split.oneTarget() || row.gold().parts().size() == 1)
            .toList();
    if (kept.isEmpty()) {
      throw new DataFormatException(
          "splits."
              + name
              + ": none of its "
              + all.size()
              + " rows is left (only: "
              + split.only()
              + ", except: "
              + split.except()
              + ", one-target: "
              + split.oneTarget()
              + ")");
    }
    return new Dataset(name, kept);
  }

  /** Whether a row's mention is, or is not, in a teacher record; true where there is no record. */
  private Predicate<LabelledMention> recordedIn(@Nullable String teacher, boolean wanted) {
    if (teacher == null) {
      return row -> true;
    }
    Set<String> recorded =
        teacher(teacher).rankings().stream()
            .map(ranking -> key(ranking.mention().text()))
            .collect(Collectors.toSet());
    return row -> recorded.contains(key(row.mention().text())) == wanted;
  }

  private KnowledgeBase readKnowledgeBase(ExperimentConfig.KnowledgeBaseConfig kb) {
    Path file = file(kb.file(), kb.sha256());
    return switch (kb.format()) {
      case ExperimentConfig.OBO -> OboReader.read(file);
      case ExperimentConfig.DICTIONARY -> DictionaryReader.read(file);
      case ExperimentConfig.WRITTEN -> WrittenMentions.read(file);
      default -> readTable(kb, file);
    };
  }

  private static KnowledgeBase readTable(ExperimentConfig.KnowledgeBaseConfig kb, Path file) {
    KnowledgeBaseReader.Builder reader =
        KnowledgeBaseReader.builder(
            format(kb.format(), kb.charset(), kb.header()),
            Column.parse(Objects.requireNonNull(kb.id())),
            Column.parse(Objects.requireNonNull(kb.name())));
    if (kb.synonyms() != null) {
      reader.synonyms(Column.parse(kb.synonyms()), kb.synonymSeparator());
    }
    if (kb.semanticType() != null) {
      reader.semanticType(Column.parse(kb.semanticType()));
    }
    if (kb.mergeRepeatedIds()) {
      reader.mergeRepeatedIds();
    }
    return reader.build().read(file);
  }

  private Path file(String name, @Nullable String sha256) {
    Path file = (name.startsWith(BESIDE) ? beside : folder).resolve(name).normalize();
    if (!Files.isRegularFile(file)) {
      throw new DataFormatException(
          "there is no file "
              + file
              + "; files are looked for under the folder given by --data, and those that begin with "
              + BESIDE
              + " beside the experiment's file");
    }
    String actual = Fingerprint.ofFile(file);
    if (sha256 != null && !sha256.equals(actual)) {
      throw new DataFormatException(
          file
              + " is not the file of this experiment: its SHA-256 is "
              + actual
              + ", not "
              + sha256);
    }
    hashes.put(name, actual);
    return file;
  }

  private static TableFormat format(
      String syntax, @Nullable String charset, @Nullable Boolean header) {
    TableFormat format = TableFormat.of(syntax);
    format = charset == null ? format : format.withCharset(charset);
    return header == null ? format : format.withHeader(header);
  }

  private static String key(String text) {
    return text.trim().toLowerCase(Locale.ROOT);
  }

  private static <T> T get(Map<String, T> map, String name) {
    T value = map.get(name);
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' is not one of " + map.keySet());
    }
    return value;
  }
}
