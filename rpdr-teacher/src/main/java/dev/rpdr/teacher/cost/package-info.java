/**
 * What a teacher costs: prices as data, the estimate before a run, the meter and its budget during
 * it, the bill after it.
 */
@NullMarked
package dev.rpdr.teacher.cost;

import org.jspecify.annotations.NullMarked;
