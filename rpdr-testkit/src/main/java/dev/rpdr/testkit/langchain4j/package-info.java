/**
 * A LangChain4j chat model with faults. The only package of the test kit that needs LangChain4j,
 * which is an optional dependency: whoever uses it has it on the class path.
 */
@NullMarked
package dev.rpdr.testkit.langchain4j;

import org.jspecify.annotations.NullMarked;
