/**
 * Step 2: prompt templates, a teacher over any LangChain4j chat model, the parser of what models
 * really send, the journal that keeps every answer, and the teacher that replays recorded answers.
 */
@NullMarked
package dev.rpdr.teacher;

import org.jspecify.annotations.NullMarked;
