package dev.rpdr.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The arrows of docs/architecture.md: who may depend on whom, and behind which package each outside
 * library sits. That the rules bite is shown by planted violations, that they see something by a
 * floor on the number of classes.
 */
class ModuleArrowsTest {
  /** From each module's package to the modules that it may use besides core and itself. */
  private static final Map<String, List<String>> ARROWS =
      Map.of(
          "nn", List.of(),
          "retriever", List.of("nn"),
          "teacher", List.of(),
          "distill", List.of("nn", "retriever"),
          "eval", List.of(),
          "testkit", List.of());

  /** From each outside library's packages to the packages of ours that may name it. */
  private static final Map<String, List<String>> LIBRARIES =
      Map.ofEntries(
          Map.entry("ai.onnxruntime..", List.of("dev.rpdr.nn..", "dev.rpdr.retriever")),
          Map.entry(
              "ai.djl..",
              List.of("dev.rpdr.nn..", "dev.rpdr.retriever.train", "dev.rpdr.distill.train")),
          Map.entry("ai.onnx.proto..", List.of("dev.rpdr.nn..", "dev.rpdr.retriever")),
          Map.entry("de.kherud..", List.of("dev.rpdr.distill.llamacpp")),
          Map.entry("org.apache.lucene..", List.of("dev.rpdr.retriever")),
          Map.entry(
              "dev.langchain4j..", List.of("dev.rpdr.teacher", "dev.rpdr.testkit.langchain4j")),
          Map.entry("com.sun.net.httpserver..", List.of("dev.rpdr.testkit.openai")),
          Map.entry("org.junit..", List.of("dev.rpdr.testkit")),
          Map.entry("org.assertj..", List.of("dev.rpdr.testkit")),
          Map.entry("dev.failsafe..", List.of("dev.rpdr.teacher.call")),
          Map.entry("com.knuddels..", List.of("dev.rpdr.teacher.cost")),
          Map.entry("io.micrometer..", List.of("dev.rpdr.teacher.micrometer")),
          Map.entry("picocli..", List.of("dev.rpdr.cli")),
          Map.entry("me.tongfei..", List.of("dev.rpdr.cli")));

  private static JavaClasses product;

  @BeforeAll
  static void importClasses() {
    product =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/dev/rpdr/tiny/")) // for tests alone
            .importPackages("dev.rpdr");
  }

  @Test
  void the_rules_see_every_module() {
    for (String module : ARROWS.keySet()) {
      long classes =
          product.stream().filter(type -> inModule(type.getPackageName(), module)).count();
      assertThat(classes).as("classes of module %s", module).isGreaterThan(5);
    }
    assertThat(product.stream().filter(type -> type.getPackageName().equals("dev.rpdr")).count())
        .isGreaterThan(20);
  }

  @Test
  void modules_depend_only_on_core_and_on_those_named() {
    arrows().forEach(rule -> rule.check(product));
  }

  @Test
  void core_depends_on_no_other_module() {
    core().check(product);
  }

  @Test
  void an_outside_library_is_named_only_where_its_adapter_is() {
    libraries().forEach(rule -> rule.check(product));
  }

  @Test
  void a_planted_violation_of_each_kind_is_found() {
    JavaClasses planted =
        new ClassFileImporter().importPackages("dev.rpdr.eval.planted", "dev.rpdr.io.planted");

    assertThat(planted).hasSize(2);
    assertThatThrownBy(() -> arrows().forEach(rule -> rule.allowEmptyShould(true).check(planted)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("PlantedArrow");
    assertThatThrownBy(() -> core().allowEmptyShould(true).check(planted))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("PlantedInCore");
    assertThatThrownBy(
            () -> libraries().forEach(rule -> rule.allowEmptyShould(true).check(planted)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("PlantedArrow");
  }

  /** DJL frees the number before autograd reads it; see dev.rpdr.nn.torch.Torch.times. */
  @Test
  void no_array_is_multiplied_by_a_number_of_Javas() {
    for (String method : List.of("mul", "div", "pow")) {
      ArchRuleDefinition.noClasses()
          .should()
          .callMethod("ai.djl.ndarray.NDArray", method, "java.lang.Number")
          .check(product);
    }
  }

  private static List<ArchRule> arrows() {
    List<ArchRule> rules = new ArrayList<>();
    ARROWS.forEach(
        (module, allowed) -> {
          List<String> forbidden = new ArrayList<>(ARROWS.keySet());
          forbidden.add("cli");
          forbidden.add("tiny");
          forbidden.remove(module);
          forbidden.removeAll(allowed);
          String[] packages =
              forbidden.stream().map(other -> "dev.rpdr." + other + "..").toArray(String[]::new);
          rules.add(
              ArchRuleDefinition.noClasses()
                  .that()
                  .resideInAPackage("dev.rpdr." + module + "..")
                  .should()
                  .dependOnClassesThat()
                  .resideInAnyPackage(packages));
        });
    return rules;
  }

  private static ArchRule core() {
    String[] others = {
      "dev.rpdr.nn..",
      "dev.rpdr.retriever..",
      "dev.rpdr.teacher..",
      "dev.rpdr.distill..",
      "dev.rpdr.eval..",
      "dev.rpdr.cli..",
      "dev.rpdr.testkit..",
      "dev.rpdr.tiny.."
    };
    return ArchRuleDefinition.noClasses()
        .that()
        .resideInAnyPackage("dev.rpdr", "dev.rpdr.io..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others);
  }

  private static List<ArchRule> libraries() {
    List<ArchRule> rules = new ArrayList<>();
    LIBRARIES.forEach(
        (library, adapters) ->
            rules.add(
                ArchRuleDefinition.noClasses()
                    .that()
                    .resideOutsideOfPackages(adapters.toArray(String[]::new))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(library)));
    return rules;
  }

  private static boolean inModule(String packageName, String module) {
    return packageName.equals("dev.rpdr." + module)
        || packageName.startsWith("dev.rpdr." + module + ".");
  }
}
