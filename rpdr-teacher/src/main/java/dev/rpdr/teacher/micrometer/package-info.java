/**
 * Micrometer meters of a teacher. Only whoever uses this package needs {@code micrometer-core} on
 * the class path.
 */
@NullMarked
package dev.rpdr.teacher.micrometer;

import org.jspecify.annotations.NullMarked;
