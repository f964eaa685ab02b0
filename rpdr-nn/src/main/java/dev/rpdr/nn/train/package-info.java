/**
 * Fine-tuning of ONNX graphs on the JVM. {@link dev.rpdr.nn.train.TrainableGraph} reads an exported
 * encoder, executes its nodes under autograd, updates its weights and writes them back into the
 * same graph: the file that is deployed is the file that was trained.
 */
@NullMarked
package dev.rpdr.nn.train;

import org.jspecify.annotations.NullMarked;
