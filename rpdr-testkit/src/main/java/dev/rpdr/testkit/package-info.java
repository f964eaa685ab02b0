/**
 * What to test with: teachers that follow a script, play back a cassette or are as faulty as the
 * network; contract tests that every retriever, teacher and student must pass, whoever wrote it;
 * AssertJ assertions on rankings. A fake server stands in {@code openai}. Meant for the test scope
 * of an application; it needs JUnit 5 and AssertJ.
 */
@NullMarked
package dev.rpdr.testkit;

import org.jspecify.annotations.NullMarked;
