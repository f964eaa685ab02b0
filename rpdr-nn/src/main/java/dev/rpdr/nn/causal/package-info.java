/**
 * Causal language models on the JVM: {@link dev.rpdr.nn.causal.CausalLm} runs Llama and Qwen-2
 * checkpoints on PyTorch's operations, {@link dev.rpdr.nn.causal.LoraTrainer} fine-tunes them with
 * low-rank adapters, and {@link dev.rpdr.nn.causal.LoraAdapter} is what comes of it, to be run
 * here, by PEFT and vLLM, or by llama.cpp. Needs the PyTorch natives at run time, training or not.
 */
@NullMarked
package dev.rpdr.nn.causal;

import org.jspecify.annotations.NullMarked;
