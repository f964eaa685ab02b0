package dev.rpdr.teacher.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.teacher.Requests;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankingParserTest {
  private static final CandidateList SICK = Requests.sick();
  private final RankingParser letters = new RankingParser(LabelStyle.LETTERS);
  private final RankingParser numbers = new RankingParser(LabelStyle.NUMBERS);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "B > A > C > E > D",
        "B>A>C>E>D",
        "  B > A > C > E > D.\n",
        "[B] > [A] > [C] > [E] > [D]",
        "B, A, C, E, D",
        "[B, A, C, E, D]",
        "(B), (A), (C), (E), (D)",
        "B、A、C、E、D",
        "Ｂ＞Ａ＞Ｃ＞Ｅ＞Ｄ",
        "Ｂ，Ａ，Ｃ；Ｅ；Ｄ。",
        "【B】→【A】→【C】→【E】→【D】",
        "B A C E D",
        "B\nA\nC\nE\nD",
        "1. B\n2. A\n3. C\n4. E\n5. D",
        "1) B\n2) A\n3) C\n4) E\n5) D",
        "1、B\n2、A\n3、C\n4、E\n5、D",
        "第1名：B\n第2名：A\n第3名：C\n第4名：E\n第5名：D",
        "Rank 1: B\nRank 2: A\nRank 3: C\nRank 4: E\nRank 5: D",
        "- B\n- A\n- C\n- E\n- D",
        "* **B**\n* **A**\n* **C**\n* **E**\n* **D**",
        "1. B. Vomiting\n2. A. Nausea\n3. C. Heartburn\n4. E. Chest pain\n5. D. Loss of appetite",
        "B (Vomiting) > A (Nausea) > C (Heartburn) > E (Chest pain) > D (Loss of appetite)",
        "B. Vomiting > A. Nausea > C. Heartburn > E. Chest pain > D. Loss of appetite",
        "B (0.9), A (0.8), C (0.7), E (0.2), D (0.1)",
        "| 1 | B | Vomiting |\n| 2 | A | Nausea |\n| 3 | C | x |\n| 4 | E | y |\n| 5 | D | z |",
        "[\"B\", \"A\", \"C\", \"E\", \"D\"]",
        "{\"ranking\": [\"B\", \"A\", \"C\", \"E\", \"D\"]}",
        "{\"reason\": \"A is broad\", \"ranking\": [\"B\", \"A\", \"C\", \"E\", \"D\"]}",
        "{\"ranking\": \"B > A > C > E > D\"}",
        "[{\"rank\": 1, \"label\": \"B\"}, {\"rank\": 2, \"label\": \"A\"}, {\"rank\": 3, \"label\":"
            + " \"C\"}, {\"rank\": 4, \"label\": \"E\"}, {\"rank\": 5, \"label\": \"D\"}]",
        "[{\"rank\": 2, \"label\": \"A\"}, {\"rank\": 1, \"label\": \"B\"}, {\"rank\": 3, \"label\":"
            + " \"C\"}, {\"rank\": 5, \"label\": \"D\"}, {\"rank\": 4, \"label\": \"E\"}]",
        "Option B > Option A > Option C > Option E > Option D",
        "候选B，候选A，候选C，候选E，候选D",
        "B > A > C\n> E > D",
        "B > A > C >\nE > D",
        "B, A, C, E, and D",
        "“B” → “A” → ‘C’ → «E» ≻ 《D》",
        "> B\n> A\n> C\n> E\n> D",
      })
  void everyOrderThatIsClearIsReadWhateverItsForm(String text) {
    Ranking ranking = letters.parse(text, SICK, 5);

    assertThat(ranking.ids()).containsExactly("e2", "e1", "e3", "e5", "e4");
    if (!text.startsWith("|")) {
      assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[2] > [1] > [3] > [5] > [4]",
        "2 > 1 > 3 > 5 > 4",
        "2, 1, 3, 5, 4",
        "2、1、3、5、4",
        "②①③⑤④",
        "② > ① > ③ > ⑤ > ④",
        "[2, 1, 3, 5, 4]",
        "{\"ranking\": [2, 1, 3, 5, 4]}",
        "２，１，３，５，４",
        "2\n1\n3\n5\n4",
        "1. 2\n2. 1\n3. 3\n4. 5\n5. 4",
        "1) [2] Vomiting\n2) [1] Nausea\n3) [3] Heartburn\n4) [5] Chest pain\n5) [4] Loss of"
            + " appetite",
        "2. Vomiting\n1. Nausea\n3. Heartburn\n5. Chest pain\n4. Loss of appetite",
        "#2 > #1 > #3 > #5 > #4",
        "2 (90) > 1 (80) > 3 (70) > 5 (20) > 4 (10)",
      })
  void numbersAreReadAsWell(String text) {
    Ranking ranking = numbers.parse(text, SICK, 5);

    if (text.equals("②①③⑤④")) {
      assertThat(ranking.outcome().label()).isEqualTo("fell-back"); // 21354 in plain digits
      return;
    }
    assertThat(ranking.ids()).containsExactly("e2", "e1", "e3", "e5", "e4");
    assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
  }

  @Test
  void numbersOfTwoDigitsAndOrdinalsAreToldApart() {
    CandidateList twelve = Requests.twelve();

    Ranking inline = numbers.parse("[12] > [1] > [10]", twelve, 3);
    Ranking lines = numbers.parse("1. 12\n2. 1\n3. 10", twelve, 3);
    Ranking bare = numbers.parse("12\n1\n10", twelve, 3);

    assertThat(List.of(inline.ids(), lines.ids(), bare.ids()))
        .containsOnly(List.of("e12", "e1", "e10"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<think>A > B? No, C fits. So D > E.</think>B > A > C > E > D",
        "D > E, hmm.\n</think>\n\nB > A > C > E > D",
        "<THINK>x</THINK> B > A > C > E > D",
      })
  void thinkingIsRemoved(String text) {
    Ranking ranking = letters.parse(text, SICK, 5);

    assertThat(ranking.ids()).containsExactly("e2", "e1", "e3", "e5", "e4");
    assertThat(ranking.outcome()).isEqualTo(new Outcome.Repaired("thinking removed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "```\nB > A > C > E > D\n```",
        "```json\n[\"B\", \"A\", \"C\", \"E\", \"D\"]\n```",
        "```B > A > C > E > D```",
        "~~~text\nB > A > C > E > D\n~~~",
      })
  void fencesAreRemoved(String text) {
    Ranking ranking = letters.parse(text, SICK, 5);

    assertThat(ranking.ids()).containsExactly("e2", "e1", "e3", "e5", "e4");
    assertThat(ranking.outcome()).isEqualTo(new Outcome.Repaired("code fence removed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A good answer is B > A > C > E > D",
        "Sure! Here is the ranking:\n\nB > A > C > E > D",
        "Ranking: B > A > C > E > D",
        "排序：B>A>C>E>D",
        "最终答案如下：B、A、C、E、D",
        "The final ranking is: B, A, C, E, D",
        "I think the mention means vomiting. A is broader.\nB > A > C > E > D\nHope this helps!",
        "Candidates:\nA. Nausea\nB. Vomiting\nC. Heartburn\nD. Loss of appetite\nE. Chest pain\n"
            + "My ranking:\nB > A > C > E > D",
        "Since A, B are close, I say B > A > C > E > D.",
        "In 2019, 3 of 4 patients meant this. B > A > C > E > D",
        "1. B: it is the same\n2. A: close to it\n3. C: a related thing\n4. E: far\n5. D: no",
        "1. B\n   because it is the same\n2. A\n   close\n3. C\n   hm\n4. E\n   so\n5. D\n   no",
        "Here you are: {\"ranking\": [\"B\", \"A\", \"C\", \"E\", \"D\"]} Good luck.",
      })
  void sentencesArePassedOver(String text) {
    Ranking ranking = letters.parse(text, SICK, 5);

    assertThat(ranking.ids()).containsExactly("e2", "e1", "e3", "e5", "e4");
    assertThat(ranking.outcome()).isEqualTo(new Outcome.Repaired("prose ignored"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The phrase is colloquial for emesis.\n\n**Ranking:**\n\n1. **B. Vomiting** – the same\n"
            + "2. **A. Nausea** – often precedes it\n3. **C. Heartburn**\n4. **E. Chest pain**\n"
            + "5. **D. Loss of appetite**\n\nLet me know if you need more.",
        "Step 1: It means vomiting, not A or C.\nStep 2: A, C, D, E are broader.\n\n"
            + "Final answer: B > A > C > E > D",
        "Draft: A > B > C > D > E\nOn reflection: B > A > C > E > D",
        "{\"ranking\": [\"A\", \"B\", \"C\", \"D\", \"E\"]}\nCorrected:\n"
            + "{\"ranking\": [\"B\", \"A\", \"C\", \"E\", \"D\"]}",
        "**Answer:** `B > A > C > E > D`",
        "首先理解：呕吐。\n排序如下：\n1．B（呕吐）\n2．A（恶心）\n3．C（烧心）\n4．E（胸痛）\n5．D（纳差）\n",
        "根据含义，排序为：B、A、C、E、D。",
        "In my view B, A, C, E and D is the order.",
        "Most to least probable: B, A, C, E and D",
        "| Rank | Label | Why |\n|---|---|---|\n| 1 | B | same |\n| 2 | A | near |\n| 3 | C | far |\n"
            + "| 4 | E | far |\n| 5 | D | far |",
        "Rank 1 - B\nRank 2 - A\nRank 3 - C\nRank 4 - E\nRank 5 - D\nI hope this helps.",
        "A. Nausea\nB. Vomiting\nC. Heartburn\nD. Loss of appetite\nE. Chest pain\n\n1. B\n2. A\n3."
            + " C\n4. E\n5. D",
      })
  void answersAtLengthAreReadToo(String text) {
    Ranking ranking = letters.parse(text, SICK, 5);

    assertThat(ranking.ids()).containsExactly("e2", "e1", "e3", "e5", "e4");
    assertThat(ranking.outcome().reason()).contains("prose ignored");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1. Vomiting - the same thing\n2. Nausea - near\n3. Heartburn - far",
        "**Vomiting**, **Nausea**, **Heartburn**",
        "{\"ranking\": [\"Vomiting\", \"Nausea\", \"Heartburn\"]}",
        "[{\"rank\": 1, \"name\": \"Vomiting\"}, {\"rank\": 2, \"name\": \"Nausea\"},"
            + " {\"rank\": 3, \"name\": \"Heartburn\"}]",
        "Vomiting > Nausea > Heartburn",
        "- Vomiting\n- Nausea\n- Heartburn",
        "Vomiting (B) > Nausea (A) > Heartburn (C)",
      })
  void namesInAnyFormAreRead(String text) {
    for (RankingParser parser : List.of(letters, numbers)) {
      Ranking ranking = parser.parse(text, SICK, 3);

      assertThat(ranking.ids()).containsExactly("e2", "e1", "e3");
      assertThat(ranking.outcome().reason()).contains("names read for labels");
    }
  }

  @Test
  void theArticleAIsNoLabel() {
    Ranking ranking = letters.parse("A good answer is B > C", SICK, 5);

    assertThat(ranking.ids()).containsExactly("e2", "e3", "e1", "e4", "e5");
    assertThat(ranking.outcome().reason()).isEqualTo("prose ignored; missing appended: 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A patient who felt sick cannot be understood.",
        "I cannot rank these candidates.",
        "In 2019, 3 patients and 2 doctors said so.",
        "As an AI model, I am not able to give medical advice.",
        "The dose was 2.5 or 1.5 mg, 5% of cases.",
        "抱歉，我无法回答。",
        "?",
        "{\"error\": \"overloaded\"}",
        "null",
        "<think>B > A > C",
        "{}",
        "[]",
        "OK",
      })
  void aTextWithoutARankingFallsBack(String text) {
    for (RankingParser parser : List.of(letters, numbers)) {
      Ranking ranking = parser.parse(text, SICK, 3);

      assertThat(ranking.outcome()).isInstanceOf(Outcome.FellBack.class);
      assertThat(ranking.ids()).isEqualTo(SICK.ids());
    }
  }

  @Test
  void anEmptyAnswerFallsBack() {
    assertThat(letters.parse(null, SICK, 5).outcome())
        .isEqualTo(new Outcome.FellBack("empty answer"));
    assertThat(letters.parse(" \n", SICK, 5).outcome())
        .isEqualTo(new Outcome.FellBack("empty answer"));
  }

  @Test
  void faultsAreMendedAndNamed() {
    Ranking ranking = letters.parse("B > A > B > Z > C > B", SICK, 5);

    assertThat(ranking.ids()).containsExactly("e2", "e1", "e3", "e4", "e5");
    assertThat(ranking.outcome())
        .isEqualTo(
            new Outcome.Repaired(
                "repeats dropped: 2; unknown entries dropped: 1; missing appended: 2"));
  }

  @Test
  void aSurplusIsCut() {
    Ranking ranking = letters.parse("B > A > C > E > D", SICK, 2);

    assertThat(ranking.ids()).containsExactly("e2", "e1");
    assertThat(ranking.outcome()).isEqualTo(new Outcome.Repaired("surplus dropped: 3"));
  }

  @Test
  void asManyAsWereAskedForAreAWholeAnswer() {
    Ranking ranking = letters.parse("E > B", SICK, 2);

    assertThat(ranking.ids()).containsExactly("e5", "e2");
    assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
  }

  @Test
  void namesAreReadForLabels() {
    Ranking ranking =
        letters.parse("1. vomiting\n2. Nausea\n3. loss of  appetite\n4. Chest Pain", SICK, 5);

    assertThat(ranking.ids()).containsExactly("e2", "e1", "e4", "e5", "e3");
    assertThat(ranking.outcome())
        .isEqualTo(new Outcome.Repaired("names read for labels: 4; missing appended: 1"));
  }

  @Test
  void aNameGoesBeforeALabelThatCountsLines() {
    Ranking byLetter = letters.parse("A. Vomiting\nB. Nausea\nC. Heartburn", SICK, 3);
    Ranking byNumber = numbers.parse("1. Vomiting\n2. Nausea\n3. Heartburn", SICK, 3);

    assertThat(byLetter.ids()).containsExactly("e2", "e1", "e3");
    assertThat(byNumber.ids()).containsExactly("e2", "e1", "e3");
  }

  @Test
  void namesWithSeparatorsAndBracketsAreReadWhole() {
    CandidateList request =
        Requests.of("x", "胫动脉损伤", "胫动脉损伤(前)(后)", "Burn, first degree", "Lead > 10 µg/dL");

    Ranking ranking =
        letters.parse("Lead &gt; 10 µg/dL > 胫动脉损伤（前）（后） > burn, first degree > 胫动脉损伤", request, 4);

    assertThat(ranking.ids()).containsExactly("e4", "e2", "e3", "e1");
  }

  @Test
  void signsThatLookAlikeCountAsEqualInNames() {
    CandidateList request = Requests.of("x", "Crohn's disease", "X‑linked ichthyosis", "Ⅱ型糖尿病");

    Ranking ranking = letters.parse("II型糖尿病 > x-linked ichthyosis > Crohn’s disease", request, 3);

    assertThat(ranking.ids()).containsExactly("e3", "e2", "e1");
  }

  @Test
  void candidatesOfOneNameAreTakenInTheirOrder() {
    CandidateList request = Requests.of("stiff neck", "Neck pain", "Headache", "Neck pain");

    Ranking ranking = letters.parse("Neck pain > Headache > Neck pain", request, 3);

    assertThat(ranking.ids()).containsExactly("e1", "e2", "e3");
    assertThat(letters.parse("C. Neck pain, B, A. Neck pain", request, 3).ids())
        .containsExactly("e3", "e2", "e1");
  }

  @Test
  void labelsOfAnotherStyleAreReadWhereTheyStandAlone() {
    assertThat(letters.parse("2 > 1 > 3", SICK, 3).ids()).containsExactly("e2", "e1", "e3");
    assertThat(letters.parse("b, a, c", SICK, 3).ids()).containsExactly("e2", "e1", "e3");
    assertThat(numbers.parse("B > A > C", SICK, 3).ids()).containsExactly("e2", "e1", "e3");
    assertThat(numbers.parse("B > A > C", SICK, 3).outcome())
        .isEqualTo(new Outcome.Repaired("labels of another style read"));
  }

  @Test
  void aTruncatedJsonIsReadAsFarAsItGoes() {
    Ranking ranking = letters.parse("{\"ranking\": [\"B\", \"A\", \"C", SICK, 5, true);

    assertThat(ranking.ids()).containsExactly("e2", "e1", "e3", "e4", "e5");
    assertThat(ranking.outcome().reason()).contains("answer cut off", "missing appended: 2");
  }

  @Test
  void moreThanAnAlphabetOfCandidatesHasLabelsOfTwoLetters() {
    String[] names = new String[30];
    for (int i = 0; i < names.length; i++) {
      names[i] = "name " + (i + 100);
    }
    CandidateList request = Requests.of("x", names);

    Ranking ranking = letters.parse("AD > Z > AA", request, 3);

    assertThat(ranking.ids()).containsExactly("e30", "e26", "e27");
    assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
  }

  @Test
  void aLongAnswerIsReadFromItsEnd() {
    Ranking ranking = letters.parse("so ".repeat(100_000) + "\nB > A", SICK, 2);

    assertThat(ranking.ids()).containsExactly("e2", "e1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(", "A(", "\"", "\"\"\"", "```", "A ", "A, ", "[", "{\"a\":", "1. ", "&lt;", "> ", "a b",
        "|", "<think>"
      })
  @Timeout(300)
  void noTextTakesLong(String piece) {
    String text = piece.repeat(60_000 / piece.length());

    for (RankingParser parser : List.of(letters, numbers)) {
      assertThat(parser.parse(text, Requests.twelve(), 12).candidates()).hasSize(12);
      assertThat(parser.parse("```" + text + "x", Requests.twelve(), 12).candidates()).hasSize(12);
    }
  }

  @Test
  void nothingToRankFallsBackAndABadTopIsRefused() {
    CandidateList none = new CandidateList(Mention.of("x"), List.of());

    assertThat(letters.parse("A", none, 1).candidates()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> letters.parse("A", SICK, 0))
        .withMessage("top must be >= 1, not 0");
  }
}
