/**
 * Step 3's training: students out of a teacher's rankings, with the listwise losses they learn by.
 * Unlike {@link dev.rpdr.distill}, which only runs students, this package needs DJL's PyTorch
 * engine with its natives.
 */
@NullMarked
package dev.rpdr.distill.train;

import org.jspecify.annotations.NullMarked;
