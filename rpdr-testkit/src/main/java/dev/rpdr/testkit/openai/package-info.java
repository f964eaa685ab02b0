/**
 * A server on this machine that speaks the OpenAI protocol, for black-box tests: chat completions,
 * JSON schemas, files and batches, with latency and faults, and its own count of requests, tokens
 * and faults.
 */
@NullMarked
package dev.rpdr.testkit.openai;

import org.jspecify.annotations.NullMarked;
