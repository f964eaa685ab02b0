/** The command line, {@code bin/rpdr}. */
@NullMarked
package dev.rpdr.cli;

import org.jspecify.annotations.NullMarked;
