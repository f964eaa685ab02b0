@NullMarked
package dev.rpdr.testkit;

import org.jspecify.annotations.NullMarked;
