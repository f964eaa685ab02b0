/**
 * How good a linker is, and how sure one can be of it: concept-level Acc@k with intervals and
 * slices, paired comparison of two systems, the protocol under which a score was made, and reports
 * as JSON, Markdown and one line a mention.
 */
@NullMarked
package dev.rpdr.eval;

import org.jspecify.annotations.NullMarked;
