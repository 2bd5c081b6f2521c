package dev.gpupool.benchmarks.http;

import dev.gpupool.benchmarks.Benchmark;
import dev.gpupool.benchmarks.Options;
import dev.gpupool.benchmarks.drills.Life;
import dev.gpupool.benchmarks.drills.Witness;
import dev.gpupool.benchmarks.process.Scratch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
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

    @Override
    public void run(Options options) throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (Scratch scratch = Scratch.create();
                Agents agents = new Agents()) {
            List<String> place = List.of(scratch.folder().toString(), Integer.toString(port));
            Witness before = new Witness();
            try (Life first = Life.begin(RestartedHost.class, place, before)) {
                first.await(() -> before.told(RestartedHost.UP) == 1, "start of the host");
                begin(agents, scratch, port, before.said(RestartedHost.UP).get(0));
                first.await(() -> before.told("WORKER_ONLINE") == AGENTS, "begin of every session");
                for (int i = 0; i < AGENTS; i++) {
                    first.say("job-" + i + " " + JOB_SECONDS);
                }
                first.await(() -> before.told(RestartedHost.WORKING) == AGENTS, "beat of every busy agent");
                first.kill();
            }
            Thread.sleep(AWAY_MILLIS);
            Witness after = new Witness();
            try (Life second = Life.begin(RestartedHost.class, place, after)) {
                awaitJobs(second, after);
                tell(before, after, agents);
            }
        }
    }

    /** What does not come in time is counted among the lost. */
    private static void awaitJobs(Life host, Witness witness) throws InterruptedException {
        try {
            host.await(() -> jobs(witness).size() == AGENTS, "end of every job");
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
        }
    }

    private static void begin(Agents agents, Scratch scratch, int port, String token) throws IOException {
        for (int i = 0; i < AGENTS; i++) {
            agents.begin(
                    scratch.folder().resolve("agent-" + i), "w" + i, "http://127.0.0.1:" + port + "/gpupool/v1", token);
        }
    }

    private static TreeSet<String> first(List<String> lines) {
        TreeSet<String> words = new TreeSet<>();
        lines.forEach(line -> words.add(line.split(" ", 2)[0]));
        return words;
    }

    private static TreeSet<String> jobs(Witness witness) {
        return first(witness.said("JOB_SUCCEEDED"));
    }

    private void tell(Witness before, Witness after, Agents agents) throws IOException {
        TreeSet<String> sessions = first(before.said(RestartedHost.HEARD));
        TreeSet<String> again = first(after.said(RestartedHost.HEARD));
        long[] times = after.said(RestartedHost.HEARD).stream()
                .mapToLong(line -> Long.parseLong(line.split(" ", 2)[1]))
                .sorted()
                .toArray();
        int lost = AGENTS - jobs(after).size();
        int twice = after.told("JOB_SUCCEEDED") - jobs(after).size();
        int leases = after.told("JOB_LEASED") + after.told("WORKER_OFFLINE");
        figure("lost", lost, "jobs", "of " + AGENTS + ", under way when the host was killed");
        figure("accepted-twice", twice, "jobs", "by events");
        figure("leases-lost", leases, "leases", "to a downtime of " + AWAY_MILLIS + " ms");
        figure(
                "sessions-kept",
                again.equals(sessions) ? AGENTS : 0,
                "sessions",
                "of " + AGENTS + ", under the same id");
        figure("spread-ms", times[times.length - 1] - times[0], "ms", "from the first to the last agent that is back");
        if (lost + twice + leases > 0 || !again.equals(sessions)) {
            throw new IllegalStateException(
                    "lost " + lost + ", twice " + twice + ", leases lost " + leases + agents.logs());
        }
    }
}
