package dev.rpdr.retriever;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.rpdr.ModelException;
import dev.rpdr.nn.OnnxEnvironment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Exact search for the greatest inner products: one graph of MatMul and TopK in ONNX Runtime, run
 * on each chunk of vectors. Over 76,000 x 384 on two cores that took 4.1 ms for one query and 0.32
 * to 0.42 ms a query in batches of 256; a blocked loop in plain Java took 17 and 5 ms in the same
 * run. The vectors are an input and not part of the graph, which costs nothing for one query and a
 * tenth in batches, and needs no second copy of them and knows no limit of 2 GB.
 *
 * <p>Thread-safe. Holds native memory; closing waits for running searches and is harmless twice.
 */
final class InnerProductSearch implements AutoCloseable {
  private static final int OPSET = 13;
  private static final int IR_VERSION = 7;

  private final OrtSession session;
  private final List<VectorChunk> chunks;
  private final List<OnnxTensor> tensors = new ArrayList<>();
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private InnerProductSearch(OrtSession session, List<VectorChunk> chunks) {
    this.session = session;
    this.chunks = List.copyOf(chunks);
  }

  /** A search over chunks, whose names are numbered through. */
  static InnerProductSearch over(List<VectorChunk> chunks) {
    OrtEnvironment environment = OnnxEnvironment.get();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      OrtSession session = environment.createSession(graph(), options);
      InnerProductSearch search = new InnerProductSearch(session, chunks);
      try {
        for (VectorChunk chunk : chunks) {
          long[] shape = {chunk.dimension(), chunk.names()};
          FloatBuffer floats =
              chunk.bytes().duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
          search.tensors.add(OnnxTensor.createTensor(environment, floats, shape));
        }
      } catch (OrtException | RuntimeException e) {
        search.close();
        throw e;
      }
      return search;
    } catch (OrtException e) {
      throw new ModelException("ONNX Runtime cannot open the search: " + e.getMessage(), e);
    }
  }

  /**
   * The nearest names of each query.
   *
   * @param queries {@code float[queries][dimension]}
   * @param count how many names of each chunk, ≥ 1
   */
  List<NearestNames> search(List<float[]> queries, int count) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the dense retriever is closed");
      }
      return searchOpen(queries, count);
    } catch (OrtException e) {
      throw new ModelException("ONNX Runtime cannot search: " + e.getMessage(), e);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        tensors.forEach(OnnxTensor::close);
        session.close();
      }
    } catch (OrtException e) {
      throw new ModelException("ONNX Runtime cannot close the search: " + e.getMessage(), e);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private List<NearestNames> searchOpen(List<float[]> queries, int count) throws OrtException {
    int dimension = chunks.get(0).dimension();
    ByteBuffer bytes = VectorChunk.allocate(dimension, queries.size());
    FloatBuffer flat = bytes.asFloatBuffer();
    queries.forEach(flat::put);
    flat.rewind();
    OrtEnvironment environment = OnnxEnvironment.get();
    List<Merger> mergers = new ArrayList<>();
    queries.forEach(query -> mergers.add(new Merger()));
    try (OnnxTensor query =
        OnnxTensor.createTensor(environment, flat, new long[] {queries.size(), dimension})) {
      int offset = 0;
      for (int c = 0; c < chunks.size(); c++) {
        int names = chunks.get(c).names();
        int found = Math.min(count, names);
        try (OnnxTensor k = OnnxTensor.createTensor(environment, new long[] {found});
            OrtSession.Result result =
                session.run(Map.of("query", query, "names", tensors.get(c), "k", k))) {
          FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
          LongBuffer places = ((OnnxTensor) result.get(1)).getLongBuffer();
          for (Merger merger : mergers) {
            merger.add(scores, places, found, offset, found < names);
          }
        }
        offset += names;
      }
    }
    return mergers.stream().map(Merger::merged).toList();
  }

  /** Joins what the chunks give for one query. */
  private static final class Merger {
    private int[] names = {};
    private float[] scores = {};
    private float bound = Float.NEGATIVE_INFINITY;

    void add(FloatBuffer found, LongBuffer places, int count, int offset, boolean someMissing) {
      int before = names.length;
      names = Arrays.copyOf(names, before + count);
      scores = Arrays.copyOf(scores, before + count);
      for (int i = before; i < names.length; i++) {
        scores[i] = found.get();
        names[i] = offset + (int) places.get();
      }
      if (someMissing) {
        bound = Math.max(bound, scores[names.length - 1]);
      }
    }

    NearestNames merged() {
      return new NearestNames(names, scores, bound);
    }
  }

  private static byte[] graph() {
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("inner-product-search")
            .addInput(value("query", TensorProto.DataType.FLOAT, "queries", "dimension"))
            .addInput(value("names", TensorProto.DataType.FLOAT, "dimension", "size"))
            .addInput(value("k", TensorProto.DataType.INT64, "one"))
            .addOutput(value("scores", TensorProto.DataType.FLOAT, "queries", "found"))
            .addOutput(value("places", TensorProto.DataType.INT64, "queries", "found"))
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("MatMul")
                    .addAllInput(List.of("query", "names"))
                    .addOutput("products"))
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("TopK")
                    .addAllInput(List.of("products", "k"))
                    .addAllOutput(List.of("scores", "places")))
            .build();
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, String... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String dim : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(dim));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
