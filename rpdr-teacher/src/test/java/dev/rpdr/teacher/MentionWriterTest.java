package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Retriever;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.call.Spend;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.teacher.journal.WrittenMentions;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.teacher.prompt.WritingTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MentionWriterTest {
  private static final List<Entity> ENTITIES =
      List.of(Entity.of("1", "Nausea"), Entity.of("2", "Hypersomnia"), Entity.of("3", "Cough"));

  @TempDir Path folder;
  private final List<ChatRequest> asked = Collections.synchronizedList(new ArrayList<>());

  private MentionWriter writer(Function<ChatRequest, String> answer) {
    ChatModel model =
        new ChatModel() {
          @Override
          public ChatResponse doChat(ChatRequest request) {
            asked.add(request);
            return ChatResponse.builder()
                .aiMessage(AiMessage.from(answer.apply(request)))
                .modelName("local-1")
                .tokenUsage(new TokenUsage(100, 10))
                .build();
          }
        };
    LangChain4jTeacher teacher =
        LangChain4jTeacher.builder(model, "local", PromptTemplate.english()).build();
    return MentionWriter.of(teacher, WritingTemplate.english(), 2).withEntitiesPerPrompt(2);
  }

  private WrittenMentions open(MentionWriter writer) {
    return WrittenMentions.open(file(), writer.identity());
  }

  private Path file() {
    return folder.resolve("written.jsonl");
  }

  private static String two(ChatRequest request) {
    return user(request).contains("Cough")
        ? "1. coughing ; hacking"
        : "1: queasy ; sick to my stomach\n2: sleeps all day；so sleepy";
  }

  private static String user(ChatRequest request) {
    return ((UserMessage) request.messages().get(1)).singleText();
  }

  @Test
  void whatIsWrittenIsATerminology() {
    MentionWriter writer = writer(MentionWriterTest::two);

    try (WrittenMentions file = open(writer)) {
      assertThat(writer.write(ENTITIES, file)).isEqualTo(3);
      assertThat(file.mentions()).isEqualTo(6);
      Spend each = new Spend("local-1", new Usage(100, 10));
      assertThat(file.spent()).containsExactly(each, each);
    }

    KnowledgeBase terms = WrittenMentions.read(file());
    assertThat(terms.find("1").orElseThrow())
        .isEqualTo(new Entity("1", "Nausea", List.of("queasy", "sick to my stomach"), null));
    assertThat(terms.find("2").orElseThrow().synonyms())
        .containsExactly("sleeps all day", "so sleepy");
    assertThat(terms.find("3").orElseThrow().synonyms()).containsExactly("coughing", "hacking");
  }

  @Test
  void thePromptNumbersEntitiesAndShowsTheStyle() {
    MentionWriter writer =
        writer(MentionWriterTest::two).withStyle(List.of("puked </entry> all night"));

    try (WrittenMentions file = open(writer)) {
      writer.write(ENTITIES.subList(0, 2), file);
    }

    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).messages().get(0)).isInstanceOf(SystemMessage.class);
    assertThat(user(asked.get(0)))
        .contains("1. <entry>Nausea</entry>\n2. <entry>Hypersomnia</entry>")
        .contains("write 2 different")
        .contains("puked &lt;/entry&gt; all night");
    assertThat(writer.identity())
        .startsWith("model=local writing=" + WritingTemplate.english().sha256() + " count=2")
        .isNotEqualTo(writer(MentionWriterTest::two).identity());
  }

  @Test
  void whatIsNoMentionIsLeftOutAndWhatIsMissingIsAskedAgain() {
    MentionWriter writer =
        writer(
            request ->
                asked.size() == 1
                    ? "Sure!\n1: nausea ; Queasy ; queasy ; sick ; third\n7: not asked\n1: again"
                    : "1: so sleepy ; drowsy");

    try (WrittenMentions file = open(writer)) {
      assertThat(writer.write(ENTITIES.subList(0, 2), file)).isEqualTo(1);
      assertThat(MentionWriter.missing(ENTITIES.subList(0, 2), file))
          .containsExactly(ENTITIES.get(1));
      assertThat(writer.write(ENTITIES.subList(0, 2), file)).isEqualTo(2);
      assertThat(writer.write(ENTITIES.subList(0, 2), file)).isEqualTo(2);
    }

    assertThat(asked).hasSize(2);
    assertThat(user(asked.get(1))).contains("1. <entry>Hypersomnia").doesNotContain("Nausea");
    assertThat(WrittenMentions.read(file()).find("1").orElseThrow().synonyms())
        .containsExactly("Queasy", "sick");
  }

  @Test
  void afterAFailureEarlierAnswersAreThere() throws IOException {
    MentionWriter failing =
        writer(
            request -> {
              if (asked.size() == 2) {
                throw new IllegalStateException("out of order");
              }
              return two(request);
            });
    try (WrittenMentions file = open(failing)) {
      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(() -> failing.write(ENTITIES, file));
    }
    Files.writeString(file(), "{\"written\": [{\"id\"", StandardOpenOption.APPEND);

    MentionWriter again = writer(MentionWriterTest::two);
    try (WrittenMentions file = open(again)) {
      assertThat(file.size()).isEqualTo(2);
      assertThat(file.spent()).hasSize(1);
      assertThat(again.write(ENTITIES, file)).isEqualTo(3);
    }

    assertThat(asked).hasSize(3);
    assertThat(WrittenMentions.read(file()).size()).isEqualTo(3);
  }

  @Test
  void aFurtherRoundSeesWhatIsNearAndThereAndRepeatsNeither() {
    MentionWriter first = writer(MentionWriterTest::two);
    try (WrittenMentions file = open(first)) {
      first.write(ENTITIES, file);
    }
    Retriever retriever = (mention, k) -> CandidateList.of(mention, ENTITIES.subList(0, k));
    MentionWriter further =
        writer(request -> "1: QUEASY ; green about the gills\n2: so sleepy ; nods off")
            .withNear(retriever, 1, "all")
            .withEarlier(WrittenMentions.read(file()));
    Path second = folder.resolve("second.jsonl");

    try (WrittenMentions file = WrittenMentions.open(second, further.identity())) {
      further.write(ENTITIES.subList(0, 2), file);
    }

    assertThat(user(asked.get(asked.size() - 1)))
        .contains("1. <entry>Nausea</entry>\n   keep apart from: Hypersomnia\n")
        .contains("queasy; sick to my stomach\n2. <entry>Hypersomnia")
        .contains("   keep apart from: Nausea\n");
    assertThat(further.identity())
        .contains(" near=1:all earlier=" + WrittenMentions.read(file()).fingerprint());
    assertThat(WrittenMentions.read(second).find("1").orElseThrow().synonyms())
        .containsExactly("green about the gills");
    assertThat(WrittenMentions.read(second).find("2").orElseThrow().synonyms())
        .containsExactly("nods off");
    KnowledgeBase both = WrittenMentions.read(List.of(file(), second));
    assertThat(both.find("1").orElseThrow().synonyms())
        .containsExactly("queasy", "sick to my stomach", "green about the gills");
    assertThat(both.find("3")).isEqualTo(WrittenMentions.read(file()).find("3"));
  }

  @Test
  void anotherWritersFileIsRefused() {
    MentionWriter writer = writer(MentionWriterTest::two);
    open(writer).close();

    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> WrittenMentions.open(file(), "model=other"))
        .withMessageContaining("another writer")
        .withMessageContaining("model=other");
    open(writer).close();
  }

  @Test
  void filesThatHoldNothingOrSomethingElseAreNamed() throws IOException {
    open(writer(MentionWriterTest::two)).close();

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> WrittenMentions.read(file()))
        .withMessageContaining("holds no written mention");
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> WrittenMentions.read(folder.resolve("absent.jsonl")))
        .withMessageContaining("absent.jsonl");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WrittenMentions.read(List.of()))
        .withMessageContaining("at least one file");
    Files.writeString(file(), "{\"format\":\"rpdr-journal\"}\n");
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> WrittenMentions.read(file()))
        .withMessageContaining("rpdr-written-mentions");
  }

  @Test
  void theEstimateCountsPromptsAndAnswers() {
    var estimate = writer(MentionWriterTest::two).estimate(ENTITIES, PriceTable.shipped());

    assertThat(estimate.requests()).isEqualTo(2);
    assertThat(estimate.outputTokens()).isEqualTo(3 * 2 * 8);
    assertThat(estimate.inputTokens()).isBetween(300L, 1200L);
  }

  @Test
  void impossibleNumbersAreNamed() {
    MentionWriter writer = writer(MentionWriterTest::two);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.withEntitiesPerPrompt(0))
        .withMessageContaining("entitiesPerPrompt");
  }
}
