package dev.rpdr.testkit;

import java.util.List;

/** Where ids stand, and how to tell so in a message. */
record Places(List<String> ids, String mention) {
  /** The place of an id from 1, or 0 where it is not there. */
  int of(String id) {
    return ids.indexOf(id) + 1;
  }

  String expected(String what) {
    return "Expected " + what + " for mention '" + mention + "', but the order is " + ids;
  }
}
