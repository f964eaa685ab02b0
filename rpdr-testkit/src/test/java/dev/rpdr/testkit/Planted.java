package dev.rpdr.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs a contract against an implementation that breaks it. */
final class Planted {
  private Planted() {}

  /** The names of the tests that failed. */
  static Set<String> failuresOf(Class<?> testClass) {
    EngineExecutionResults results =
        EngineTestKit.engine("junit-jupiter").selectors(selectClass(testClass)).execute();
    if (results.testEvents().started().count() < 5) {
      throw new AssertionError("the contract did not run: " + results.allEvents().list());
    }
    return results
        .testEvents()
        .failed()
        .map(event -> event.getTestDescriptor().getDisplayName().replace("()", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
