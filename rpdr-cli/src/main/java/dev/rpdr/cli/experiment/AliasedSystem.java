package dev.rpdr.cli.experiment;

import dev.rpdr.DataFormatException;
import dev.rpdr.Dataset;
import dev.rpdr.Provenance;
import dev.rpdr.Retriever;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.TeacherAliases;
import dev.rpdr.retriever.AliasWeightFit;
import dev.rpdr.retriever.AliasWeightFitter;
import dev.rpdr.retriever.AliasedRetriever;
import dev.rpdr.retriever.WeightedNames;
import java.util.Map;
import java.util.function.Function;

/**
 * Gives a system's retriever a teacher's aliases, their weight fitted where the system says so.
 *
 * @param at the key of the aliases in the experiment
 */
record AliasedSystem(String at, AliasConfig settings, ExperimentData data) {
  /**
   * The retriever with aliases.
   *
   * @param plain the retriever without
   * @param with opens it with further names
   * @throws DataFormatException if the teacher gives no alias
   */
  Traced of(Traced plain, Function<WeightedNames, AliasedRetriever> with) {
    TeacherAliases aliases = aliases(plain.retriever());
    if (aliases.size() == 0) {
      throw new DataFormatException(
          at + ": teacher '" + settings.of() + "' gives none: " + aliases.tally());
    }
    AliasedRetriever retriever = with.apply(aliases.names().withWeight(settings.given()));
    Traced aliased =
        new Traced(
            retriever,
            plain.provenance().with("aliases.from", aliases.provenance()),
            Traced.plus(plain.notes(), "teacher '" + settings.of() + "': " + aliases.tally()));
    String split = settings.fit();
    return split == null
        ? withFacts(aliased, retriever)
        : fitted(aliased, retriever, aliases, data.split(split));
  }

  private static Traced fitted(
      Traced aliased, AliasedRetriever retriever, TeacherAliases aliases, Dataset rows) {
    AliasWeightFit fit = AliasWeightFitter.defaults().fit(retriever, rows.mentions());
    long known = rows.unlabelled().stream().filter(row -> aliases.contains(row.text())).count();
    Provenance provenance =
        aliased
            .provenance()
            .with("aliases.fit.split", rows.name())
            .with("aliases.fit.split.sha256", rows.fingerprint())
            .with("aliases.fit.rows-that-are-aliases", known)
            .with("aliases.fit", fit.provenance());
    String note =
        "on split '"
            + rows.name()
            + "', "
            + known
            + " of whose mentions are aliases: "
            + fit.summary();
    return withFacts(
        new Traced(retriever, provenance, Traced.plus(aliased.notes(), note)),
        retriever.withWeight(fit.weight()));
  }

  /** The retriever itself and what it says of itself. */
  private static Traced withFacts(Traced aliased, AliasedRetriever retriever) {
    Provenance provenance = aliased.provenance();
    for (Map.Entry<String, String> fact : retriever.provenance().facts().entrySet()) {
      provenance = provenance.with(fact.getKey(), fact.getValue());
    }
    return new Traced(retriever, provenance, aliased.notes());
  }

  private TeacherAliases aliases(Retriever plain) {
    TrainingSet rankings = data.rankings(settings.of());
    TeacherAliases.Builder aliases = TeacherAliases.builder(data.knowledgeBase(), rankings);
    if (settings.minConfidence() != null) {
      aliases.minConfidence(settings.minConfidence());
    }
    if (settings.amongFirst() != null) {
      aliases.amongFirst(plain, settings.amongFirst());
    }
    return aliases.build();
  }
}
