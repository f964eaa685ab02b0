/** What {@code bin/rpdr distill} does: rankings read and held out, and what was learnt. */
@NullMarked
package dev.rpdr.cli.distill;

import org.jspecify.annotations.NullMarked;
