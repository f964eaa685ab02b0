/** What servers tell of the prompts that they make, for {@code bin/rpdr student parity}. */
@NullMarked
package dev.rpdr.cli.parity;

import org.jspecify.annotations.NullMarked;
