/** Models of random weights that train in milliseconds, for tests. */
@NullMarked
package dev.rpdr.tiny;

import org.jspecify.annotations.NullMarked;
