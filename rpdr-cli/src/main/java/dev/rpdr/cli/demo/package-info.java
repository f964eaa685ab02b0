/** {@code rpdr demo}: the whole way on an example of our own that comes along. */
@NullMarked
package dev.rpdr.cli.demo;

import org.jspecify.annotations.NullMarked;
