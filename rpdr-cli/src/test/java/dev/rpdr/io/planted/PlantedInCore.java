package dev.rpdr.io.planted;

import dev.rpdr.nn.Pooling;

/** Breaks a rule on purpose: core knows no other module. */
record PlantedInCore(Pooling pooling) {}
