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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
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

    /** Is told how long something of a worker lasted. */
    @FunctionalInterface
    interface Lasted {
        void told(Actor actor, long millis);
    }

    /** What came of a report that it made on its own. */
    record Answer(LeaseReport report, ReportAnswer.Outcome outcome) {}

    private final Stage stage;
    private final String provider;
    private final String account;
    private final String name;
    private final List<Run> running = new ArrayList<>();
    private final List<Run> over = new ArrayList<>();
    private final List<Directive> ordered = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final List<Run> cutShort = new ArrayList<>();
    private final TreeMap<String, Long> lastWords = new TreeMap<>();
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
    private long stopAt = Long.MAX_VALUE;
    private Lasted onRan = (actor, millis) -> {};
    private Lasted onLived = (actor, millis) -> {};
    private long enrolledAt;
    private Function<Run, LeaseReport> timed = this::timeLimit;

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

    /** From now on it does what the pool tells it, stops each job at its limit, and ends its session when it is over. */
    Actor obedient() {
        obedient = true;
        return this;
    }

    /** Obedient, and every job needs all the time that it may take, and is done then. */
    Actor thorough() {
        timed = this::complete;
        return obedient();
    }

    /** Tells how long each of its runs took, and how long each of its sessions was known to the pool. */
    void watch(Lasted ran, Lasted lived) {
        onRan = ran;
        onLived = lived;
    }

    /** Every order that it has obeyed. */
    List<Directive> ordered() {
        return ordered;
    }

    /** When it last reported an end of each lease. */
    TreeMap<String, Long> lastWords() {
        return lastWords;
    }

    /** What it still ran when the pool ended its session. */
    List<Run> cutShort() {
        return cutShort;
    }

    /** What came of the reports that it made on its own. */
    List<Answer> answers() {
        return answers;
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
            enrolledAt = stage.now();
            endIn(accepted.stopsIn());
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

    private LeaseReport timeLimit(Run run) {
        return new LeaseReport.Failed(
                run.lease(), LeaseReport.FailureKind.TIME_LIMIT, "did not end in time", false, ran(run));
    }

    private void answered(BeatAnswer answer) {
        endIn(answer.stopsIn());
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
            ask(gateway);
        }
    }

    private Claim wish() {
        return new Claim(session, name + "-" + lives + "-" + claims, Duration.ofDays(60));
    }

    /** Both sides know when a session must have ended. */
    private void endIn(@Nullable Duration left) {
        if (obedient && left != null) {
            long at = stage.now() + left.toMillis();
            stopAt = at;
            String mine = session;
            stage.clock().schedule(left, () -> {
                if (stopAt == at && session.equals(mine)) {
                    stop();
                }
            });
        }
    }

    private void stop() {
        // A job may end in the very millisecond in which its session does.
        for (Run run : List.copyOf(running)) {
            if (stage.now() - run.since() >= run.grant().limit().toMillis()) {
                outOfTime(run);
            }
        }
        cutShort.addAll(running);
        end();
    }

    private void end() {
        for (Run run : List.copyOf(running)) {
            send(release(run, ReleaseReason.DRAIN, stage.now()));
            drop(run.lease());
        }
        if (!session.isEmpty()) {
            leave(session, Duration.ofMillis(age()));
            onLived.told(this, stage.now() - enrolledAt);
            silent = true;
            session = "";
        }
    }

    /** Says that it ends until somebody listens. */
    private void leave(String mine, Duration age) {
        WorkerGateway gateway = stage.gateway();
        if (gateway == null) {
            stage.clock().schedule(Duration.ofSeconds(5), () -> leave(mine, age));
        } else {
            var unused = gateway.bye(mine, "END", age);
        }
    }

    /** Ends its session in good order. */
    void leave() {
        end();
        stage.settle();
    }

    private void obey(Directive order) {
        ordered.add(order);
        switch (order.type()) {
            case DRAIN -> draining = true;
            case CHECKPOINT, CANCEL -> giveBack(order);
            case STOP -> stop();
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

    /** Reports until somebody listens. */
    private void send(LeaseReport report) {
        WorkerGateway gateway = stage.gateway();
        if (gateway == null) {
            stage.clock().schedule(Duration.ofSeconds(5), () -> send(report));
        } else {
            gateway.report(report).thenAccept(answer -> answers.add(new Answer(report, answer.outcome())));
        }
    }

    /** Wishes for a job, unless it wishes already or is to take none. */
    void claim() {
        WorkerGateway gateway = stage.gateway();
        if (gateway != null && !session.isEmpty() && !silent && !draining && !wishes() && running.isEmpty()) {
            claims++;
            ask(gateway);
            stage.settle();
        }
    }

    /** Whether it has a claim that the living process has not answered. */
    boolean wishes() {
        return waiting != null && !waiting.isDone() && claimProcess == stage.process();
    }

    /** What it is given runs from that moment on. */
    private void ask(WorkerGateway gateway) {
        claimProcess = stage.process();
        int life = lives;
        CompletableFuture<ClaimAnswer> answer = gateway.claim(wish());
        waiting = answer;
        answer.thenAccept(given -> {
            if (life == lives && given.grant() != null) {
                takeUp(new Run(given.grant(), stage.now()));
            }
        });
    }

    private void takeUp(Run run) {
        running.add(run);
        if (obedient) {
            stage.clock().schedule(run.grant().limit(), () -> outOfTime(run));
        }
    }

    private void outOfTime(Run run) {
        if (running.contains(run)) {
            send(timed.apply(run));
            drop(run.lease());
        }
    }

    private void drop(LeaseToken lease) {
        for (Run run : List.copyOf(running)) {
            if (run.lease().equals(lease)) {
                running.remove(run);
                over.add(run);
                onRan.told(this, stage.now() - run.since());
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
        boolean mine = ends && (holds(running, report.lease()) || holds(over, report.lease()));
        if (ends) {
            drop(report.lease());
        }
        Optional<ReportAnswer> answer = stage.ask(gateway -> gateway.report(report));
        if (mine && answer.isPresent()) {
            lastWords.put(report.lease().leaseId(), stage.now());
        }
        return answer;
    }

    private static boolean holds(List<Run> runs, LeaseToken lease) {
        return runs.stream().anyMatch(run -> run.lease().equals(lease));
    }

    /** The machine's time is over: it says so. */
    void bye() {
        silent = true;
        List.copyOf(running).forEach(run -> drop(run.lease()));
        waiting = null;
        if (!session.isEmpty()) {
            stage.ask(gateway -> gateway.bye(session, "END", Duration.ofMillis(age())));
            session = "";
        }
    }
}
