@NullMarked
package dev.rpdr.testkit.openai;

import org.jspecify.annotations.NullMarked;
