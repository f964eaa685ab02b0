package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Where the tokens of a pass stand and what each may see.
 *
 * @param cos of keys [rows or 1, length, 1, head]
 * @param sin of keys, the first half negated
 * @param queryCos the same over the square root of the head's size
 * @param querySin the same over the square root of the head's size
 * @param mask added to attention scores [rows or 1, 1, 1, length, all]; null where all is seen
 */
record Places(
    NDArray cos, NDArray sin, NDArray queryCos, NDArray querySin, @Nullable NDArray mask) {}
