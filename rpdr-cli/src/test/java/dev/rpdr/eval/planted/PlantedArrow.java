package dev.rpdr.eval.planted;

import dev.rpdr.teacher.prompt.PromptTemplate;
import picocli.CommandLine;

/** Breaks two rules on purpose: eval must not know teacher, and only the command line picocli. */
record PlantedArrow(PromptTemplate template, CommandLine line) {}
