package dev.gpupool.benchmarks.drills;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.Verdict;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A worker with one slot. It runs whatever it is granted, at once, also a second job beside a first: whether the pool
 * never does that is what is looked at.
 */
final class Agent {
    /** Told when a job begins: the worker and the job. */
    static final String BEGAN = "BEGAN";
    /** Told when a worker goes on to another host, since a call was not answered. */
    static final String MOVED = "MOVED";

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long PAUSE_MILLIS = 50;

    private final Layout.Member member;
    private final Link link;
    private final PrintStream out;
    private final String instance = UUID.randomUUID().toString();
    private final long born = System.nanoTime();
    private final TreeMap<String, LeaseToken> running = new TreeMap<>();
    private final TreeSet<String> seen = new TreeSet<>();
    private final TreeSet<String> lost = new TreeSet<>();
    private volatile String session = "";
    private long sequence;

    Agent(Layout.Member member, List<Integer> ports, PrintStream out) {
        this.member = member;
        link = new Link(ports, member.home(), () -> out.println(MOVED + " " + member.name()));
        this.out = out;
    }

    void start() {
        new Thread(() -> endless(this::beats), member.name() + " beats").start();
        new Thread(() -> endless(this::wishes), member.name() + " wishes").start();
    }

    /** What a thread of an agent does until its process is gone. */
    @FunctionalInterface
    private interface Step {
        void run() throws InterruptedException;
    }

    private static void endless(Step step) {
        try {
            while (true) {
                step.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration age() {
        return Duration.ofNanos(System.nanoTime() - born);
    }

    private void beats() throws InterruptedException {
        if (session.isEmpty()) {
            register();
        }
        Beat beat = new Beat(session, ++sequence, age(), leases());
        BeatAnswer answer = link.call(client -> client.heartbeat(beat), Layout.INTERVAL);
        for (LeaseVerdict verdict : answer.verdicts()) {
            if (verdict.verdict() != Verdict.OK) {
                lose(verdict);
            }
        }
        obey(answer.directives());
        Thread.sleep(Layout.INTERVAL.toMillis());
    }

    private void register() throws InterruptedException {
        Registration registration = new Registration(
                "",
                member.provider(),
                member.account(),
                member.name(),
                instance,
                age(),
                null,
                1,
                List.of(),
                Map.of(),
                List.of());
        RegistrationAnswer answer = link.call(client -> client.register(registration), Layout.INTERVAL);
        if (answer instanceof RegistrationAnswer.Accepted accepted) {
            session = accepted.sessionId();
        } else {
            System.err.println(member.name() + " was not admitted: " + answer);
        }
    }

    private void obey(List<Directive> directives) {
        for (Directive directive : directives) {
            if (directive.type() == Directive.Type.REGISTER_AGAIN || directive.type() == Directive.Type.STOP) {
                System.err.println(member.name() + " was told " + directive);
                session = "";
            }
        }
    }

    private synchronized List<LeaseToken> leases() {
        return new ArrayList<>(running.values());
    }

    private synchronized boolean idle() {
        return running.isEmpty();
    }

    private synchronized void awaitIdle() throws InterruptedException {
        while (!running.isEmpty() || session.isEmpty()) {
            wait(PAUSE_MILLIS);
        }
    }

    /** One wish keeps its id until a job comes of it, whichever host is asked, so that no lease of it is missed. */
    private void wishes() throws InterruptedException {
        String wish = UUID.randomUUID().toString();
        awaitIdle();
        while (idle() && !session.isEmpty()) {
            Claim claim = new Claim(session, wish, PATIENCE);
            long asked = System.nanoTime();
            ClaimAnswer answer =
                    link.call(client -> client.claim(claim).thenApply(this::granted), PATIENCE.multipliedBy(2));
            if (answer.grant() == null && System.nanoTime() - asked < PATIENCE.toNanos() / 2) {
                // Not heard by this host yet: the next beat brings the session there.
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    /** Called for each answer, also for one that comes long after the wish was repeated elsewhere. */
    private ClaimAnswer granted(ClaimAnswer answer) {
        LeaseGrant grant = answer.grant();
        if (grant == null) {
            return answer;
        }
        synchronized (this) {
            if (!seen.add(grant.lease().leaseId())) {
                return answer;
            }
            running.put(grant.lease().leaseId(), grant.lease());
        }
        new Thread(() -> execute(grant), member.name() + " job").start();
        return answer;
    }

    private void execute(LeaseGrant grant) {
        LeaseToken lease = grant.lease();
        long begun = System.nanoTime();
        out.println(BEGAN + " " + member.name() + " " + lease.jobId());
        try {
            boolean done = work(
                    lease, Long.parseLong(Objects.requireNonNull(grant.payload().json(), "the payload")));
            long ended = System.nanoTime();
            String outcome = done ? complete(lease, Duration.ofNanos(ended - begun)) : Verdict.LOST.name();
            out.println(new Execution(
                            member.name(), member.accountId(), lease.jobId(), lease.attempt(), begun, ended, outcome)
                    .line());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            running.remove(lease.leaseId());
            notifyAll();
        }
    }

    private synchronized boolean work(LeaseToken lease, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        long left = millis;
        while (left > 0 && !lost.contains(lease.leaseId())) {
            wait(left);
            left = (end - System.nanoTime() + 999_999) / 1_000_000;
        }
        return left <= 0;
    }

    private String complete(LeaseToken lease, Duration ran) throws InterruptedException {
        LeaseReport report = new LeaseReport.Completed(lease, Content.json("\"" + lease.leaseId() + "\""), ran);
        return link.call(client -> client.report(report), Layout.INTERVAL)
                .outcome()
                .name();
    }

    private synchronized void lose(LeaseVerdict verdict) {
        if (running.containsKey(verdict.lease().leaseId())) {
            lost.add(verdict.lease().leaseId());
            notifyAll();
        }
    }
}
