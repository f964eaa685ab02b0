package dev.rpdr.teacher.prompt;

import dev.rpdr.CandidateList;
import java.util.List;

/** The same examples for every request. */
record FixedExamples(List<Example> pool) implements ExampleSelector {
  FixedExamples {
    pool = List.copyOf(pool);
  }

  @Override
  public List<Example> select(CandidateList request) {
    return pool;
  }

  @Override
  public int count() {
    return pool.size();
  }

  @Override
  public String identity() {
    return "fixed";
  }
}
