package dev.rpdr.retriever.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.Entity;
import dev.rpdr.Gold;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextTokenizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Examples and what becomes of them in a batch. */
class ContrastiveBatchTest {
  private static final Entity NECK_A = Entity.of("1", "Neck pain");
  private static final Entity NECK_B = Entity.of("2", "neck pain");
  private static final Entity HEART = Entity.of("3", "heart attack");
  private static final Entity FEVER = Entity.of("4", "fever");
  private static final Entity COUGH = Entity.of("5", "cough");

  private TextTokenizer tokenizer;
  private TokenTable table;

  @BeforeEach
  void open() {
    tokenizer = TextTokenizer.open(ModelFiles.maven("all-minilm-l6-v2"), 32);
    table = new TokenTable(tokenizer);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void textsOfTheSameTokensAreOne() {
    assertThat(table.number("Neck pain")).isEqualTo(table.number("neck  PAIN"));
    assertThat(table.number("neck pains")).isNotEqualTo(table.number("neck pain"));
  }

  @Test
  void firstAndSecondPlaceShareTheTargetAndAllNamesOfTheBatchCompete() {
    Examples examples =
        of(
            .3,
            ranking("sore neck", List.of(HEART, FEVER, COUGH), 1, 0, 2),
            ranking("hot", List.of(FEVER, NECK_A, COUGH), 0, 1, 2));
    ContrastiveBatch batch = batch(examples, 8);

    assertThat(weight(batch, "sore neck", "fever")).isCloseTo(1 / 1.3, within(1e-6));
    assertThat(weight(batch, "sore neck", "heart attack")).isCloseTo(.3 / 1.3, within(1e-6));
    assertThat(weight(batch, "sore neck", "cough")).isZero();
    assertThat(takesPart(batch, "sore neck", "cough")).isTrue();
    assertThat(takesPart(batch, "hot", "heart attack")).as("a name of another example").isTrue();
    assertThat(takesPart(batch, "sore neck", "hot")).as("a mention is no candidate").isFalse();
    assertThat(takesPart(batch, "sore neck", "sore neck")).isFalse();
    assertThat(sum(batch.target())).isCloseTo(2, within(1e-6));
  }

  @Test
  void aRankingWithoutAWrongCandidateTeachesNothing() {
    Examples examples =
        of(
            .3,
            ranking("hot", List.of(FEVER, COUGH), 0, 1),
            ranking("stiff neck", List.of(NECK_A, NECK_B), 0),
            ranking("cold", List.of(FEVER, COUGH, HEART), 0, 1));

    assertThat(examples.skipped()).isEqualTo(2);
    assertThat(examples.all()).hasSize(1);
  }

  @Test
  void entitiesOfEqualNameAreOneTargetAndNeverNegatives() {
    Examples examples = of(.3, ranking("stiff neck", List.of(NECK_A, NECK_B, FEVER), 0, 1, 2));
    ContrastiveBatch batch = batch(examples, 8);
    assertThat(weight(batch, "stiff neck", "neck pain")).isCloseTo(1, within(1e-6));

    Examples apart = of(0, ranking("stiff neck", List.of(NECK_A, FEVER, NECK_B), 0, 1, 2));
    assertThat(apart.all().get(0).others()).as("only fever is wrong").hasSize(1);
  }

  @Test
  void otherNamesOfWhatIsRightAreLeftOut() {
    Entity many = Entity.of("9", "myocardial infarction", "MI", "heart infarct");
    Examples examples =
        of(
            0,
            ranking("heart thing", List.of(many, FEVER), 0, 1),
            ranking("burning", List.of(FEVER, many), 0, 1));
    for (int seed = 0; seed < 20; seed++) {
      ContrastiveBatch batch =
          ContrastiveBatch.of(examples.all(), 8, List.of(), 0, table, tokenizer, new Random(seed));
      int row = place(batch, "heart thing");
      int parts = 0;
      for (String name : many.names()) {
        int column = batch.texts().numbers().indexOf(table.number(name));
        parts += column >= 0 && takesPart(batch, row, column) ? 1 : 0;
      }
      assertThat(parts).as("names of the target in its softmax").isEqualTo(1);
    }
  }

  @Test
  void onlyAsManyCandidatesAsAskedForGoIn() {
    Examples examples =
        of(
            .3,
            ranking(
                "x", List.of(HEART, FEVER, COUGH, NECK_A, Entity.of("6", "rash")), 0, 1, 2, 3, 4));

    assertThat(batch(examples, 3).texts().numbers()).hasSize(1 + 3);
    assertThat(batch(examples, 99).texts().numbers()).hasSize(1 + 5);
  }

  @Test
  void halfOfTheWrongOnesAreTheHardestAndTheOthersChange() {
    List<Entity> entities = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      entities.add(Entity.of("%02d".formatted(i), "name " + i));
    }
    Examples examples = of(0, ranking("x", entities, 11, 5, 7, 3, 1));
    Set<Integer> everDrawn = new HashSet<>();
    for (int seed = 0; seed < 30; seed++) {
      ContrastiveBatch batch =
          ContrastiveBatch.of(examples.all(), 5, List.of(), 0, table, tokenizer, new Random(seed));
      assertThat(batch.texts().numbers())
          .hasSize(1 + 5)
          .contains(table.number("name 11"), table.number("name 5"), table.number("name 7"));
      everDrawn.addAll(batch.texts().numbers());
    }
    assertThat(everDrawn).as("mention and all names").hasSize(1 + 12);
  }

