/**
 * How a paid service is called: limits on the rate, retries, a circuit that ends a run that only
 * fails, a budget, cancellation; and the events by which all of it is watched.
 */
@NullMarked
package dev.rpdr.teacher.call;

import org.jspecify.annotations.NullMarked;
