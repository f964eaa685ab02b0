/**
 * Open language models as students: {@link dev.rpdr.distill.llm.RankingTemplate} words the task the
 * same way for training, export and use, and {@link dev.rpdr.distill.llm.LlmStudent} ranks by one
 * of several forms. Opening a student needs the PyTorch natives.
 */
@NullMarked
package dev.rpdr.distill.llm;

import org.jspecify.annotations.NullMarked;
