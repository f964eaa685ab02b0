@NullMarked
package dev.rpdr.eval;

import org.jspecify.annotations.NullMarked;
