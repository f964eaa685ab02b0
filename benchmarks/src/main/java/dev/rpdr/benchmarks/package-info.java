/** Speed, measured with JMH: {@code bin/rpdr bench [pattern]}. */
@NullMarked
package dev.rpdr.benchmarks;

import org.jspecify.annotations.NullMarked;
