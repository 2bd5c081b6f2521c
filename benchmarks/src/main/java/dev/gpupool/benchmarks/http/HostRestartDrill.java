package dev.gpupool.benchmarks.http;

import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.process.JavaProcess;
import dev.gpupool.benchmarks.process.Scratch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The host is killed while 14 agents work, is away for longer than a silent worker is waited for, and starts again: every
 * agent comes back with its session and its job, and nothing is done twice.
 */
public final class HostRestartDrill implements Benchmark {
    private static final int AGENTS = 14;
    /** A worker is waited for three beats of a second. */
    private static final int AWAY_MILLIS = 4_000;

    private static final int JOB_SECONDS = 15;

    @Override
    public String name() {
        return "host-restart";
    }

    /** What one life of the host said, by the first word of each line. */
    private static final class Life {
        private final Process process;
        private final BufferedReader said;
        private final TreeMap<String, List<String>> lines = new TreeMap<>();

        Life(Scratch scratch, int port) throws IOException {
            process = JavaProcess.of(
                            RestartedHost.class,
                            List.of(),
                            List.of(scratch.folder().toString(), Integer.toString(port)))
                    .start();
            said = process.inputReader(StandardCharsets.UTF_8);
        }

        List<String> all(String word) {
            return lines.getOrDefault(word, List.of());
        }

        /** Reads on until so many lines of a kind have come. */
        List<String> await(String word, int count) throws IOException {
            while (all(word).size() < count) {
                String line = said.readLine();
                if (line == null) {
                    throw new IOException("the host ended; it said " + lines);
                }
                String[] words = line.split(" ", 2);
                lines.computeIfAbsent(words[0], first -> new ArrayList<>()).add(words[1]);
            }
            return all(word);
        }
    }

    @Override
    public void run(Options options) throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (Scratch scratch = Scratch.create();
                Agents agents = new Agents()) {
            Life first = new Life(scratch, port);
            String token = first.await("UP", 1).get(0);
            for (int i = 0; i < AGENTS; i++) {
                agents.begin(
                        scratch.folder().resolve("agent-" + i),
                        "w" + i,
                        "http://127.0.0.1:" + port + "/gpupool/v1",
                        token);
            }
            first.await("WORKER_ONLINE", AGENTS);
            try (Writer orders = first.process.outputWriter(StandardCharsets.UTF_8)) {
                for (int i = 0; i < AGENTS; i++) {
                    orders.write("job-" + i + " " + JOB_SECONDS + "\n");
                }
                orders.flush();
                first.await("JOB_LEASED", AGENTS);
                first.await("WORKING", AGENTS);
                JavaProcess.kill(first.process);
            }
            Thread.sleep(AWAY_MILLIS);
            Life second = new Life(scratch, port);
            try {
                second.await("JOB_SUCCEEDED", AGENTS);
                tell(first, second, agents);
            } finally {
                JavaProcess.kill(second.process);
            }
        }
    }

    private void tell(Life first, Life second, Agents agents) throws IOException {
        TreeSet<String> before = sessions(first);
        TreeSet<String> after = sessions(second);
        long[] times = second.all("HEARD").stream()
                .mapToLong(line -> Long.parseLong(line.split(" ", 2)[1]))
                .sorted()
                .toArray();
        int leasedAgain = second.all("JOB_LEASED").size();
        int offline = second.all("WORKER_OFFLINE").size();
        TreeSet<String> succeeded = new TreeSet<>();
        second.all("JOB_SUCCEEDED").forEach(line -> succeeded.add(line.split(" ", 2)[0]));
        int distinct = succeeded.size();
        figure("lost", AGENTS - distinct, "jobs", "of " + AGENTS + ", under way when the host was killed");
        figure("accepted-twice", second.all("JOB_SUCCEEDED").size() - distinct, "jobs", "by events");
        figure("leases-lost", leasedAgain + offline, "leases", "to a downtime of " + AWAY_MILLIS + " ms");
        figure("sessions-kept", after.equals(before) ? AGENTS : 0, "sessions", "of " + AGENTS + ", under the same id");
        figure("spread-ms", times[times.length - 1] - times[0], "ms", "from the first to the last agent that is back");
        if (distinct != AGENTS || leasedAgain + offline > 0 || !after.equals(before)) {
            throw new IllegalStateException(second.lines.toString() + agents.logs());
        }
    }

    private static TreeSet<String> sessions(Life life) {
        TreeSet<String> sessions = new TreeSet<>();
        life.all("HEARD").forEach(line -> sessions.add(line.split(" ", 2)[0]));
        return sessions;
    }
}
