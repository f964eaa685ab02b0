package dev.rpdr.cli.demo;

import dev.rpdr.Dataset;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.NonRetriableException;
import dev.rpdr.io.Column;
import dev.rpdr.io.DatasetReader;
import dev.rpdr.io.KnowledgeBaseReader;
import dev.rpdr.io.TableFormat;
import dev.rpdr.teacher.journal.RecordedTeacher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The embedded example in one language. Its files are laid out in the demo's folder, where the user
 * can look at them and try {@code rpdr link} with them.
 *
 * @param knowledgeBase diagnoses by ICD-10 code
 * @param train mentions for the teacher; their labels are not used
 * @param test mentions to measure with
 * @param teacher recorded answers for all mentions
 */
record DemoData(KnowledgeBase knowledgeBase, Dataset train, Dataset test, RecordedTeacher teacher) {
  static final String KNOWLEDGE_BASE = "knowledge-base.tsv";

  static DemoData load(DemoLanguage language, Path folder) {
    try {
      Files.createDirectories(folder);
      TableFormat format = TableFormat.tsv().withHeader(true);
      KnowledgeBase knowledgeBase =
          KnowledgeBaseReader.builder(
                  format, Column.named("id"), Column.named(language.nameColumn()))
              .semanticType(Column.named("chapter"))
              .build()
              .read(unpack(KNOWLEDGE_BASE, folder));
      RecordedTeacher teacher =
          RecordedTeacher.read(unpack("teacher." + language + ".jsonl", folder)).lenient();
      return new DemoData(
          knowledgeBase,
          mentions("train", language, folder),
          mentions("test", language, folder),
          teacher);
    } catch (IOException e) {
      throw new NonRetriableException(
          "cannot lay out the demo's files in " + folder + ": " + e.getMessage(), e);
    }
  }

  private static Dataset mentions(String split, DemoLanguage language, Path folder)
      throws IOException {
    return DatasetReader.builder(
            TableFormat.tsv().withHeader(true), Column.named("mention"), Column.named("gold"))
        .id(Column.named("id"))
        .where(Column.named("language"), language.name())
        .where(Column.named("split"), split)
        .build()
        .read(split, unpack("mentions.tsv", folder));
  }

  private static Path unpack(String name, Path folder) throws IOException {
    try (InputStream in = DemoData.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the resource " + name + " is missing");
      }
      Path file = folder.resolve(name);
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    }
  }
}
