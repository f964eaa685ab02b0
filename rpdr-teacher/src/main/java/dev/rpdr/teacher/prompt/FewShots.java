package dev.rpdr.teacher.prompt;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The few-shot examples of a template file, and how they are chosen. */
final class FewShots {
  private FewShots() {}

  static ExampleSelector of(TemplateFile file) {
    List<Example> shots = shots(file);
    TemplateFile.Choice choice = file.fewShotChoice();
    if (choice == null) {
      return ExampleSelector.fixed(shots);
    }
    String by = PromptTemplate.text(choice.by(), "few-shot-choice.by");
    if (!by.equals("random") && choice.seed() != null) {
      throw new DataFormatException("few-shot-choice.seed is for by: random, not for by: " + by);
    }
    return switch (by) {
      case "fixed" -> {
        if (choice.count() != null) {
          throw new DataFormatException(
              "few-shot-choice.count is not for by: fixed, which has all");
        }
        yield ExampleSelector.fixed(shots);
      }
      case "random" -> {
        if (choice.seed() == null) {
          throw new DataFormatException("few-shot-choice by: random needs a seed");
        }
        yield ExampleSelector.random(shots, count(choice), choice.seed());
      }
      case "nearest" -> ExampleSelector.nearest(shots, count(choice));
      default ->
          throw new DataFormatException(
              "few-shot-choice.by '" + by + "' is unknown; known are fixed, random, nearest");
    };
  }

  /** The examples of several requests in turn, each once, as many as one request has. */
  static List<Example> inTurn(ExampleSelector selector, List<CandidateList> requests) {
    List<List<Example>> chosen = requests.stream().map(selector::select).toList();
    Set<Example> distinct = new LinkedHashSet<>();
    // From the end: of nearest examples the last are the nearest
    for (int back = 1; distinct.size() < selector.count(); back++) {
      boolean more = false;
      for (List<Example> each : chosen) {
        if (back <= each.size()) {
          more = true;
          if (distinct.size() < selector.count()) {
            distinct.add(each.get(each.size() - back));
          }
        }
      }
      if (!more) {
        break;
      }
    }
    List<Example> ordered = new ArrayList<>(distinct);
    Collections.reverse(ordered);
    return ordered;
  }

  private static int count(TemplateFile.Choice choice) {
    if (choice.count() == null) {
      throw new DataFormatException("few-shot-choice by: " + choice.by() + " needs a count");
    }
    return choice.count();
  }

  private static List<Example> shots(TemplateFile file) {
    List<Example> shots = new ArrayList<>();
    for (TemplateFile.Shot shot :
        file.fewShot() == null ? List.<TemplateFile.Shot>of() : file.fewShot()) {
      if (shot.candidates() == null || shot.ranking() == null) {
        throw new DataFormatException(
            "each few-shot example needs mention, candidates and ranking");
      }
      shots.add(
          Example.of(
              PromptTemplate.text(shot.mention(), "few-shot mention"),
              shot.candidates(),
              shot.ranking()));
    }
    return shots;
  }
}