  @Test
  void aWeightMultipliesTheTarget() {
    Ranking hot = ranking("hot", List.of(FEVER, COUGH, HEART), 0, 1, 2);
    Ranking cold = ranking("cold", List.of(COUGH, FEVER, HEART), 0, 1, 2);
    TrainingSet set =
        TrainingSet.ofExamples(
            List.of(TrainingExample.of(hot).withWeight(.25), TrainingExample.of(cold)), "test");

    ContrastiveBatch batch = batch(Examples.of(set, "", .3, table), 8);

    assertThat(weight(batch, "hot", "fever")).isCloseTo(.25 / 1.3, within(1e-6));
    assertThat(weight(batch, "hot", "cough")).isCloseTo(.25 * .3 / 1.3, within(1e-6));
    assertThat(weight(batch, "cold", "cough")).isCloseTo(1 / 1.3, within(1e-6));
    assertThat(batch.examples()).isEqualTo(2);
  }

  @Test
  void aSoftExampleHasItsProbabilitiesAsTargets() {
    CandidateList request =
        CandidateList.of(Mention.of("hot"), List.of(HEART, FEVER, COUGH, NECK_A));
    TrainingExample votes = TrainingExample.soft(request, new double[] {.2, .7, .096, .004});
    TrainingSet set = TrainingSet.ofExamples(List.of(votes), "votes");

    Examples examples = Examples.of(set, "", .3, table);
    ContrastiveBatch batch = batch(examples, 8);

    assertThat(weight(batch, "hot", "fever")).isCloseTo(.7 / .996, within(1e-6));
    assertThat(weight(batch, "hot", "heart attack")).isCloseTo(.2 / .996, within(1e-6));
    assertThat(weight(batch, "hot", "cough")).isCloseTo(.096 / .996, within(1e-6));
    assertThat(examples.all().get(0).others())
        .as("beyond what holds .99")
        .extracting(choice -> choice.names()[0])
        .containsExactly(table.number("neck pain"));
  }

  @Test
  void aSoftExampleWithoutAWrongCandidateStillTeaches() {
    CandidateList request = CandidateList.of(Mention.of("hot"), List.of(HEART, FEVER));
    TrainingSet open =
        TrainingSet.ofExamples(
            List.of(TrainingExample.soft(request, new double[] {.5, .5})), "votes");
    CandidateList single = CandidateList.of(Mention.of("hot"), List.of(FEVER));
    TrainingSet closed =
        TrainingSet.ofExamples(List.of(TrainingExample.soft(single, new double[] {1})), "votes");

    assertThat(Examples.of(open, "", .3, table).skipped()).isZero();
    assertThat(Examples.of(closed, "", .3, table).skipped()).isEqualTo(1);
  }

