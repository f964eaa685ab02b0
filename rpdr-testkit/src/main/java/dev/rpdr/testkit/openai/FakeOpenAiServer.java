package dev.rpdr.testkit.openai;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rpdr.testkit.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A server on this machine that speaks the OpenAI protocol, over the JDK's own HTTP server. It
 * answers chat completions (with a JSON schema where the call brings one), says which model
 * snapshot answered and what tokens were used, takes files and batches, and can be slow and faulty.
 * It counts for itself what a client's bill and journal can be held against.
 *
 * <pre>{@code
 * try (FakeOpenAiServer server =
 *     FakeOpenAiServer.builder()
 *         .latency(Duration.ofMillis(200))
 *         .faults(Faults.seeded(42).with(Fault.RATE_LIMIT, 0.1))
 *         .start()) {
 *   // point the client at server.baseUrl()
 * }
 * }</pre>
 *
 * <p>Each request needs a bearer key, any; it is checked to be there and not kept. Paths: {@code
 * POST /v1/chat/completions}, {@code GET /v1/models}, {@code POST /v1/files}, {@code GET
 * /v1/files/ID} and {@code …/content}, {@code POST /v1/batches}, {@code GET /v1/batches/ID}, {@code
 * POST /v1/batches/ID/cancel}. Streaming is refused. A batch's requests are answered when it is
 * done; those that fail stand in its error file.
 *
 * <p>Thread-safe. As many requests as come are served at once. The first server of a process turns
 * on {@code sun.net.httpserver.nodelay}, unless the property is set, for without it the JDK's
 * server may wait 40 ms before it sends a body.
 */
public final class FakeOpenAiServer implements AutoCloseable {
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";
  private static final int BACKLOG = 1024;

  private final HttpServer http;
  private final ExecutorService threads;
  private final Ledger ledger = new Ledger();
  private final Router router;

  private FakeOpenAiServer(Builder settings) {
    if (System.getProperty(NO_DELAY) == null) {
      System.setProperty(NO_DELAY, "true");
    }
    ChatDesk chat = new ChatDesk(settings, ledger);
    router = new Router(chat, new BatchDesk(chat, settings.batchLooks), ledger);
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "fake-openai-server");
              thread.setDaemon(true);
              return thread;
            });
    try {
      http =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port), BACKLOG);
    } catch (IOException e) {
      threads.shutdown();
      throw new UncheckedIOException("cannot listen on port " + settings.port, e);
    }
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  /** A server to be set up. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where it is, with {@code /v1}: what a client takes as its base URL. */
  public String baseUrl() {
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/v1";
  }

  /** What was counted so far; requests under way are not in it. */
  public ServerCounts counts() {
    return ledger.counts();
  }

  /** All requests for chat completions that were answered or failed, in the order they ended. */
  public List<ServedCall> calls() {
    return ledger.calls();
  }

  /** Stops at once; requests under way are cut off. Harmless when repeated. */
  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }

  @Override
  public String toString() {
    return "FakeOpenAiServer[" + baseUrl() + ", " + counts() + "]";
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      router.route(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server stops
    } finally {
      exchange.close();
    }
  }

  /** Collects the settings. Not thread-safe. */
  public static final class Builder {
    Function<? super ChatCall, String> answer = ListwiseAnswer::asShown;
    ToIntFunction<String> tokens = Tokens::pieces;
    Duration latency = Duration.ZERO;
    Faults faults = Faults.none();
    @Nullable String snapshot;
    boolean jsonSchema = true;
    int batchLooks = 1;
    int port;

    private Builder() {}

    /**
     * What the model writes; the candidates as they are shown unless told otherwise. See {@link
     * ListwiseAnswer}. Called by several threads at once.
     */
    public Builder answering(Function<? super ChatCall, String> newAnswer) {
      answer = Objects.requireNonNull(newAnswer, "newAnswer");
      return this;
    }

    /** The model snapshot that answers say; the name that was asked for and "-fake" otherwise. */
    public Builder snapshot(String newSnapshot) {
      snapshot = Objects.requireNonNull(newSnapshot, "newSnapshot");
      return this;
    }

    /** How long each answer takes; no time unless told otherwise. */
    public Builder latency(Duration newLatency) {
      if (newLatency.isNegative()) {
        throw new IllegalArgumentException("latency must be >= 0, not " + newLatency);
      }
      latency = newLatency;
      return this;
    }

    /** What goes wrong; nothing unless told otherwise. */
    public Builder faults(Faults newFaults) {
      faults = Objects.requireNonNull(newFaults, "newFaults");
      return this;
    }

    /**
     * Counts the tokens of a text; a rule of thumb unless told otherwise. To each message 4 are
     * added and to each call 3, as OpenAI's chat models do.
     */
    public Builder tokens(ToIntFunction<String> counter) {
      tokens = Objects.requireNonNull(counter, "counter");
      return this;
    }

    /** Refuses calls that bring a JSON schema, as older servers do. */
    public Builder withoutJsonSchema() {
      jsonSchema = false;
      return this;
    }

    /** How often a batch is looked at before it is done, ≥ 0; once unless told otherwise. */
    public Builder batchLooks(int looks) {
      if (looks < 0) {
        throw new IllegalArgumentException("batchLooks must be >= 0, not " + looks);
      }
      batchLooks = looks;
      return this;
    }

    /** The port to listen on; a free one unless told otherwise. */
    public Builder port(int newPort) {
      if (newPort < 0 || newPort > 65_535) {
        throw new IllegalArgumentException("port must be 0 to 65535, not " + newPort);
      }
      port = newPort;
      return this;
    }

    /** Starts the server; the caller closes it. */
    public FakeOpenAiServer start() {
      return new FakeOpenAiServer(this);
    }
  }
}
