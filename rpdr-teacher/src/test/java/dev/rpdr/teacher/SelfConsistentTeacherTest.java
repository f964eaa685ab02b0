package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.RpdrPipeline;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.TrainingSet;
import dev.rpdr.teacher.journal.FileJournal;
import dev.rpdr.teacher.journal.JournalCheck;
import dev.rpdr.teacher.journal.JournalExport;
import dev.rpdr.teacher.journal.JournalSummary;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.testkit.TeacherLlmContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfConsistentTeacherTest implements TeacherLlmContract {
  private static final int CANDIDATES = 10;

  @TempDir Path folder;
  private final List<CandidateList> asked = Collections.synchronizedList(new ArrayList<>());

  /**
   * Ranks by the number in the candidate's id, highest first, blurred by the place it is shown at.
   */
  private TeacherLlm biased(double weightOfThePlace) {
    return TeacherLlm.of(
        "model=biased template=t",
        request -> {
          asked.add(request);
          List<Integer> places =
              IntStream.range(0, request.size())
                  .boxed()
                  .sorted(
                      Comparator.comparingDouble(
                          place ->
                              weightOfThePlace * place
                                  - Integer.parseInt(request.entity(place).id())))
                  .toList();
          return Ranking.byPlaces(request, places, Outcome.ANSWERED);
        });
  }

  private static List<CandidateList> shuffled(int count) {
    Random random = new Random(7);
    List<CandidateList> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Entity> entities = new ArrayList<>();
      for (int id = 1; id <= CANDIDATES; id++) {
        entities.add(Entity.of(Integer.toString(id), "name " + id));
      }
      Collections.shuffle(entities, random);
      requests.add(CandidateList.of(Mention.of("mention " + i), entities));
    }
    return requests;
  }

  @Override
  public TeacherLlm teacher() {
    return SelfConsistentTeacher.builder(TeacherLlm.of("reverse", Reversed::of)).build();
  }

  private static double right(TeacherLlm teacher, List<CandidateList> requests) {
    return teacher.rankAll(requests).stream()
            .filter(answer -> answer.ranking().ids().get(0).equals("10"))
            .count()
        / (double) requests.size();
  }

  /** How far up the fused ranking the place in the request draws: 0 where it does not. */
  private static double pull(TeacherLlm teacher, List<CandidateList> requests) {
    double first = 0;
    double last = 0;
    for (TeacherAnswer answer : teacher.rankAll(requests)) {
      List<String> ids = answer.ranking().ids();
      first += ids.indexOf(answer.ranking().request().entity(0).id());
      last += ids.indexOf(answer.ranking().request().entity(CANDIDATES - 1).id());
    }
    return (last - first) / requests.size();
  }

  @Test
  void theBiasForThePlaceIsRemoved() {
    List<CandidateList> requests = shuffled(400);
    TeacherLlm biased = biased(0.7);
    TeacherLlm consistent = SelfConsistentTeacher.builder(biased).votes(15).build();

    assertThat(right(biased, requests)).isLessThan(0.55);
    assertThat(right(consistent, requests)).isGreaterThan(0.75);
    assertThat(pull(biased, requests)).isGreaterThan(3.5);
    assertThat(pull(consistent, requests)).isCloseTo(0, within(0.5));
    assertThat(
            pull(
                SelfConsistentTeacher.builder(biased).votes(15).fusion(RankFusion.RRF).build(),
                requests))
        .isCloseTo(0, within(0.5));
  }

  @Test
  void theSameSeedAsksTheSameOrdersAnotherOneOthers() {
    CandidateList request = shuffled(1).get(0);
    TeacherLlm base = biased(1);

    SelfConsistentTeacher.builder(base).seed(1).build().rank(request);
    List<CandidateList> first = List.copyOf(asked);
    asked.clear();
    SelfConsistentTeacher.builder(base).seed(1).build().rank(request);
    List<CandidateList> again = List.copyOf(asked);
    asked.clear();
    SelfConsistentTeacher.builder(base).seed(2).build().rank(request);

    assertThat(first).hasSize(5).doesNotHaveDuplicates().isEqualTo(again).isNotEqualTo(asked);
    for (CandidateList order : first) {
      assertThat(order.mention()).isEqualTo(request.mention());
      assertThat(order.candidates()).containsExactlyInAnyOrderElementsOf(request.candidates());
    }
  }

  @Test
  void theConfidenceIsTheShareOfVotesForTheWinner() {
    AtomicInteger calls = new AtomicInteger();
    TeacherLlm torn =
        TeacherLlm.of(
            "torn",
            request -> {
              String best = calls.getAndIncrement() % 5 < 4 ? "e1" : "e2";
              List<Integer> places = new ArrayList<>(List.of(0, 1, 2));
              places.sort(Comparator.comparing(place -> !request.entity(place).id().equals(best)));
              return Ranking.byPlaces(request, places, Outcome.ANSWERED);
            });

    Ranking ranking =
        SelfConsistentTeacher.builder(torn).build().rank(Requests.of("x", "a", "b", "c")).ranking();

    assertThat(ranking.ids().get(0)).isEqualTo("e1");
    assertThat(ranking.confidence()).isEqualTo(0.8);
    assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
    assertThat(teacher().rank(new CandidateList(Mention.of("x"), one())).ranking().confidence())
        .isEqualTo(1);
  }

  private static List<Candidate> one() {
    return List.of(new Candidate(Entity.of("1", "one"), 0));
  }

  @Test
  void votesWithoutRankingAreLeftOutAndCounted() {
    AtomicInteger calls = new AtomicInteger();
    CandidateList request = Requests.of("x", "a", "b", "c");
    TeacherLlm patchy =
        TeacherLlm.of(
            "patchy",
            shown ->
                switch (calls.getAndIncrement() % 5) {
                  case 0 -> Ranking.fellBack(shown, "empty answer");
                  case 1 -> Ranking.abstained(shown, "none fits");
                  case 2 -> byId(shown, new Outcome.Repaired("prose ignored"));
                  default -> byId(shown, Outcome.ANSWERED);
                });

    Ranking ranking = SelfConsistentTeacher.builder(patchy).build().rank(request).ranking();

    assertThat(ranking.ids()).containsExactly("e1", "e2", "e3");
    assertThat(ranking.outcome())
        .isEqualTo(new Outcome.Repaired("votes repaired: 1; votes without ranking: 2"));
    assertThat(ranking.confidence()).isEqualTo(0.6);
  }

  private static Ranking byId(CandidateList request, Outcome outcome) {
    List<Integer> places =
        IntStream.range(0, request.size())
            .boxed()
            .sorted(Comparator.comparing(place -> request.entity(place).id()))
            .toList();
    return Ranking.byPlaces(request, places, outcome);
  }

  @Test
  void withoutAnyUsableVoteItFallsBackAndWithMostAbstainingItAbstains() {
    CandidateList request = Requests.of("x", "a", "b", "c");

    Ranking fellBack =
        SelfConsistentTeacher.builder(TeacherLlm.of("f", r -> Ranking.fellBack(r, "empty")))
            .build()
            .rank(request)
            .ranking();
    Ranking abstained =
        SelfConsistentTeacher.builder(TeacherLlm.of("a", r -> Ranking.abstained(r, "none")))
            .build()
            .rank(request)
            .ranking();

    assertThat(fellBack.outcome()).isEqualTo(new Outcome.FellBack("none of 5 votes has a ranking"));
    assertThat(fellBack.ids()).containsExactly("e1", "e2", "e3");
    assertThat(abstained.outcome()).isEqualTo(new Outcome.Abstained("5 of 5 votes abstained"));
  }

  @Test
  void fusionsCountAsTheySay() {
    assertThat(IntStream.range(0, 4).mapToDouble(p -> RankFusion.BORDA.points(p, 2, 4)))
        .containsExactly(4.0, 3.0, 1.5, 1.5);
    assertThat(IntStream.range(0, 4).mapToDouble(p -> RankFusion.BORDA.points(p, 2, 4)).sum())
        .isEqualTo(IntStream.range(0, 4).mapToDouble(p -> RankFusion.BORDA.points(p, 4, 4)).sum());
    assertThat(IntStream.range(0, 3).mapToDouble(p -> RankFusion.RRF.points(p, 2, 3)))
        .containsExactly(1 / 61.0, 1 / 62.0, 0.0);
  }

  @Test
  void aVotersShortRankingsGiveAShortRanking() {
    TeacherLlm topTwo =
        TeacherLlm.of("two", r -> Ranking.byPlaces(r, placesOf(r, "e3", "e1"), Outcome.ANSWERED));

    assertThat(
            SelfConsistentTeacher.builder(topTwo)
                .build()
                .rank(Requests.of("x", "a", "b", "c", "d"))
                .ranking()
                .ids())
        .containsExactly("e3", "e1");
  }

  /** What a model saw of a request. */
  private record Shown(String mention, List<String> ids) {
    static Shown of(CandidateList request) {
      return new Shown(request.mention().text(), request.ids());
    }
  }

  private static List<Integer> placesOf(CandidateList request, String... ids) {
    return Stream.of(ids).map(id -> request.ids().indexOf(id)).toList();
  }

  @Test
  void aJournalKeepsEveryVoteAndARestartAsksForTheMissingOnes() {
    Path path = folder.resolve("journal.jsonl");
    AtomicInteger left = new AtomicInteger(7);
    TeacherLlm base = biased(1);
    TeacherLlm breaking =
        TeacherLlm.of(
            base.identity(),
            request -> {
              if (left.getAndDecrement() == 0) {
                throw new RetriableException("gone");
              }
              return base.rank(request).ranking();
            });
    List<CandidateList> requests = shuffled(3);
    KnowledgeBase knowledgeBase = KnowledgeBase.of(List.of(Entity.of("1", "name 1")));

    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling =
          journal.journaling(SelfConsistentTeacher.builder(breaking).build(), knowledgeBase);
      assertThatExceptionOfType(RetriableException.class)
          .isThrownBy(() -> journaling.rankAll(requests));
      assertThat(journal.size()).as("7 votes, and the first answer made of 5").isEqualTo(8);
    }
    assertThat(asked).hasSize(7);
    TrainingSet taught;
    try (FileJournal journal = FileJournal.open(path)) {
      RpdrPipeline pipeline =
          RpdrPipeline.builder(knowledgeBase)
              .retriever((mention, k) -> of(requests, mention))
              .teacher(SelfConsistentTeacher.builder(base).build())
              .build();
      taught = pipeline.teach(requests.stream().map(CandidateList::mention), journal);
      assertThat(asked).as("none twice").hasSize(15).doesNotHaveDuplicates();
      assertThat(pipeline.teach(requests.stream().map(CandidateList::mention), journal))
          .isEqualTo(taught);
      assertThat(asked).hasSize(15);
    }

    assertThat(taught.rankings())
        .allSatisfy(ranking -> assertThat(ranking.confidence()).isBetween(0.0, 1.0));
    JournalSummary summary = JournalSummary.of(path);
    assertThat(summary.records()).isEqualTo(3);
    assertThat(summary.parts()).isEqualTo(15);
    assertThat(JournalCheck.of(path).faults()).isEmpty();
    assertThat(Set.copyOf(RecordedTeacher.read(path).rankings()))
        .as("votes are no answers of their own")
        .hasSize(3)
        .allSatisfy(ranking -> assertThat(ranking.confidence()).isNotNull());
    assertThat(RecordedTeacher.readPaid(path))
        .as("what was paid for is the votes")
        .extracting(answer -> Shown.of(answer.ranking().request()))
        .containsExactlyInAnyOrderElementsOf(asked.stream().map(Shown::of).toList());
    assertThat(SelfConsistentTeacher.builder(base).build().asked(requests))
        .as("what is asked can be known before")
        .containsExactlyInAnyOrderElementsOf(asked);
    assertThat(JournalExport.toJsonLines(path, folder.resolve("out.jsonl"))).isEqualTo(3);
  }

  private static CandidateList of(List<CandidateList> requests, Mention mention) {
    return requests.stream()
        .filter(request -> request.mention().equals(mention))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aBaseThatAnswersSeveralAtOnceIsAskedSo() {
    Set<String> threads = Collections.synchronizedSet(new HashSet<>());
    ConcurrentTeacher base =
        new ConcurrentTeacher() {
          @Override
          public int concurrency() {
            return 4;
          }

          @Override
          public TeacherAnswer rank(CandidateList request) {
            threads.add(Thread.currentThread().getName() + Thread.currentThread().getId());
            return TeacherAnswer.of(byId(request, Outcome.ANSWERED));
          }

          @Override
          public String identity() {
            return "concurrent";
          }
        };
    SelfConsistentTeacher teacher = SelfConsistentTeacher.builder(base).votes(3).build();

    List<TeacherAnswer> answers = teacher.rankAll(shuffled(20));

    assertThat(teacher.concurrency()).isEqualTo(4);
    assertThat(threads).hasSizeGreaterThan(1);
    assertThat(answers).allSatisfy(a -> assertThat(a.ranking().ids().get(0)).isEqualTo("1"));
  }

  @Test
  void settingsAreCheckedAndPartOfTheIdentity() {
    TeacherLlm base = biased(1);

    assertThat(SelfConsistentTeacher.builder(base).votes(3).seed(9).build().identity())
        .isEqualTo("model=biased template=t votes=3 fusion=borda seed=9");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SelfConsistentTeacher.builder(base).votes(1))
        .withMessage("votes must be >= 2, not 1");
  }
}
