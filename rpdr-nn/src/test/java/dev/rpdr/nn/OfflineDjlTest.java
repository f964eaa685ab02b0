package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** In a JVM of its own, since DJL decides once and this one is told to keep quiet anyway. */
class OfflineDjlTest {
  @Test
  void openingATokenizerContactsNobody() throws Exception {
    assertThat(contacted(Map.of())).isEqualTo("contacted []");
  }

  @Test
  void theUsersOwnDecisionCounts() throws Exception {
    // Which also proves that the listening would have heard something.
    assertThat(contacted(Map.of("DJL_OFFLINE", "false", "OPT_OUT_TRACKING", "false")))
        .startsWith("contacted [http://169.254.169.254");
  }

  private static String contacted(Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder java =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
            "-cp",
            System.getProperty("java.class.path"),
            Listening.class.getName());
    java.environment().remove("DJL_OFFLINE");
    java.environment().remove("OPT_OUT_TRACKING");
    java.environment().putAll(environment);
    Process process = java.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return output.lines().filter(line -> line.startsWith("contacted")).findFirst().orElse(output);
  }

  /** Opens a tokenizer and prints what was to be contacted; no connection is made in any case. */
  static final class Listening extends URLStreamHandler {
    private final List<URL> contacted = new ArrayList<>();

    public static void main(String[] arguments) {
      Listening listening = new Listening();
      URL.setURLStreamHandlerFactory(protocol -> protocol.startsWith("http") ? listening : null);
      TextTokenizer.open(TinyModel.tokenizer().getBytes(StandardCharsets.UTF_8), 16).close();
      System.out.println("contacted " + listening.contacted);
    }

    @Override
    protected URLConnection openConnection(URL url) {
      contacted.add(url);
      return new Dead(url);
    }

    @Override
    protected URLConnection openConnection(URL url, Proxy proxy) {
      return openConnection(url);
    }
  }

  private static final class Dead extends HttpURLConnection {
    Dead(URL url) {
      super(url);
    }

    @Override
    public void connect() throws IOException {
      throw new IOException("no network in this test");
    }

    @Override
    public void disconnect() {}

    @Override
    public boolean usingProxy() {
      return false;
    }
  }
}
