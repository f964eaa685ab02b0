/**
 * Step 2: a teacher over any LangChain4j chat model. Prompts and the parser of answers are in
 * {@code dev.rpdr.teacher.prompt}, the journal that keeps every answer in {@code
 * dev.rpdr.teacher.journal}.
 */
@NullMarked
package dev.rpdr.teacher;

import org.jspecify.annotations.NullMarked;
