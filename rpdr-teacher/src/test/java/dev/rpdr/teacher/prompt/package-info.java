/** Tests of prompts and of reading answers. */
@NullMarked
package dev.rpdr.teacher.prompt;

import org.jspecify.annotations.NullMarked;
