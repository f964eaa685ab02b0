/**
 * The language of the field: mentions, entities, knowledge bases, candidates and rankings, the
 * interfaces of the three steps (retrieve, teach, distil) and the pipeline that joins them. Every
 * other module depends on this one, and this one on none of them.
 */
@NullMarked
package dev.rpdr;

import org.jspecify.annotations.NullMarked;
