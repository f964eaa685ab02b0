package dev.rpdr.cli.experiment;

import dev.rpdr.Provenance;
import dev.rpdr.Retriever;
import java.util.List;
import java.util.stream.Stream;

/**
 * A retriever and where it comes from.
 *
 * @param notes what a reader of its numbers must know, copied
 */
record Traced(Retriever retriever, Provenance provenance, List<String> notes) {
  Traced {
    notes = List.copyOf(notes);
  }

  Traced(Retriever retriever, Provenance provenance) {
    this(retriever, provenance, List.of());
  }

  static List<String> plus(List<String> notes, String note) {
    return Stream.concat(notes.stream(), Stream.of(note)).toList();
  }
}
