/**
 * What to test with: a teacher that follows a script, contract tests that every retriever, teacher
 * and student must pass, whoever wrote it, and AssertJ assertions on rankings. Meant for the test
 * scope of an application; it needs JUnit 5 and AssertJ.
 */
@NullMarked
package dev.rpdr.testkit;

import org.jspecify.annotations.NullMarked;
