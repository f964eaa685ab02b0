@NullMarked
package dev.rpdr.teacher.call;

import org.jspecify.annotations.NullMarked;
