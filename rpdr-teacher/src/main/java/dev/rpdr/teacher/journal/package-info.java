/**
 * Teacher answers on disk: the journal that keeps every answer before it is used, and the teacher
 * that replays recorded answers.
 */
@NullMarked
package dev.rpdr.teacher.journal;

import org.jspecify.annotations.NullMarked;
