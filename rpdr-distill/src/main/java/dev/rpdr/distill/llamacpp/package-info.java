/**
 * Language models in llama.cpp, in this process, by the optional library {@code de.kherud:llama}:
 * quantised GGUF checkpoints and GGUF adapters on processors that PyTorch serves less well.
 */
@NullMarked
package dev.rpdr.distill.llamacpp;

import org.jspecify.annotations.NullMarked;
