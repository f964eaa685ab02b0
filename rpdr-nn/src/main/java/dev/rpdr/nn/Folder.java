package dev.rpdr.nn;

import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The files of a model in a folder. */
record Folder(Path path) implements ModelFiles.Source {
  /** Checks that the two files are there. */
  static Folder of(Path path) {
    if (!Files.isDirectory(path)) {
      throw new ModelException("no such folder: " + path);
    }
    for (String file : new String[] {ModelFiles.ONNX, ModelFiles.TOKENIZER}) {
      if (!Files.isRegularFile(path.resolve(file))) {
        throw new ModelException(
            "no "
                + file
                + " in "
                + path
                + ": a model's folder holds "
                + ModelFiles.ONNX
                + " and "
                + ModelFiles.TOKENIZER);
      }
    }
    return new Folder(path);
  }

  @Override
  public byte[] onnx() throws IOException {
    return Files.readAllBytes(path.resolve(ModelFiles.ONNX));
  }

  @Override
  public byte[] tokenizer() throws IOException {
    return Files.readAllBytes(path.resolve(ModelFiles.TOKENIZER));
  }

  @Override
  public Optional<Path> folder() {
    return Optional.of(path);
  }
}
