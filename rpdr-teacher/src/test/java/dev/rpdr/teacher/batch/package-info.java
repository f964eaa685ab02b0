@NullMarked
package dev.rpdr.teacher.batch;

import org.jspecify.annotations.NullMarked;
