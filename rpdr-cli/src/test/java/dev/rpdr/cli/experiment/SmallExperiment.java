package dev.rpdr.cli.experiment;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.DataFormatException;
import dev.rpdr.ProgressListener;
import dev.rpdr.eval.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An experiment over three entities, in a folder: {@code codes.tsv} has 1 Senile cataract, 2
 * Glaucoma and 3 Heart attack.
 */
final class SmallExperiment {
  private final Path folder;

  SmallExperiment(Path folder) {
    this.folder = folder;
    write("codes.tsv", "1\tSenile cataract\n2\tGlaucoma\n3\tHeart attack\n");
  }

  SmallExperiment write(String name, String content) {
    try {
      Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  /** A line of a teacher's file: all three entities in order, and which of them it ranked. */
  static String ranked(String mention, String first, String second) {
    return """
        {"mention": "%s", "candidates": [{"id": "1", "name": "Senile cataract"}, {"id": "2", "name": "Glaucoma"}, {"id": "3", "name": "Heart attack"}], "ranking": ["%s", "%s"]}
        """
        .formatted(mention, first, second);
  }

  Report run(String yaml) {
    write("experiment.yaml", yaml);
    Path file = folder.resolve("experiment.yaml");
    return Experiment.read(file, folder, folder.resolve("out"), ProgressListener.SILENT).run();
  }

  void refused(String yaml, String... parts) {
    assertThatThrownBy(() -> run(yaml))
        .isInstanceOf(DataFormatException.class)
        .message()
        .contains(List.of(parts));
  }
}
