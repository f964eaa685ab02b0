package dev.rpdr.nn;

import org.jspecify.annotations.Nullable;

/**
 * Keeps DJL off the network. Left alone, DJL downloads native libraries on machines with a GPU and
 * reports its use; both are switched off here unless the user has decided otherwise, by the
 * environment ({@code DJL_OFFLINE}, {@code OPT_OUT_TRACKING}) or a system property ({@code
 * ai.djl.offline}, {@code OPT_OUT_TRACKING}).
 */
public final class OfflineDjl {
  private static final String TRACKING = "OPT_OUT_TRACKING";

  private OfflineDjl() {}

  /** Must run before the first class of DJL is used. May be called any number of times. */
  public static void ensure() {
    setUnlessDecided(System.getenv("DJL_OFFLINE"), "ai.djl.offline");
    setUnlessDecided(System.getenv(TRACKING), TRACKING);
  }

  private static void setUnlessDecided(@Nullable String environment, String property) {
    if (environment == null && System.getProperty(property) == null) {
      System.setProperty(property, "true");
    }
  }
}
