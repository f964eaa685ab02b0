package dev.rpdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RpdrPipelineTest {
  private static final KnowledgeBase KB =
      KnowledgeBase.of(
          List.of(Entity.of("1", "one"), Entity.of("2", "two"), Entity.of("3", "three")));

  private static final Retriever ALL_IN_ORDER =
      (mention, k) ->
          CandidateList.of(
              mention, IntStream.range(0, Math.min(k, KB.size())).mapToObj(KB::entity).toList());

  private static final TeacherJournal FORGETFUL = teacher -> teacher;

  private static Ranking reversed(CandidateList request) {
    List<Integer> places = new ArrayList<>();
    for (int i = request.size() - 1; i >= 0; i--) {
      places.add(i);
    }
    return Ranking.byPlaces(request, places, Outcome.ANSWERED);
  }

  /** A student that answers its last candidate first and remembers how it was used. */
  private static final class ReversingStudent implements StudentReranker {
    private final List<Integer> batches = new ArrayList<>();
    private int closed;

    @Override
    public Ranking rerank(CandidateList request) {
      return reversed(request);
    }

    @Override
    public List<Ranking> rerankAll(List<CandidateList> requests) {
      batches.add(requests.size());
      return StudentReranker.super.rerankAll(requests);
    }

    @Override
    public Provenance provenance() {
      return Provenance.none();
    }

    @Override
    public void close() {
      closed++;
    }
  }

  @Test
  void linking_retrieves_k_candidates_and_lets_the_student_rank_them() {
    RpdrPipeline pipeline =
        RpdrPipeline.builder(KB)
            .retriever(ALL_IN_ORDER)
            .student(new ReversingStudent())
            .candidates(2)
            .build();

    assertThat(pipeline.link(Mention.of("deux")).ids()).containsExactly("2", "1");
  }

  @Test
  void many_mentions_go_through_lazily_in_batches_and_in_order() {
    ReversingStudent student = new ReversingStudent();
    RpdrPipeline pipeline =
        RpdrPipeline.builder(KB).retriever(ALL_IN_ORDER).student(student).batchSize(2).build();
    AtomicInteger drawn = new AtomicInteger();
    Stream<Mention> mentions =
        IntStream.range(0, 5)
            .mapToObj(i -> Mention.of("m" + i))
            .peek(mention -> drawn.incrementAndGet());

    Stream<Ranking> rankings = pipeline.linkAll(mentions);

    assertThat(drawn).hasValue(0);
    assertThat(rankings.map(ranking -> ranking.mention().text()))
        .containsExactly("m0", "m1", "m2", "m3", "m4");
    assertThat(student.batches).containsExactly(2, 2, 1);
  }

  @Test
  void closing_the_stream_closes_the_mentions() {
    AtomicInteger closed = new AtomicInteger();
    RpdrPipeline pipeline =
        RpdrPipeline.builder(KB).retriever(ALL_IN_ORDER).student(new ReversingStudent()).build();

    try (Stream<Ranking> rankings =
        pipeline.linkAll(Stream.of(Mention.of("m")).onClose(closed::incrementAndGet))) {
      assertThat(rankings.count()).isEqualTo(1);
    }

    assertThat(closed).hasValue(1);
  }

  @Test
  void teaching_yields_the_teachers_rankings_with_their_provenance() {
    TeacherLlm teacher = TeacherLlm.of("backwards/1", RpdrPipelineTest::reversed);
    RpdrPipeline pipeline =
        RpdrPipeline.builder(KB).retriever(ALL_IN_ORDER).teacher(teacher).build();

    TrainingSet set = pipeline.teach(Stream.of(Mention.of("a"), Mention.of("b")), FORGETFUL);

    assertThat(set.rankings())
        .hasSize(2)
        .allSatisfy(ranking -> assertThat(ranking.ids()).containsExactly("3", "2", "1"));
    assertThat(set.provenance().facts())
        .containsEntry("teacher", "backwards/1")
        .containsEntry("knowledge-base.sha256", KB.fingerprint())
        .containsEntry("candidates", "10");
  }

  @Test
  void teaching_asks_through_the_journal() {
    TeacherLlm paid =
        TeacherLlm.of(
            "paid",
            request -> {
              throw new NonRetriableException("must not be asked");
            });
    TeacherJournal complete =
        teacher -> TeacherLlm.of(teacher.identity(), RpdrPipelineTest::reversed);

    TrainingSet set =
        RpdrPipeline.builder(KB)
            .retriever(ALL_IN_ORDER)
            .teacher(paid)
            .build()
            .teach(Stream.of(Mention.of("a")), complete);

    assertThat(set.size()).isEqualTo(1);
  }

  @Test
  void the_journal_is_told_the_knowledge_base() {
    List<KnowledgeBase> told = new ArrayList<>();
    TeacherJournal journal =
        new TeacherJournal() {
          @Override
          public TeacherLlm journaling(TeacherLlm teacher) {
            return teacher;
          }

          @Override
          public TeacherLlm journaling(TeacherLlm teacher, KnowledgeBase knowledgeBase) {
            told.add(knowledgeBase);
            return teacher;
          }
        };

    RpdrPipeline.builder(KB)
        .retriever(ALL_IN_ORDER)
        .teacher(TeacherLlm.of("t", RpdrPipelineTest::reversed))
        .build()
        .teach(Stream.of(Mention.of("a")), journal);

    assertThat(told).containsExactly(KB);
  }

  @Test
  void a_distilled_pipeline_owns_its_student_and_one_that_was_handed_in_stays_open() {
    ReversingStudent trained = new ReversingStudent();
    ReversingStudent handedIn = new ReversingStudent();
    RpdrPipeline pipeline =
        RpdrPipeline.builder(KB)
            .retriever(ALL_IN_ORDER)
            .trainer((set, folder, progress) -> trained)
            .student(handedIn)
            .build();
    TrainingSet set = TrainingSet.of(List.of(reversed(pipeline.retrieve(Mention.of("a")))), "t");

    try (RpdrPipeline distilled = pipeline.distill(set, Path.of("unused"))) {
      assertThat(distilled.link(Mention.of("a")).best()).contains(KB.entity(2));
    }
    pipeline.close();

    assertThat(trained.closed).isEqualTo(1);
    assertThat(handedIn.closed).isZero();
  }

  @Test
  void evaluating_links_every_mention_of_the_dataset() {
    Evaluator counting =
        new Evaluator() {
          @Override
          public Evaluation.Judgement judge(LabelledMention labelled, Ranking ranking) {
            return new Evaluation.Judgement(
                labelled,
                ranking,
                1 + ranking.ids().indexOf(labelled.gold().ids().iterator().next()),
                true);
          }

          @Override
          public Evaluation evaluate(Dataset dataset, List<Ranking> rankings) {
            List<Evaluation.Judgement> judgements =
                IntStream.range(0, dataset.size())
                    .mapToObj(i -> judge(dataset.mentions().get(i), rankings.get(i)))
                    .toList();
            return new Evaluation(
                new Evaluation.Slice("all", dataset.size(), new TreeMap<>(), 1),
                List.of(),
                judgements);
          }
        };
    RpdrPipeline pipeline =
        RpdrPipeline.builder(KB)
            .retriever(ALL_IN_ORDER)
            .student(new ReversingStudent())
            .evaluator(counting)
            .build();

    Evaluation evaluation =
        pipeline.evaluate(
            new Dataset(
                "test", List.of(LabelledMention.of("drei", "3"), LabelledMention.of("eins", "1"))));

    assertThat(evaluation.judgements())
        .extracting(Evaluation.Judgement::rank)
        .containsExactly(1, 3);
  }

  @Test
  void a_missing_part_is_named_with_the_method_that_supplies_it() {
    RpdrPipeline bare = RpdrPipeline.builder(KB).retriever(ALL_IN_ORDER).build();
    TrainingSet set = new TrainingSet(List.of(), Provenance.none());

    assertThatThrownBy(() -> RpdrPipeline.builder(KB).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("retriever(Retriever)");
    assertThatThrownBy(() -> bare.link(Mention.of("a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("link needs a student")
        .hasMessageContaining("student(StudentReranker)");
    assertThatThrownBy(() -> bare.linkAll(Stream.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("student(StudentReranker)");
    assertThatThrownBy(() -> bare.teach(Stream.of(), FORGETFUL))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("teacher(TeacherLlm)");
    assertThatThrownBy(() -> bare.distill(set, Path.of("x")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("trainer(StudentTrainer)");
    assertThatThrownBy(() -> bare.evaluate(new Dataset("d", List.of())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("evaluator(Evaluator)");
  }

  @Test
  void sizes_below_one_are_refused() {
    assertThatThrownBy(() -> RpdrPipeline.builder(KB).candidates(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("candidates must be >= 1, not 0");
    assertThatThrownBy(() -> RpdrPipeline.builder(KB).batchSize(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batchSize must be >= 1, not -1");
  }
}
