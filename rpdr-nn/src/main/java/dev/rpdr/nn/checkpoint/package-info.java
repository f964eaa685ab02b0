/**
 * Checkpoints of causal language models on disk. {@link dev.rpdr.nn.checkpoint.Checkpoint} reads a
 * Hugging Face folder ({@code config.json}, {@code *.safetensors}) or a GGUF file through memory
 * maps and gives every weight as 32-bit floats under its Hugging Face name; {@link
 * dev.rpdr.nn.checkpoint.SafetensorsWriter} and {@link dev.rpdr.nn.checkpoint.GgufWriter} write.
 * Pure Java: no native library is needed.
 */
@NullMarked
package dev.rpdr.nn.checkpoint;

import org.jspecify.annotations.NullMarked;
