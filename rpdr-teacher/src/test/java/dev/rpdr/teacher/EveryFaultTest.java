package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.FaultyTeacher;
import dev.rpdr.testkit.TeacherFaultsContract;
import dev.rpdr.testkit.langchain4j.FaultyChatModel;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import dev.rpdr.testkit.openai.ListwiseAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each fault of the test kit and the typed outcome that it has here, over a chat model and over
 * HTTP; the kit's faulty teacher shows the same.
 */
class EveryFaultTest {
  private static final CandidateList REQUEST = Requests.sick();
  private static final List<String> AS_MODEL = List.of("e5", "e4", "e3", "e2", "e1");
  private static final List<String> AS_REQUEST = List.of("e1", "e2", "e3", "e4", "e5");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<FakeOpenAiServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(FakeOpenAiServer::close);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void throughAChatModel(Fault fault) {
    check(fault, overChatModel(Faults.always(fault)));
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void throughTheNetwork(Fault fault) {
    check(fault, overNetwork(quick(Faults.always(fault)), PATIENCE));
  }

  @Test
  void whoLosesPatienceMayAskAgain() {
    Faults hangs = Faults.always(Fault.TIMEOUT).withHang(PATIENCE);
    check(Fault.TIMEOUT, overNetwork(hangs, Duration.ofMillis(300)));
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void theFaultyTeacherShowsTheSame(Fault fault) {
    TeacherLlm backwards =
        TeacherLlm.of(
            "backwards",
            request -> Ranking.byPlaces(request, List.of(4, 3, 2, 1, 0), Outcome.ANSWERED));
    check(fault, FaultyTeacher.of(backwards, quick(Faults.always(fault))));
  }

  private static void check(Fault fault, TeacherLlm teacher) {
    if (fault.isFailure()) {
      assertThat(catchThrowable(() -> teacher.rank(REQUEST)))
          .isInstanceOf(RetriableException.class);
      return;
    }
    TeacherAnswer answer = teacher.rank(REQUEST);
    assertThat(answer.ranking().outcome()).isEqualTo(outcome(fault));
    assertThat(answer.ranking().ids())
        .isEqualTo(
            answer.ranking().outcome() instanceof Outcome.FellBack
                ? AS_REQUEST
                : fault == Fault.MISSING ? List.of("e5", "e4", "e3", "e1", "e2") : AS_MODEL);
  }

  private static Outcome outcome(Fault fault) {
    return switch (fault) {
      case FENCES -> new Outcome.Repaired("code fence removed");
      case PROSE -> new Outcome.Repaired("prose ignored");
      case REPEATS -> new Outcome.Repaired("repeats dropped: 1");
      case MISSING -> new Outcome.Repaired("missing appended: 2");
      case OUT_OF_RANGE -> new Outcome.Repaired("unknown entries dropped: 1");
      case WRONG_LANGUAGE -> new Outcome.FellBack("no ranking in the answer");
      case EMPTY -> new Outcome.FellBack("empty answer");
      case SLOW_DRIP -> Outcome.ANSWERED;
      default -> throw new IllegalArgumentException(fault + " leaves no answer");
    };
  }

  private static TeacherLlm overChatModel(Faults faults) {
    ChatModel model =
        new ChatModel() {
          @Override
          public ChatResponse doChat(ChatRequest request) {
            String answer = "E > D > C > B > A";
            return ChatResponse.builder().aiMessage(AiMessage.from(answer)).build();
          }
        };
    return LangChain4jTeacher.builder(
            FaultyChatModel.of(model, quick(faults)), "local", PromptTemplate.english())
        .build();
  }

  private TeacherLlm overNetwork(Faults faults, Duration patience) {
    FakeOpenAiServer server =
        FakeOpenAiServer.builder()
            .faults(faults)
            .answering(
                ListwiseAnswer.byNames(
                    call -> {
                      List<String> names = new ArrayList<>(call.candidates().values());
                      Collections.reverse(names);
                      return names;
                    }))
            .start();
    servers.add(server);
    return OpenAiTeachers.openAi("gpt-test", () -> "sk-fake", PromptTemplate.english())
        .baseUrl(server.baseUrl())
        .timeout(patience)
        .maxRetries(0)
        .build();
  }

  private static Faults quick(Faults faults) {
    return faults.withDrip(Duration.ofMillis(100)).withHang(Duration.ofMillis(100));
  }

  @Nested
  class OverAChatModel implements TeacherFaultsContract {
    @Override
    public TeacherLlm teacherWith(Faults faults) {
      return overChatModel(faults);
    }

    @Override
    public CandidateList request() {
      return REQUEST;
    }
  }

  @Nested
  class OverTheNetwork implements TeacherFaultsContract {
    @Override
    public TeacherLlm teacherWith(Faults faults) {
      return overNetwork(quick(faults), PATIENCE);
    }
  }
}
