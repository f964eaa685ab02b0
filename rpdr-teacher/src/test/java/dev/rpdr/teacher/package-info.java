/** Tests of the teacher. */
@NullMarked
package dev.rpdr.teacher;

import org.jspecify.annotations.NullMarked;
