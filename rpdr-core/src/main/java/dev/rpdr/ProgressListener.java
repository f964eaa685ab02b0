package dev.rpdr;

/**
 * Hears how far long work has come. Called from the working thread, never concurrently by one piece
 * of work; it should return at once.
 */
@FunctionalInterface
public interface ProgressListener {
  /** A listener that does nothing. */
  ProgressListener SILENT = (stage, done, total, message) -> {};

  /**
   * Called after each unit of work.
   *
   * @param stage what is being done, stable for the whole of it ("encode", "train")
   * @param done units done so far, 0 ≤ done ≤ total
   * @param total units in all, or -1 where unknown
   * @param message something to show beside it, such as the loss; may be empty
   */
  void onProgress(String stage, long done, long total, String message);
}
