/**
 * Fine-tunes bi-encoders for retrieval from a teacher's rankings or from labels. Needs PyTorch's
 * natives on the class path ({@code ai.djl.pytorch:pytorch-native-cpu}); what it writes does not.
 */
@NullMarked
package dev.rpdr.retriever.train;

import org.jspecify.annotations.NullMarked;
