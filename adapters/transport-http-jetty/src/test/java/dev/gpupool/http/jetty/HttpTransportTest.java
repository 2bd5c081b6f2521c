package dev.gpupool.http.jetty;

import dev.gpupool.http.HttpOptions;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import dev.gpupool.tck.TransportFixture;
import dev.gpupool.tck.TransportTck;
import dev.gpupool.tck.WorkerDriver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.io.TempDir;

/** The transport over HTTP keeps what every transport keeps, over real connections. */
class HttpTransportTest extends TransportTck {
    @TempDir
    private Path folder;

    private int fixtures;

    @Override
    protected TransportFixture createFixture() throws IOException {
        return new Fixture(folder.resolve(Integer.toString(fixtures++)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static final class Fixture implements TransportFixture {
        private final ScriptedServices services;
        private final HttpTransport http;
        private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "driver"));
        private final HttpClient client =
                HttpClient.newBuilder().executor(threads).build();

        Fixture(Path folder) throws IOException {
            services = new ScriptedServices(folder.resolve("store"));
            http = HttpTransport.standalone(freePort(), HttpOptions.ofDefaults().uploads(folder.resolve("uploads")));
        }

        @Override
        public WorkerTransport transport() {
            return new WorkerTransport() {
                @Override
                public void start(WorkerGateway gateway) {
                    http.start(gateway, services);
                }

                @Override
                public void close() {
                    http.close();
                }
            };
        }

        @Override
        public WorkerDriver connect(Registration identity) {
            return new HttpWorker(client, http.url(), services.joinToken(identity));
        }

        @Override
        public boolean owns(Thread thread) {
            boolean drivers =
                    thread.getName().equals("driver") || thread.getName().startsWith("HttpClient-");
            return !drivers && !thread.getName().startsWith("scripted") && TransportFixture.super.owns(thread);
        }

        @Override
        public void close() {
            services.close();
            threads.shutdownNow();
        }
    }
}
