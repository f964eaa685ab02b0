/**
 * PyTorch through DJL, for {@code dev.rpdr.nn.train} and {@code dev.rpdr.nn.causal}: the engine,
 * the operations of its binding, weights and their optimizer. Public so that the two can share it,
 * not for applications: it changes without notice.
 */
@NullMarked
package dev.rpdr.nn.torch;

import org.jspecify.annotations.NullMarked;
