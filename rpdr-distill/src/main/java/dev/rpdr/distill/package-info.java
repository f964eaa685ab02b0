/**
 * Step 3: students, the local models that re-rank candidates as a teacher would have done. A
 * student is a folder; {@link dev.rpdr.distill.Students} opens it and refuses one that is damaged.
 * Running one needs ONNX Runtime and a tokenizer and no training engine; students are made in
 * {@link dev.rpdr.distill.train}.
 */
@NullMarked
package dev.rpdr.distill;

import org.jspecify.annotations.NullMarked;
