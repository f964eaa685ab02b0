package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rpdr.CandidateList;
import dev.rpdr.Fingerprint;
import dev.rpdr.Ranking;
import dev.rpdr.teacher.cost.TokenCounter;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.teacher.prompt.GroupParser;
import dev.rpdr.teacher.prompt.Prompt;
import dev.rpdr.teacher.prompt.PromptTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What several mentions in a prompt save: the tokens of the prompts of the recorded sets. */
class GroupSavingsTest {
  private static final Logger LOG = LoggerFactory.getLogger(GroupSavingsTest.class);
  private static final TokenCounter COUNTER = TokenCounter.of("gpt-4o");

  @ParameterizedTest
  @CsvSource({
    "askapatient.test.jsonl, en, cfae2fe9dc397ab9bf393966d00fae5ef9b1ac4641fa37bdf42a27e700cfcdd3",
    "chip-cdn.dev.jsonl, zh, 101a0aa2534f9376a78053e27c9efcada6af04ff562ca436cc392fb4b8ef2250",
  })
  void groupsOfEightHalveTheTokensOrMore(String name, String language, String sha256) {
    Path data = Path.of(System.getProperty("rpdr.data", "none"));
    assumeTrue(Files.isDirectory(data), "no data sets at " + data + " (system property rpdr.data)");
    Path file = data.resolve("teacher").resolve(name);
    assertThat(Fingerprint.ofFile(file)).isEqualTo(sha256);
    List<CandidateList> requests =
        RecordedTeacher.read(file).rankings().stream().map(Ranking::request).limit(400).toList();
    PromptTemplate template =
        language.equals("en") ? PromptTemplate.english() : PromptTemplate.chinese();

    double alone =
        requests.stream().mapToLong(r -> tokens(template.render(r, 10))).sum()
            / (double) requests.size();

    for (int size : new int[] {2, 4, 8, 16}) {
      double grouped = grouped(template, requests, size);
      LOG.info(
          "{}: {} tokens a mention alone, {} in groups of {}, saved {} %",
          name,
          Math.round(alone),
          Math.round(grouped),
          size,
          Math.round(100 * (1 - grouped / alone)));
      assertThat(grouped).isLessThan(alone);
      if (size == 8) {
        assertThat(1 - grouped / alone).isBetween(0.5, 0.95);
      }
    }
  }

  private static double grouped(PromptTemplate template, List<CandidateList> requests, int size) {
    long tokens = 0;
    for (int from = 0; from < requests.size(); from += size) {
      List<CandidateList> group = requests.subList(from, Math.min(from + size, requests.size()));
      tokens += tokens(template.renderGroup(GroupParser.ids(group.size()), group, 10));
    }
    return tokens / (double) requests.size();
  }

  private static long tokens(Prompt prompt) {
    return COUNTER.count(prompt.system()) + (long) COUNTER.count(prompt.user());
  }
}
