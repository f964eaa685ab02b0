package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.cost.Estimate;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.journal.FileJournal;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.testkit.TeacherLlmContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupedTeacherTest implements TeacherLlmContract {
  private static final Pattern ASKED = Pattern.compile("Mention (M\\d+), best (\\d+): <mention>");

  private static final PriceTable PRICES = PriceTable.of("USD", List.of());

  private final List<String> prompts = Collections.synchronizedList(new ArrayList<>());

  /** Answers each mention with the first labels of the alphabet, by its id. */
  private static String inOrder(String prompt) {
    StringBuilder answer = new StringBuilder();
    Matcher asked = ASKED.matcher(prompt);
    while (asked.find()) {
      int top = Integer.parseInt(asked.group(2));
      List<String> labels =
          IntStream.range(0, top).mapToObj(i -> String.valueOf((char) ('A' + i))).toList();
      answer.append(asked.group(1)).append(": ").append(String.join(" > ", labels)).append('\n');
    }
    return answer.toString();
  }

  private ChatModel model(Function<String, String> answer, Set<Capability> capabilities) {
    return new ChatModel() {
      @Override
      public ChatResponse doChat(ChatRequest request) {
        String prompt = ((UserMessage) request.messages().get(1)).singleText();
        prompts.add(prompt);
        return ChatResponse.builder()
            .aiMessage(AiMessage.from(answer.apply(prompt)))
            .modelName("m-2026")
            .tokenUsage(new TokenUsage(100, 11))
            .build();
      }

      @Override
      public Set<Capability> supportedCapabilities() {
        return capabilities;
      }
    };
  }

  private GroupedTeacher grouped(Function<String, String> answer, int size) {
    return GroupedTeacher.of(
        LangChain4jTeacher.builder(model(answer, Set.of()), "local", PromptTemplate.english())
            .build(),
        size);
  }

  private static List<CandidateList> requests(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Requests.of("mention " + i, "Nausea", "Vomiting", "Itch"))
        .toList();
  }

  @Override
  public TeacherLlm teacher() {
    return grouped(GroupedTeacherTest::inOrder, 2);
  }

  @Test
  void severalMentionsShareAPromptAndItsTokens() {
    GroupedTeacher teacher = grouped(GroupedTeacherTest::inOrder, 3);

    List<TeacherAnswer> answers = teacher.rankAll(requests(7));

    assertThat(prompts).hasSize(3);
    assertThat(prompts.get(0))
        .contains("You are given 3 medical mentions", "Mention M3, best 3: <mention>mention 2<")
        .doesNotContain("mention 3");
    assertThat(prompts.get(2)).contains("You are given 1 medical");
    assertThat(answers).hasSize(7);
    assertThat(answers)
        .extracting(answer -> answer.ranking().mention().text())
        .containsExactlyElementsOf(IntStream.range(0, 7).mapToObj(i -> "mention " + i).toList());
    assertThat(answers)
        .allSatisfy(a -> assertThat(a.ranking().outcome()).isEqualTo(Outcome.ANSWERED));
    assertThat(answers.subList(0, 3))
        .extracting(TeacherAnswer::usage)
        .containsExactly(
            new TeacherAnswer.Usage(34, 4),
            new TeacherAnswer.Usage(33, 4),
            new TeacherAnswer.Usage(33, 3));
    assertThat(answers.get(1).rawText()).isEqualTo("A > B > C");
    assertThat(teacher.outcomes()).hasToString("7 rankings: answered 7");
    assertThat(teacher.identity()).endsWith(" group=3");
  }

  @Test
  void anEstimateCountsFullGroups() {
    List<CandidateList> requests = new ArrayList<>(requests(7));
    requests.add(new CandidateList(Mention.of("x"), List.of()));

    Estimate threes = grouped(GroupedTeacherTest::inOrder, 3).estimate(requests, PRICES);
    Estimate alone = grouped(GroupedTeacherTest::inOrder, 1).estimate(requests, PRICES);

    assertThat(threes.requests()).isEqualTo(3);
    assertThat(alone.requests()).isEqualTo(7);
    assertThat(threes.inputTokens()).isPositive().isLessThan(alone.inputTokens());
    assertThat(prompts).as("nothing is asked").isEmpty();
  }

  @Test
  void aMissingIdFallsBackAloneAndKeepsTheWholeText() {
    GroupedTeacher teacher = grouped(prompt -> "M1: C > B > A\nM3: B > A > C", 3);

    List<TeacherAnswer> answers = teacher.rankAll(requests(3));

    assertThat(answers.get(0).ranking().ids()).containsExactly("e3", "e2", "e1");
    assertThat(answers.get(1).ranking().outcome())
        .isEqualTo(new Outcome.FellBack("no answer for its id"));
    assertThat(answers.get(1).rawText()).contains("M1: C > B > A");
    assertThat(answers.get(2).ranking().ids()).containsExactly("e2", "e1", "e3");
  }

  @Test
  void aRefusedGroupIsAskedOneByOne() {
    GroupedTeacher teacher =
        grouped(
            prompt -> {
              if (prompt.contains("mention 1<")) {
                throw new ContentFilteredException("no");
              }
              return inOrder(prompt);
            },
            3);

    List<TeacherAnswer> answers = teacher.rankAll(requests(3));

    assertThat(prompts).hasSize(4);
    assertThat(answers)
        .extracting(answer -> answer.ranking().outcome())
        .containsExactly(
            Outcome.ANSWERED,
            new Outcome.FellBack("refused by the content filter"),
            Outcome.ANSWERED);
  }

  @Test
  void requestsWithoutCandidatesAreNotSent() {
    CandidateList none = new CandidateList(Mention.of("x"), List.of());
    List<CandidateList> mixed = new ArrayList<>(requests(2));
    mixed.add(1, none);

    List<TeacherAnswer> answers = grouped(GroupedTeacherTest::inOrder, 8).rankAll(mixed);

    assertThat(answers).hasSize(3);
    assertThat(answers.get(1).ranking().request()).isEqualTo(none);
    assertThat(prompts).singleElement().asString().contains("You are given 2 medical");
  }

  @Test
  void aJournalKeepsEachAnswerAndAsksForTheMissingOnly(@TempDir Path folder) {
    Path path = folder.resolve("journal.jsonl");
    try (FileJournal journal = FileJournal.open(path)) {
      journal.journaling(grouped(GroupedTeacherTest::inOrder, 3)).rankAll(requests(4));
      assertThat(journal.size()).isEqualTo(4);
    }
    prompts.clear();
    try (FileJournal journal = FileJournal.open(path)) {
      journal.journaling(grouped(GroupedTeacherTest::inOrder, 3)).rankAll(requests(6));
      assertThat(journal.replayed()).isEqualTo(4);
    }
    assertThat(prompts).singleElement().asString().contains("mention 4<", "mention 5<");
  }

  @Test
  void whereTheModelKeepsToASchemaEachIdHasItsOwnArray() {
    List<ChatRequest> sent = new ArrayList<>();
    ChatModel strict =
        new ChatModel() {
          @Override
          public ChatResponse doChat(ChatRequest request) {
            sent.add(request);
            return ChatResponse.builder()
                .aiMessage(
                    AiMessage.from("{\"M1\":[\"B\",\"A\",\"C\"],\"M2\":[\"C\",\"A\",\"B\"]}"))
                .build();
          }

          @Override
          public Set<Capability> supportedCapabilities() {
            return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
          }
        };
    GroupedTeacher teacher =
        GroupedTeacher.of(
            LangChain4jTeacher.builder(strict, "local", PromptTemplate.english()).build(), 2);

    List<TeacherAnswer> answers = teacher.rankAll(requests(2));

    assertThat(answers.get(0).ranking().ids()).containsExactly("e2", "e1", "e3");
    assertThat(answers.get(1).ranking().ids()).containsExactly("e3", "e1", "e2");
    JsonObjectSchema schema =
        (JsonObjectSchema) sent.get(0).responseFormat().jsonSchema().rootElement();
    assertThat(schema.required()).containsExactly("M1", "M2");
  }

  @Test
  void aTemplateWithoutGroupPartsIsRefused() {
    PromptTemplate single =
        PromptTemplate.parse(
            """
            format: 1
            name: single
            language: en
            instruction: Order.
            output: Labels.
            example: "<m>{mention}</m> {candidates} {ranking}"
            item: "<m>{mention}</m> {candidates}"
            candidate: "{label} {name}"
            """,
            "test");

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                GroupedTeacher.of(
                    LangChain4jTeacher.builder(
                            model(GroupedTeacherTest::inOrder, Set.of()), "m", single)
                        .build(),
                    2))
        .withMessageContaining("'single' cannot ask about several mentions at once");
    assertThatIllegalStateException()
        .isThrownBy(() -> single.renderGroup(List.of("M1"), requests(1), 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> grouped(GroupedTeacherTest::inOrder, 0))
        .withMessage("groupSize must be >= 1, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PromptTemplate.english().renderGroup(List.of(), List.of(), 1));
  }
}
