package com.example;

import dev.rpdr.TeacherLlm;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.TeacherFaultsContract;
import dev.rpdr.testkit.TeacherLlmContract;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import dev.rpdr.testkit.openai.ListwiseAnswer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What every teacher promises, with a healthy service behind it and with a faulty one. */
class OwnTeacherTest implements TeacherLlmContract, TeacherFaultsContract {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final String KEY = "sk-very-secret";

  private final List<FakeOpenAiServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(FakeOpenAiServer::close);
  }

  @Override
  public TeacherLlm teacher() {
    return teacherWith(Faults.none());
  }

  @Override
  public TeacherLlm teacherWith(Faults faults) {
    FakeOpenAiServer server =
        FakeOpenAiServer.builder()
            .faults(faults.withHang(SHORT).withDrip(SHORT))
            .answering(ListwiseAnswer.byNames(call -> reversed(call.candidates().values())))
            .start();
    servers.add(server);
    URI address = URI.create(server.baseUrl() + "/chat/completions");
    return new OwnTeacher(address, "own-7b", KEY, PATIENCE);
  }

  @Override
  public List<String> secrets() {
    return List.of(KEY);
  }

  private static List<String> reversed(Iterable<String> names) {
    List<String> all = new ArrayList<>();
    names.forEach(all::add);
    Collections.reverse(all);
    return all;
  }
}
