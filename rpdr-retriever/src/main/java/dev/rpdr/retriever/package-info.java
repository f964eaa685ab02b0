/**
 * Step 1, retrieval: lexical ({@link dev.rpdr.retriever.TfIdfRetriever}), dense ({@link
 * dev.rpdr.retriever.DenseRetriever}) and hybrid ({@link dev.rpdr.retriever.HybridRetriever}). All
 * are exact and deterministic: the same call gives the same list, and entities of equal score stand
 * in the order of their ids.
 */
@NullMarked
package dev.rpdr.retriever;

import org.jspecify.annotations.NullMarked;
