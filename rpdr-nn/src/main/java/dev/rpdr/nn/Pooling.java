package dev.rpdr.nn;

/** How the vectors of a text's tokens become the one vector of the text. */
public enum Pooling {
  /** The vector of the first token, which BERT-like models call [CLS]. */
  CLS {
    @Override
    float[] pool(float[] data, int offset, int tokens, int dimension) {
      float[] vector = new float[dimension];
      System.arraycopy(data, offset, vector, 0, dimension);
      return vector;
    }
  },

  /** The mean over all tokens of the text, special ones included, padding excluded. */
  MEAN {
    @Override
    float[] pool(float[] data, int offset, int tokens, int dimension) {
      float[] vector = new float[dimension];
      for (int t = 0; t < tokens; t++) {
        int from = offset + t * dimension;
        for (int d = 0; d < dimension; d++) {
          vector[d] += data[from + d];
        }
      }
      for (int d = 0; d < dimension; d++) {
        vector[d] /= tokens;
      }
      return vector;
    }
  },

  /** None here: the graph pools by itself, its output is one vector a text. */
  IN_GRAPH {
    @Override
    float[] pool(float[] data, int offset, int tokens, int dimension) {
      return CLS.pool(data, offset, tokens, dimension);
    }
  };

  /**
   * Pools one text.
   *
   * @param data token vectors, row-major
   * @param offset where the text's first token vector starts in data
   * @param tokens how many tokens the text has, at least 1; they follow one another
   */
  abstract float[] pool(float[] data, int offset, int tokens, int dimension);
}
