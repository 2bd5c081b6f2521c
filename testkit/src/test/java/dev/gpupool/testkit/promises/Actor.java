package dev.gpupool.testkit.promises;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Device;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import dev.gpupool.spi.worker.Verdict;
import dev.gpupool.spi.worker.WorkerGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A worker of a script. It beats every minute, and every 20 s while nobody answers, unless it is silent. What it does
 * with its jobs is the script's business; an obedient one also does what the pool tells it.
 */
final class Actor {
    /** A lease that it holds, or held. */
    record Run(LeaseGrant grant, long since) {
        LeaseToken lease() {
            return grant.lease();
        }
    }

    private final Stage stage;
    private final String provider;
    private final String account;
    private final String name;
    private final List<Run> running = new ArrayList<>();
    private final List<Run> over = new ArrayList<>();
    private int lives;
    private long bornAt;
    private String session = "";
    private long sequence;
    private int claims;
    private int claimProcess;
    private @Nullable CompletableFuture<ClaimAnswer> waiting;
    private boolean silent = true;
    private boolean obedient;
    private boolean draining;

    Actor(Stage stage, String provider, String account, String name, long phase) {
        this.stage = stage;
        this.provider = provider;
        this.account = account;
        this.name = name;
        stage.clock().schedule(Duration.ofMillis(phase), this::beatOn);
    }

    String name() {
        return name;
    }

    String provider() {
        return provider;
    }

    String account() {
        return account;
    }

    String session() {
        return session;
    }

    /** When its machine began, on the stage's ticker. */
    long bornAt() {
        return bornAt;
    }

    long age() {
        return stage.now() - bornAt;
    }

    List<Run> running() {
        return running;
    }

    /** Leases that it held before: what it may still talk about late. */
    List<Run> over() {
        return over;
    }

    Actor obedient() {
        obedient = true;
        return this;
    }

    /** Registers, beats and claims. */
    Actor online() {
        return online(Duration.ZERO);
    }

    Actor online(Duration age) {
        register(age);
        claim();
        return this;
    }

    /** A new process in a machine of some age; what the old one ran is forgotten. Whether it was taken. */
    boolean register(Duration age) {
        lives++;
        over.addAll(running);
        running.clear();
        waiting = null;
        bornAt = stage.now() - age.toMillis();
        return enrol();
    }

    private boolean enrol() {
        sequence = 0;
        session = "";
        draining = false;
        Optional<RegistrationAnswer> answer = stage.ask(gateway -> gateway.register(registration()));
        if (answer.isPresent() && answer.get() instanceof RegistrationAnswer.Accepted accepted) {
            session = accepted.sessionId();
            silent = false;
            return true;
        }
        return false;
    }

    private Registration registration() {
        return new Registration(
                "",
                provider,
                account,
                name,
                name + "-life-" + lives,
                Duration.ofMillis(age()),
                null,
                1,
                List.of(new Device("Tesla T4", 15_360)),
                Map.of(),
                List.of());
    }

    void fallSilent() {
        silent = true;
    }

    void speak() {
        silent = session.isEmpty();
    }

    boolean isSilent() {
        return silent;
    }

    private void beatOn() {
        WorkerGateway gateway = stage.gateway();
        boolean heard = gateway != null && !silent;
        if (gateway != null && !silent) {
            gateway.heartbeat(beat()).thenAccept(this::answered);
        }
        stage.clock().schedule(Duration.ofSeconds(heard || silent ? 60 : 20), this::beatOn);
    }

    private Beat beat() {
        List<LeaseToken> leases = running.stream().map(Run::lease).toList();
        return new Beat(session, ++sequence, Duration.ofMillis(age()), leases);
    }

    /** Beats once, now. */
    Optional<BeatAnswer> beatNow() {
        Optional<BeatAnswer> answer = stage.ask(gateway -> gateway.heartbeat(beat()));
        answer.ifPresent(this::answered);
        return answer;
    }

    private void answered(BeatAnswer answer) {
        for (LeaseVerdict verdict : answer.verdicts()) {
            if (verdict.verdict() == Verdict.LOST) {
                drop(verdict.lease());
            }
        }
        if (obedient) {
            answer.directives().forEach(this::obey);
        }
        askAgain();
    }

    /** The process that it had asked for a job is gone: it asks the next one, by the same claim. */
    private void askAgain() {
        WorkerGateway gateway = stage.gateway();
        if (gateway != null && waiting != null && !waiting.isDone() && claimProcess != stage.process()) {
            claimProcess = stage.process();
            waiting = gateway.claim(wish());
        }
    }

    private Claim wish() {
        return new Claim(session, name + "-" + lives + "-" + claims, Duration.ofDays(60));
    }

