package dev.gpupool.benchmarks.drills;

import dev.gpupool.benchmarks.process.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** The hosts and the processes of workers of one drill. */
final class Cluster implements AutoCloseable {
    /** Far above what a slow machine takes for anything that is waited for. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Place place;
    private final Witness witness;
    private final List<Integer> ports;
    private final TreeMap<Integer, Life> hosts = new TreeMap<>();
    private final List<Life> workers = new ArrayList<>();

    Cluster(Place place, Witness witness) throws IOException {
        this.place = place;
        this.witness = witness;
        ports = freePorts();
    }

    private static List<Integer> freePorts() throws IOException {
        List<Integer> ports = new ArrayList<>();
        List<ServerSocket> taken = new ArrayList<>();
        for (int i = 0; i < Layout.HOSTS; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            taken.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : taken) {
            socket.close();
        }
        return ports;
    }

    /** Starts hosts side by side; returns when each takes workers. */
    void begin(List<Integer> which) throws IOException, InterruptedException {
        int ready = witness.told(SharedHost.READY) + which.size();
        for (int host : which) {
            List<String> args = List.of(place.name(), Integer.toString(ports.get(host)), "host-" + host);
            hosts.put(host, Life.begin(SharedHost.class, args, witness));
        }
        await(() -> witness.told(SharedHost.READY) >= ready, "hosts " + which);
    }

    void beginWorkers(int processes) throws IOException {
        for (int i = 0; i < processes; i++) {
            List<String> args = new ArrayList<>();
            args.add(Integer.toString(Layout.WORKERS * i / processes));
            args.add(Integer.toString(Layout.WORKERS * (i + 1) / processes));
            ports.forEach(port -> args.add(Integer.toString(port)));
            workers.add(Life.begin(AgentProcess.class, args, witness));
        }
    }

    void await(BooleanSupplier reached, String what) throws InterruptedException {
        witness.await(reached, LIMIT, what);
    }

    void submit(int host, SharedHost.Order order) throws IOException {
        say(host, order.line());
    }

    void say(int host, String word) throws IOException {
        host(host).say(word);
    }

    void kill(int host) throws InterruptedException {
        host(host).kill();
        hosts.remove(host);
    }

    /** An orderly end. */
    void end(int host) throws IOException, InterruptedException {
        host(host).say(SharedHost.CLOSE);
        host(host).awaitEnd();
        hosts.remove(host);
    }

    void stop(int host) throws IOException, InterruptedException {
        JavaProcess.stop(host(host).process());
    }

    void go(int host) throws IOException, InterruptedException {
        JavaProcess.go(host(host).process());
    }

    List<Integer> running() {
        return List.copyOf(hosts.keySet());
    }

    private Life host(int host) {
        Life life = hosts.get(host);
        if (life == null) {
            throw new IllegalStateException("host " + host + " is not running");
        }
        return life;
    }

    @Override
    public void close() {
        workers.forEach(Life::close);
        hosts.values().forEach(Life::close);
    }
}
