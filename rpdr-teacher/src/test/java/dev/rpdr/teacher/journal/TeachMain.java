package dev.rpdr.teacher.journal;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.RpdrPipeline;
import dev.rpdr.teacher.LangChain4jTeacher;
import dev.rpdr.teacher.OpenAiTeachers;
import dev.rpdr.teacher.prompt.PromptTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A process that teaches and may be killed. Arguments: journal, address of the server, number of
 * mentions, concurrency.
 */
final class TeachMain {
  private static final List<Entity> ENTITIES =
      List.of(Entity.of("1", "Nausea"), Entity.of("2", "Vomiting"), Entity.of("3", "Heartburn"));

  private TeachMain() {}

  public static void main(String[] args) {
    int mentions = Integer.parseInt(args[2]);
    LangChain4jTeacher teacher =
        OpenAiTeachers.openAi("gpt-test", () -> "sk-fake", PromptTemplate.english())
            .baseUrl(args[1])
            .maxRetries(0)
            .concurrency(Integer.parseInt(args[3]))
            .build();
    try (FileJournal journal = FileJournal.open(Path.of(args[0]))) {
      RpdrPipeline.builder(KnowledgeBase.of(ENTITIES))
          .retriever((mention, k) -> CandidateList.of(mention, ENTITIES))
          .teacher(teacher)
          .build()
          .teach(IntStream.range(0, mentions).mapToObj(TeachMain::mention), journal);
    }
  }

  static Mention mention(int number) {
    return Mention.of("mention " + number);
  }
}
