/** The work behind {@code rpdr teach}. */
@NullMarked
package dev.rpdr.cli.teach;

import org.jspecify.annotations.NullMarked;
