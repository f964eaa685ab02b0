package dev.rpdr.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.rpdr.DataFormatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Goes through the rows of a file. */
final class Rows {
  private static final CsvMapper CSV =
      CsvMapper.builder()
          .enable(CsvParser.Feature.WRAP_AS_ARRAY)
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .build();
  private static final ObjectMapper JSON = new ObjectMapper();

  private Rows() {}

  /**
   * Calls {@code consumer} with each row; what it refuses as an illegal argument is reported with
   * the row's place.
   */
  static void forEach(Path file, TableFormat format, Consumer<Row> consumer) {
    Consumer<Row> placed =
        row -> {
          try {
            consumer.accept(row);
          } catch (IllegalArgumentException e) {
            throw new DataFormatException(row.place() + ": " + e.getMessage(), e);
          }
        };
    try (Reader reader = open(file, format)) {
      if (format.syntax() == TableFormat.Syntax.JSONL) {
        objects(file, reader, placed);
      } else {
        cells(file, reader, format, placed);
      }
    } catch (NoSuchFileException e) {
      throw new DataFormatException("there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new DataFormatException(
          file + " is not written in " + format.charset() + "; state its charset", e);
    } catch (JsonProcessingException e) {
      throw new DataFormatException(
          file + " line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(), e);
    } catch (RuntimeJsonMappingException e) {
      throw new DataFormatException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static Reader open(Path file, TableFormat format) throws IOException {
    BufferedReader reader = Files.newBufferedReader(file, format.charset());
    try {
      reader.mark(1);
      if (reader.read() != '\uFEFF') {
        reader.reset();
      }
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  private static void objects(Path file, Reader reader, Consumer<Row> consumer) throws IOException {
    try (MappingIterator<JsonNode> nodes = JSON.readerFor(JsonNode.class).readValues(reader)) {
      while (nodes.hasNextValue()) {
        JsonNode node = nodes.nextValue();
        String place = file + " line " + nodes.getCurrentLocation().getLineNr();
        if (!node.isObject()) {
          throw new DataFormatException(
              place + ": a JSON object is needed, not " + node.getNodeType());
        }
        consumer.accept(new ObjectRow(node, place));
      }
    }
  }

  private static void cells(Path file, Reader reader, TableFormat format, Consumer<Row> consumer)
      throws IOException {
    boolean tabs = format.syntax() == TableFormat.Syntax.TSV;
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(tabs ? '\t' : ',');
    if (tabs) {
      schema = schema.withoutQuoteChar();
    }
    try (MappingIterator<String[]> lines =
        CSV.readerFor(String[].class).with(schema).readValues(reader)) {
      List<String> header = List.of();
      long first = 1;
      if (format.header()) {
        if (!lines.hasNextValue()) {
          throw new DataFormatException(file + " is empty; a header line is needed");
        }
        header = Arrays.asList(lines.nextValue());
        first = 2;
      }
      for (long number = first; lines.hasNextValue(); number++) {
        consumer.accept(new CellRow(lines.nextValue(), header, file + " row " + number));
      }
    }
  }

  private record CellRow(String[] cells, List<String> header, String place) implements Row {
    @Override
    public List<String> values(Column column) {
      int index;
      if (column instanceof Column.Numbered numbered) {
        index = numbered.number() - 1;
      } else {
        index = header.indexOf(((Column.Named) column).name());
        if (index < 0) {
          throw new DataFormatException(
              place
                  + ": there is no column "
                  + column
                  + (header.isEmpty()
                      ? ", since the file is read without a header"
                      : "; the header names " + header));
        }
      }
      if (index >= cells.length) {
        throw new DataFormatException(
            place + ": there is no column " + column + ", only " + cells.length + " cells");
      }
      return cells[index].isEmpty() ? List.of() : List.of(cells[index]);
    }
  }

  private record ObjectRow(JsonNode object, String place) implements Row {
    @Override
    public List<String> values(Column column) {
      if (column instanceof Column.Numbered) {
        throw new DataFormatException(
            place + ": columns of JSON have names, not numbers; given is " + column);
      }
      JsonNode value = object.get(((Column.Named) column).name());
      if (value == null || value.isNull()) {
        return List.of();
      }
      List<String> values = new ArrayList<>();
      for (JsonNode element : value.isArray() ? value : List.of(value)) {
        if (!element.isValueNode()) {
          throw new DataFormatException(
              place
                  + ": "
                  + column
                  + " must hold a text or an array of texts, not "
                  + value.getNodeType());
        }
        values.add(element.asText());
      }
      return values;
    }
  }
}
