package dev.rpdr.retriever;

/**
 * Names with high inner products, in no particular order.
 *
 * @param names their numbers
 * @param scores their inner products, as many as names
 * @param bound no name that is missing here scores higher; negative infinity where none is missing
 */
@SuppressWarnings("ArrayRecordComponent")
record NearestNames(int[] names, float[] scores, float bound) {}
