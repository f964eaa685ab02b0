/** Tests of journals and recorded teachers. */
@NullMarked
package dev.rpdr.teacher.journal;

import org.jspecify.annotations.NullMarked;
