/**
 * OpenAI's batch API: requests are handed in as a file, answered within a day at a lower price, and
 * collected later, by another process if need be.
 */
@NullMarked
package dev.rpdr.teacher.batch;

import org.jspecify.annotations.NullMarked;
