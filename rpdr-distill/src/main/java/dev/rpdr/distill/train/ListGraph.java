package dev.rpdr.distill.train;

import java.nio.file.Path;

/**
 * A graph that scores lists while it is trained. Holds native memory; not thread-safe.
 *
 * @param <I> what it reads of one list
 */
interface ListGraph<I> extends AutoCloseable {
  /** Learns from a batch and returns its loss. */
  double step(ListBatch<I> batch, ListLoss loss);

  /** Makes the update that is due where an epoch ends between two. */
  void endEpoch();

  /** Scores a batch: row-major, of the shape of its targets. */
  float[] score(ListBatch<I> batch);

  /** Writes encoder and head as one ONNX file. */
  void write(Path file);

  @Override
  void close();
}
