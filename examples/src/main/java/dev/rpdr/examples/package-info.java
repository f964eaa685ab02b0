/** Programs to start from. Each is run by a test. */
@NullMarked
package dev.rpdr.examples;

import org.jspecify.annotations.NullMarked;
