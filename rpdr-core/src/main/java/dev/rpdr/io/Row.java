package dev.rpdr.io;

import dev.rpdr.DataFormatException;
import java.util.List;

/** One row of a table, with where it stands. */
interface Row {
  /**
   * The values of a cell: one, or several where JSON holds an array; none where the cell is empty.
   *
   * @throws DataFormatException if there is no such column
   */
  List<String> values(Column column);

  /** Where this row stands, for messages. */
  String place();

  /** The one non-blank value of a cell. */
  default String text(Column column) {
    List<String> values = values(column);
    if (values.size() != 1 || values.get(0).isBlank()) {
      throw new DataFormatException(
          place() + ": column " + column + " must hold one text, but holds " + values);
    }
    return values.get(0);
  }

  /** The one integer of a cell. */
  default int integer(Column column) {
    String text = text(column);
    try {
      return Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      throw new DataFormatException(
          place() + ": column " + column + " must hold an integer, but holds '" + text + "'", e);
    }
  }
}