  @Test
  void smoothingSpreadsAShareOverTheExamplesOwnEntities() {
    Examples examples =
        of(
            0,
            ranking("hot", List.of(FEVER, COUGH, HEART), 0, 1, 2),
            ranking("stiff", List.of(NECK_A, NECK_B, HEART), 0, 2));

    ContrastiveBatch batch =
        ContrastiveBatch.of(examples.all(), 8, List.of(), .3, table, tokenizer, new Random(1));

    assertThat(weight(batch, "hot", "fever")).isCloseTo(.7 + .1, within(1e-6));
    assertThat(weight(batch, "hot", "cough")).isCloseTo(.1, within(1e-6));
    assertThat(weight(batch, "hot", "heart attack")).isCloseTo(.1, within(1e-6));
    assertThat(weight(batch, "hot", "neck pain")).as("another example's").isZero();
    assertThat(weight(batch, "stiff", "neck pain")).isCloseTo(.7 + .15, within(1e-6));
    assertThat(sum(batch.target())).isCloseTo(2, within(1e-6));
  }

  @Test
  void aMentionThatStandsTwiceSumsItsTargets() {
    Examples examples =
        of(
            0,
            ranking("hot", List.of(FEVER, COUGH, HEART), 0, 1, 2),
            ranking("hot", List.of(COUGH, FEVER, HEART), 0, 1, 2));
    ContrastiveBatch batch = batch(examples, 8);

    assertThat(batch.examples()).isEqualTo(2);
    assertThat(weight(batch, "hot", "fever")).isCloseTo(1, within(1e-6));
    assertThat(weight(batch, "hot", "cough")).isCloseTo(1, within(1e-6));
    assertThat(takesPart(batch, "hot", "fever")).isTrue();
  }

  @Test
  void labelsTakeTheGoldAsTargetAndSpareItsAlternatives() {
    KnowledgeBase kb = KnowledgeBase.of(List.of(NECK_A, HEART, FEVER, COUGH));
    Dataset dataset =
        new Dataset(
            "train",
            List.of(
                new LabelledMention(Mention.of("MI"), Gold.of("3", "4")),
                new LabelledMention(Mention.of("?"), Gold.of("unknown")),
                new LabelledMention(
                    Mention.of("cough with fever"), new Gold(List.of(Set.of("5"), Set.of("4"))))));
    Examples examples =
        Examples.of(
            dataset,
            kb,
            (mention, k) -> CandidateList.of(mention, List.of(HEART, NECK_A, FEVER, COUGH)),
            "",
            table);

    assertThat(examples.skipped()).isEqualTo(1);
    assertThat(examples.all()).hasSize(2);
    Example single = examples.all().get(0);
    assertThat(single.targets()).hasSize(1);
    assertThat(single.others())
        .extracting(choice -> choice.names()[0])
        .containsExactly(table.number("neck pain"), table.number("cough"));
    assertThat(single.alsoRight())
        .containsExactly(table.number("heart attack"), table.number("fever"));
    assertThat(examples.all().get(1).targets())
        .extracting(Example.Choice::weight)
        .containsExactly(.5, .5);
  }

  private Examples of(double secondPlaceWeight, Ranking... rankings) {
    return Examples.of(TrainingSet.of(List.of(rankings), "test"), "", secondPlaceWeight, table);
  }

  private static Ranking ranking(String mention, List<Entity> entities, Integer... places) {
    return Ranking.byPlaces(
        CandidateList.of(Mention.of(mention), entities), List.of(places), Outcome.ANSWERED);
  }

  private ContrastiveBatch batch(Examples examples, int candidates) {
    return ContrastiveBatch.of(
        examples.all(), candidates, List.of(), 0, table, tokenizer, new Random(1));
  }

  private int place(ContrastiveBatch batch, String text) {
    return batch.texts().numbers().indexOf(table.number(text));
  }

  private double weight(ContrastiveBatch batch, String mention, String name) {
    int size = batch.texts().numbers().size();
    return batch.target()[place(batch, mention) * size + place(batch, name)];
  }

  private boolean takesPart(ContrastiveBatch batch, String mention, String name) {
    return takesPart(batch, place(batch, mention), place(batch, name));
  }

  private static boolean takesPart(ContrastiveBatch batch, int row, int column) {
    return batch.mask()[row * batch.texts().numbers().size() + column] == 0;
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }
}
