/**
 * What makes better training data of a teacher's rankings: students that judge rankings which they
 * have not seen, and students that rank unlabelled mentions for another student. Runs students and
 * calls trainers, and needs no training engine of its own.
 */
@NullMarked
package dev.rpdr.distill.noise;

import org.jspecify.annotations.NullMarked;
