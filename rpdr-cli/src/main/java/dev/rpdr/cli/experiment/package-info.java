/**
 * {@code rpdr experiment}: an experiment is a YAML file; what it names is read, built, trained and
 * measured, and reported in one folder.
 */
@NullMarked
package dev.rpdr.cli.experiment;

import org.jspecify.annotations.NullMarked;
