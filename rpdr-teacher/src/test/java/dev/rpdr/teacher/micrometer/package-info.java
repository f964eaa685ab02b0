@NullMarked
package dev.rpdr.teacher.micrometer;

import org.jspecify.annotations.NullMarked;
