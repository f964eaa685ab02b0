package dev.rpdr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command line as a user sees it, on a small example: an experiment, then linking with its
 * student.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandLineTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CODES =
      """
      id\tname
      H25\tSenile cataract
      H40\tGlaucoma
      H10\tConjunctivitis
      H52\tMyopia
      I21\tAcute myocardial infarction
      I20\tAngina pectoris
      I10\tEssential hypertension
      E11\tType 2 diabetes mellitus
      """;

  private static final String[][] RECORD = {
    {"cloudy lens", "H25"}, {"clouded vision of old age", "H25"}, {"pink eye", "H10"},
    {"red eye", "H10"}, {"heart attack", "I21"}, {"coronary", "I21"},
    {"high blood pressure", "I10"}, {"raised pressure", "I10"}, {"sugar disease", "E11"},
    {"high sugar", "E11"}, {"short sight", "H52"}, {"near sighted", "H52"},
    {"chest tightness", "I20"}, {"raised eye pressure", "H40"}
  };

  @TempDir static Path folder;

  record Result(int exit, String out, String err) {}

  @BeforeAll
  static void writeData() throws IOException {
    Files.writeString(folder.resolve("codes.tsv"), CODES);
    Files.writeString(
        folder.resolve("mentions.csv"),
        "text,gold,part\nheart attack,I21,test\nclouded lens,H25,test\nsugar,E11,test\nignored,H25,train\n");
    List<String> lines = new ArrayList<>();
    for (String[] item : RECORD) {
      List<String> ids = new ArrayList<>(List.of(item[1]));
      CODES
          .lines()
          .skip(1)
          .map(line -> line.substring(0, line.indexOf('\t')))
          .filter(id -> !id.equals(item[1]))
          .forEach(ids::add);
      List<Object> candidates = new ArrayList<>();
      CODES
          .lines()
          .skip(1)
          .map(line -> line.split("\t"))
          .forEach(cells -> candidates.add(Map.of("id", cells[0], "name", cells[1])));
      lines.add(
          JSON.writeValueAsString(
              Map.of(
                  "id",
                  item[0],
                  "mention",
                  item[0],
                  "candidates",
                  candidates,
                  "ranking",
                  ids.subList(0, 5))));
    }
    Files.write(folder.resolve("teacher.jsonl"), lines);
    Files.writeString(
        folder.resolve("small.yaml"),
        """
        name: small
        protocol: LABELS_ONLY
        k: 5
        accuracy-at: [1, 3]
        seeds: [1, 2]
        knowledge-base: {file: codes.tsv, format: tsv, header: true, id: id, name: name}
        splits:
          test: {file: mentions.csv, format: csv, mention: text, gold: gold, where: {part: test}}
        teachers:
          train: {file: teacher.jsonl}
        candidates:
          recorded: {file: teacher.jsonl, layout: teacher}
        seen: [train]
        students:
          bi-encoder: {kind: bi-encoder, base: "maven:all-minilm-l6-v2", teach: train, pooling: mean, max-tokens: 16, epochs: 1, batch-size: 7, second-place-weight: 0, validation-share: 0}
        systems:
          - {name: tfidf-char, kind: tfidf, analysis: char-wb}
          - {name: minilm, kind: dense, encoder: "maven:all-minilm-l6-v2", pooling: mean}
          - {name: hybrid, kind: hybrid, of: [tfidf-char, minilm]}
          - {name: bi-encoder, kind: student-retriever, student: bi-encoder}
          - {name: "bi-encoder@minilm", kind: student, student: bi-encoder, on: minilm}
        compare: ["bi-encoder > minilm"]
        """);
  }

  @Test
  @Order(1)
  void an_experiment_reports_every_row_and_leaves_its_students() throws IOException {
    Result result =
        rpdr(
            "",
            "experiment",
            folder.resolve("small.yaml").toString(),
            "--data",
            folder.toString(),
            "--out",
            folder.resolve("out").toString());

    assertThat(result.exit()).as(result.err()).isZero();
    JsonNode systems = JSON.readTree(folder.resolve("out/report.json").toFile()).get("systems");
    assertThat(systems.findValuesAsText("name"))
        .contains(
            "tfidf-char",
            "minilm",
            "hybrid",
            "bi-encoder",
            "bi-encoder@minilm",
            "bi-encoder#2",
            "bi-encoder@minilm#2");
    for (JsonNode system : systems) {
      assertThat(system.get("n").asInt()).isEqualTo(3);
      assertThat(system.get("seen").get("n").asInt() + system.get("unseen").get("n").asInt())
          .isEqualTo(3);
      assertThat(system.get("acc").get("1").asDouble()).isBetween(0.0, 1.0);
      assertThat(system.get("protocol").asText()).isEqualTo("LABELS_ONLY");
    }
    assertThat(folder.resolve("out/students/bi-encoder/student.json")).exists();
    assertThat(folder.resolve("out/predictions")).isDirectoryContaining("glob:**.jsonl");
    assertThat(result.out()).contains("bi-encoder@minilm");
  }

  @Test
  @Order(2)
  void a_second_run_uses_the_students_of_the_first() throws IOException {
    Path model = folder.resolve("out/students/bi-encoder/model.onnx");
    FileTime trained = Files.getLastModifiedTime(model);

    Result result =
        rpdr(
            "",
            "experiment",
            folder.resolve("small.yaml").toString(),
            "--data",
            folder.toString(),
            "--out",
            folder.resolve("out").toString());

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(Files.getLastModifiedTime(model)).isEqualTo(trained);
  }

  @Test
  @Order(3)
  void linking_answers_one_json_line_a_mention_and_keeps_blank_lines_in_step() throws IOException {
    Result result =
        rpdr(
            "heart attack\n\nclouded lens\n",
            "link",
            "--kb",
            folder.resolve("codes.tsv").toString(),
            "--kb-header",
            "--student",
            folder.resolve("out/students/bi-encoder").toString(),
            "--k",
            "4",
            "--top",
            "2");

    assertThat(result.exit()).as(result.err()).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : result.out().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).get("id").asText()).isEqualTo("I21");
    assertThat(lines.get(0).get("candidates")).hasSize(2);
    assertThat(lines.get(1).get("outcome").asText()).isEqualTo("abstained");
    assertThat(lines.get(2).get("name").asText()).isEqualTo("Senile cataract");
  }

  @Test
  @Order(4)
  void a_student_is_shown_verified_and_shrunk() throws IOException {
    String student = folder.resolve("out/students/bi-encoder").toString();
    Path small = folder.resolve("out/students/small");

    Result info = rpdr("", "student", "info", student);
    Result quantised = rpdr("", "student", "quantize", student, small.toString());
    Result verified = rpdr("", "student", "verify", small.toString());

    assertThat(info.out()).contains("kind: bi-encoder", "model.onnx: ", "epochs: 1");
    assertThat(quantised.exit()).as(quantised.err()).isZero();
    assertThat(quantised.out()).contains("36 matrices");
    assertThat(verified.exit()).as(verified.err()).isZero();
    Files.writeString(small.resolve("tokenizer.json"), "{}");
    Result changed = rpdr("", "student", "verify", small.toString());
    assertThat(changed.exit()).isEqualTo(1);
    assertThat(changed.err()).contains("tokenizer.json is not the one that was saved");
  }

  @Test
  @Order(5)
  void students_are_fused_into_one_that_links_and_says_how_sure_it_is() throws IOException {
    Path fused = folder.resolve("fused");
    String[] fuse = {
      "student",
      "fuse",
      folder.resolve("out/students/bi-encoder").toString(),
      "--kb",
      folder.resolve("codes.tsv").toString(),
      "--kb-header",
      "--rows",
      folder.resolve("mentions.csv").toString(),
      "--rows-mention",
      "text",
      "--spelling",
      "char_wb(3,5)",
      "--teacher",
      folder.resolve("teacher.jsonl").toString(),
      "--prior",
      "--edits",
      "char_wb(3,5)",
      "--k",
      "8",
      "--out",
      fused.toString()
    };

    Result made = rpdr("", fuse);
    Result again = rpdr("", fuse);
    Result info = rpdr("", "student", "info", fused.toString());
    Result verified = rpdr("", "student", "verify", fused.toString());
    Result linked =
        rpdr(
            "heart attack\n",
            "link",
            "--kb",
            folder.resolve("codes.tsv").toString(),
            "--kb-header",
            "--student",
            fused.toString());

    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(made.out())
        .contains("1 of the 4 rows are mentions that the teacher ranked")
        .containsPattern("weights \\[.*, .*, .*, .*\\], place weight .* fitted on 4 rows")
        .contains("next: bin/rpdr link --kb FILE --student " + fused);
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("--out " + fused + " is not empty");
    assertThat(info.out())
        .contains(
            "kind: fused", "lexical.json: ", "prior.json: ", "edits.json: ", "calibration.json: ");
    assertThat(verified.exit()).as(verified.err()).isZero();
    JsonNode line = JSON.readTree(linked.out());
    assertThat(line.get("id").asText()).isEqualTo("I21");
    assertThat(line.get("confidence").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  @Order(6)
  void two_students_become_a_cascade_that_links_and_says_how_sure_it_is() throws IOException {
    String cascade = folder.resolve("cascade").toString();
    String kb = folder.resolve("codes.tsv").toString();
    String[] make = {
      "student",
      "cascade",
      folder.resolve("out/students/bi-encoder").toString(),
      folder.resolve("out/students/seed-2/bi-encoder").toString(),
      "--kb",
      kb,
      "--kb-header",
      "--rows",
      folder.resolve("mentions.csv").toString(),
      "--rows-mention",
      "text",
      "--k",
      "8",
      "--out",
      cascade
    };

    Result made = rpdr("", make);
    Result again = rpdr("", make);
    Result info = rpdr("", "student", "info", cascade);
    Result linked = rpdr("heart attack\n", "link", "--kb", kb, "--kb-header", "--student", cascade);

    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(made.out())
        .containsPattern("temperature .*, weight .*, place weight .*, sure .* fitted on 4 rows")
        .contains("next: bin/rpdr link --kb FILE --student " + cascade + " --k 8");
    assertThat(again.err()).contains("--out " + cascade + " is not empty");
    assertThat(info.out()).contains("kind: cascade", "first.kind: ", "calibration.json: ");
    JsonNode line = JSON.readTree(linked.out());
    assertThat(line.get("id").asText()).isEqualTo("I21");
    assertThat(line.get("confidence").asDouble()).isBetween(0.0, 1.0);
    make[make.length - 1] = folder.resolve("other").toString();
    make[3] = folder.resolve("nowhere").toString();
    assertThat(rpdr("", make).err()).contains("nowhere");
  }

  @Test
  void a_missing_student_and_a_wrong_knowledge_base_are_one_clear_line() {
    Result student =
        rpdr(
            "",
            "link",
            "--kb",
            folder.resolve("codes.tsv").toString(),
            "--student",
            folder.resolve("nowhere").toString());
    Result kb =
        rpdr(
            "",
            "link",
            "--kb",
            folder.resolve("codes.xlsx").toString(),
            "--student",
            folder.toString());

    assertThat(student.exit()).isEqualTo(1);
    assertThat(student.err()).contains("nowhere").doesNotContain("\tat ");
    assertThat(kb.exit()).isEqualTo(1);
    assertThat(kb.err()).contains("'xlsx'").contains("tsv, csv, jsonl");
  }

  @Test
  void every_command_has_help_and_a_wrong_call_is_exit_code_2() {
    for (String command :
        List.of("demo", "teach", "journal", "distill", "experiment", "link", "student")) {
      assertThat(rpdr("", command, "--help").out()).contains("Usage: rpdr " + command);
    }
    assertThat(rpdr("").exit()).isEqualTo(2);
    assertThat(rpdr("", "experiment", "x.yaml").err()).contains("--data");
    assertThat(rpdr("", "link", "--student", "x").exit()).isEqualTo(2);
  }

  static Result rpdr(String input, String... args) {
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    try {
      System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
      System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
      int exit = RpdrCommand.run(args);
      System.out.flush();
      return new Result(
          exit,
          written.toString(StandardCharsets.UTF_8),
          complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }
}
