/**
 * Readers of knowledge bases and of mentions, labelled or not, from TSV, CSV and JSON files.
 * Columns are named or counted, ids are always text, and the charset is always stated, never the
 * platform's.
 */
@NullMarked
package dev.rpdr.io;

import org.jspecify.annotations.NullMarked;
