package dev.rpdr.cli.teach;

import dev.rpdr.CandidateList;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Retriever;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.teacher.OutcomeCounter;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.Estimate;
import dev.rpdr.teacher.journal.FileJournal;
import dev.rpdr.teacher.journal.JournalScope;
import dev.rpdr.teacher.journal.JournalSummary;
import dev.rpdr.teacher.journal.RecordedTeacher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a teacher about mentions and keeps its answers in a journal. Not thread-safe. */
public final class TeachRun {
  private static final int BATCH = 256;

  private final KnowledgeBase knowledgeBase;
  private final Teaching teaching;
  private final CostMeter meter;
  private final List<Mention> mentions;
  private final List<CandidateList> requests;
  private final @Nullable Path journal;
  private final List<CandidateList> missing = new ArrayList<>();
  private final List<TeacherAnswer> kept = new ArrayList<>();
  private int without;

  /**
   * Retrieves candidates and sees which answers there are. Nothing is asked.
   *
   * @param mentions equal ones are asked about once
   * @param journal the journal, which need not exist; null to go without
   * @throws NonRetriableException if the journal is another run's
   */
  public TeachRun(
      KnowledgeBase knowledgeBase,
      Teaching teaching,
      CostMeter meter,
      List<Mention> mentions,
      Candidates candidates,
      @Nullable Path journal) {
    this.knowledgeBase = knowledgeBase;
    this.teaching = teaching;
    this.meter = meter;
    this.mentions = List.copyOf(mentions);
    this.requests = candidates.of(distinct(mentions));
    this.journal = journal;
    sort();
  }

  /**
   * What finds candidates.
   *
   * @param retriever the retriever
   * @param k how many
   * @param progress hears of it
   */
  public record Candidates(Retriever retriever, int k, ProgressListener progress) {
    List<CandidateList> of(List<Mention> mentions) {
      List<CandidateList> all = new ArrayList<>(mentions.size());
      for (int from = 0; from < mentions.size(); from += BATCH) {
        List<Mention> batch = mentions.subList(from, Math.min(mentions.size(), from + BATCH));
        all.addAll(retriever.retrieveAll(batch, k));
        progress.onProgress("retrieve", all.size(), mentions.size(), "");
      }
      return all;
    }
  }

  /** How many mentions are answered in the journal. */
  public int answeredBefore() {
    return kept.size();
  }

  /** How many rankings the model has to give for the rest: one a mention, or its votes. */
  public int toBeAsked() {
    return teaching.rankings(missing);
  }

  /** What asking for the rest is expected to cost. */
  public Estimate estimate() {
    return teaching.estimate(missing, meter.prices());
  }

  /** What would be asked, for people. */
  public List<String> plan() {
    List<String> lines = new ArrayList<>();
    lines.add(
        mentions.size()
            + " mentions, "
            + requests.size()
            + " different ones, "
            + kept.size()
            + " answered before, "
            + missing.size()
            + " to be asked"
            + (without == 0 ? "" : ", " + without + " without candidates"));
    Estimate estimate = estimate();
    lines.add("estimate: " + estimate);
    if (estimate.cost() == null) {
      lines.add("The model has no price: give one with --price IN,OUT or --prices FILE.");
    }
    return lines;
  }

  /**
   * Asks for what is missing. Each answer is on disk before it counts.
   *
   * @return the answers, one for each different mention, in order
   */
  public List<TeacherAnswer> run(Path path) {
    try (FileJournal file = FileJournal.open(path)) {
      return file.journaling(teaching.teacher(), knowledgeBase).rankAll(requests);
    }
  }

  /** What has been spent and what came of it, for people. */
  public List<String> bill() {
    List<String> lines = new ArrayList<>();
    lines.add(Bills.requests(teaching.guard()) + "; " + kept.size() + " answers were there before");
    lines.add("asked now: " + teaching.outcomes());
    lines.addAll(Bills.spent(meter));
    return lines;
  }

  /** The outcomes of answers. */
  public static String outcomes(List<TeacherAnswer> answers) {
    OutcomeCounter counter = new OutcomeCounter();
    answers.forEach(answer -> counter.count(answer.ranking()));
    return counter.toString();
  }

  private void sort() {
    RecordedTeacher recorded = recorded();
    for (CandidateList request : requests) {
      if (request.size() == 0) {
        without++; // nothing to rank, nothing to pay
        continue;
      }
      TeacherAnswer answer = recorded == null ? null : recorded.find(request).orElse(null);
      if (answer == null) {
        missing.add(request);
      } else {
        kept.add(answer);
      }
    }
  }

  /** What the journal holds, which is put on the bill; null where there is no answer in it. */
  private @Nullable RecordedTeacher recorded() {
    if (journal == null || !Files.exists(journal)) {
      return null;
    }
    JournalSummary summary = JournalSummary.of(journal);
    List<String> differences =
        summary.header().scope().differences(JournalScope.of(teaching.teacher(), knowledgeBase));
    if (!differences.isEmpty()) {
      throw new NonRetriableException(
          "the journal "
              + journal
              + " belongs to another run: "
              + String.join("; ", differences)
              + "; take another file with --journal");
    }
    RecordedTeacher.readPaid(journal).forEach(answer -> meter.count(teaching.modelName(), answer));
    return summary.records() == 0 ? null : RecordedTeacher.read(journal);
  }

  /** Without ids, equal mentions get equal candidates, so one answer serves them all. */
  private static List<Mention> distinct(List<Mention> mentions) {
    Map<Mention, Mention> distinct = new LinkedHashMap<>();
    for (Mention mention : mentions) {
      distinct.putIfAbsent(new Mention(mention.text(), mention.context(), null), mention);
    }
    return List.copyOf(distinct.values());
  }
}
