/**
 * Transformers on the JVM, run: {@link dev.rpdr.nn.TextEncoder} turns texts into vectors and {@link
 * dev.rpdr.nn.PairScorer} pairs of texts into scores, both from an ONNX graph and a Hugging Face
 * {@code tokenizer.json}. Where the files come from is {@link dev.rpdr.nn.ModelFiles}' affair, what
 * a vector means {@link dev.rpdr.nn.EncoderOptions}', and how it is computed {@link
 * dev.rpdr.nn.RunOptions}'.
 */
@NullMarked
package dev.rpdr.nn;

import org.jspecify.annotations.NullMarked;
