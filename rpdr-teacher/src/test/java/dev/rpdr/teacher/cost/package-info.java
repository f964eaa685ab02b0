@NullMarked
package dev.rpdr.teacher.cost;

import org.jspecify.annotations.NullMarked;
