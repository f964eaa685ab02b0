/**
 * What teaching must show against a fake server of the OpenAI protocol: nothing is lost or asked
 * twice when processes are killed, requests keep the server busy, money is what was announced.
 */
@NullMarked
package dev.rpdr.benchmarks.teacher;

import org.jspecify.annotations.NullMarked;