    private void obey(Directive order) {
        switch (order.type()) {
            case DRAIN -> draining = true;
            case CHECKPOINT, CANCEL -> giveBack(order);
            case STOP -> {
                for (Run run : List.copyOf(running)) {
                    send(release(run, ReleaseReason.DRAIN, stage.now()));
                    drop(run.lease());
                }
                WorkerGateway gateway = stage.gateway();
                if (gateway != null && !session.isEmpty()) {
                    var unused = gateway.bye(session, "END", Duration.ofMillis(age()));
                    silent = true;
                    session = "";
                }
            }
            case REGISTER_AGAIN -> {
                WorkerGateway gateway = stage.gateway();
                if (gateway != null) {
                    gateway.register(registration()).thenAccept(this::registered);
                }
            }
        }
    }

    private void registered(RegistrationAnswer answer) {
        if (answer instanceof RegistrationAnswer.Accepted accepted) {
            session = accepted.sessionId();
            sequence = 0;
            waiting = null;
        }
    }

    private void giveBack(Directive order) {
        for (Run run : List.copyOf(running)) {
            if (run.lease().leaseId().equals(order.leaseId())) {
                boolean cancel = order.type() == Directive.Type.CANCEL;
                send(release(run, cancel ? ReleaseReason.CANCEL : ReleaseReason.CHECKPOINT, stage.now()));
                drop(run.lease());
            }
        }
    }

    private void send(LeaseReport report) {
        WorkerGateway gateway = stage.gateway();
        if (gateway != null) {
            var unused = gateway.report(report);
        }
    }

    /** Wishes for a job, unless it wishes already or is to take none. */
    void claim() {
        WorkerGateway gateway = stage.gateway();
        if (gateway != null && !session.isEmpty() && !silent && !draining && !wishes() && running.isEmpty()) {
            claimProcess = stage.process();
            claims++;
            waiting = gateway.claim(wish());
            stage.settle();
        }
    }

    /** Whether it has a claim that the living process has not answered. */
    boolean wishes() {
        return waiting != null && !waiting.isDone() && claimProcess == stage.process();
    }

    /** What it was given runs from now on. */
    void takeUp() {
        if (waiting == null || !waiting.isDone()) {
            return;
        }
        LeaseGrant given =
                waiting.isCompletedExceptionally() ? null : waiting.join().grant();
        waiting = null;
        if (given != null) {
            running.add(new Run(given, stage.now()));
        }
    }

    private void drop(LeaseToken lease) {
        for (Run run : List.copyOf(running)) {
            if (run.lease().equals(lease)) {
                running.remove(run);
                over.add(run);
            }
        }
    }

    /** The n-th of the leases that it holds or held, counted round; the newest first. */
    @Nullable Run run(int n) {
        List<Run> all = new ArrayList<>(running);
        for (int i = over.size() - 1; i >= 0; i--) {
            all.add(over.get(i));
        }
        return all.isEmpty() ? null : all.get(Math.floorMod(n, all.size()));
    }

    static CheckpointRef at(long step) {
        return new CheckpointRef("mem://" + step, "ab".repeat(32), 10, step);
    }

    LeaseReport complete(Run run) {
        return new LeaseReport.Completed(
                run.lease(), Content.json("\"" + run.lease().leaseId() + "\""), ran(run));
    }

    LeaseReport fail(Run run, boolean own) {
        LeaseReport.FailureKind kind = own ? LeaseReport.FailureKind.JOB_ERROR : LeaseReport.FailureKind.ENVIRONMENT;
        return new LeaseReport.Failed(run.lease(), kind, "broke", true, ran(run));
    }

    /** Gives a run back with a checkpoint of all that it did, or without one for a negative step. */
    LeaseReport release(Run run, ReleaseReason reason, long step) {
        boolean saves = run.grant().resumable() && step >= 0 && reason != ReleaseReason.CANCEL;
        return new LeaseReport.Released(run.lease(), reason, saves ? at(step) : null, ran(run));
    }

    LeaseReport checkpoint(Run run, long step) {
        return new LeaseReport.Checkpointed(run.lease(), at(step), Duration.ofSeconds(10));
    }

    LeaseReport progress(Run run) {
        return new LeaseReport.Progress(run.lease(), 0.5, 0, 0, "half way");
    }

    private Duration ran(Run run) {
        return Duration.ofMillis(stage.now() - run.since());
    }

    /** Reports; one that ends a lease is the worker's last word of it. */
    Optional<ReportAnswer> report(LeaseReport report) {
        boolean ends = !(report instanceof LeaseReport.Progress) && !(report instanceof LeaseReport.Checkpointed);
        if (ends) {
            drop(report.lease());
        }
        return stage.ask(gateway -> gateway.report(report));
    }

    /** The machine's time is over: it says so. */
    void bye() {
        silent = true;
        over.addAll(running);
        running.clear();
        waiting = null;
        if (!session.isEmpty()) {
            stage.ask(gateway -> gateway.bye(session, "END", Duration.ofMillis(age())));
            session = "";
        }
    }
}
