/**
 * What a language model is asked, and what is understood of its answer: prompt templates with their
 * few-shot examples, and the parser of what models really send. The labels of the candidates join
 * the two. Nothing here knows a chat model or a file of answers.
 */
@NullMarked
package dev.rpdr.teacher.prompt;

import org.jspecify.annotations.NullMarked;
