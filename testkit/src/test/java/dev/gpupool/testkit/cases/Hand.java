package dev.gpupool.testkit.cases;

import dev.gpupool.WorkerSpec;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A worker that says what a test makes it say, and nothing else. */
final class Hand {
    private static final Duration PATIENCE = Duration.ofDays(60);

    private World world;
    private final String provider;
    private final String account;
    private final String name;
    private int lives;
    private Duration ageAtStart = Duration.ZERO;
    private long startedAtMillis;
    private String session = "";
    private long sequence;
    private int claims;
    private int beating;
    private @Nullable CompletableFuture<ClaimAnswer> waiting;
    private final List<LeaseToken> running = new ArrayList<>();
    private @Nullable LeaseGrant grant;
    private WorkerSpec about;

    Hand(World world, String provider, String account, String name) {
        this.world = world;
        this.provider = provider;
        this.account = account;
        this.name = name;
        this.about = WorkerSpec.named(name).device("Tesla T4", 15_360).build();
    }

    /** What it says of its owner, slots, devices, labels and handlers when it next registers. */
    Hand says(WorkerSpec.Builder spec) {
        about = spec.build();
        return this;
    }

    /** Registers a new process in a machine of some age. */
    RegistrationAnswer register(Duration age) {
        lives++;
        running.clear();
        grant = null;
        ageAtStart = age;
        startedAtMillis = world.clock().tickerMillis();
        sequence = 0;
        RegistrationAnswer answer = world.await(world.wire()
                .gateway()
                .register(new Registration(
                        about.tenant() == null ? "" : about.tenant(),
                        provider,
                        account,
                        name,
                        name + "-life-" + lives,
                        age,
                        null,
                        about.slots(),
                        about.devices(),
                        about.labels(),
                        about.handlers())));
        if (answer instanceof RegistrationAnswer.Accepted accepted) {
            session = accepted.sessionId();
        }
        return answer;
    }

    /** Registers, beats every minute, and wishes for a job. */
    Hand online() {
        return online(Duration.ZERO);
    }

    Hand online(Duration age) {
        register(age);
        beatOn();
        claim();
        return this;
    }

    String name() {
        return name;
    }

    /** From now on it talks to another host. */
    void moveTo(World other) {
        world = other;
    }

    String session() {
        return session;
    }

    Duration age() {
        return ageAtStart.plusMillis(world.clock().tickerMillis() - startedAtMillis);
    }

    /** Its machine went on while the host's ticker stood still. */
    void older(Duration by) {
        ageAtStart = ageAtStart.plus(by);
    }

    BeatAnswer beat() {
        return world.await(sendBeat());
    }

    CompletableFuture<BeatAnswer> sendBeat() {
        return world.wire().gateway().heartbeat(new Beat(session, ++sequence, age(), running));
    }

    /** Beats every minute from now on, also while a host does not answer. */
    void beatOn() {
        int mine = ++beating;
        beatLater(mine);
    }

    private void beatLater(int mine) {
        world.clock().schedule(Duration.ofMinutes(1), () -> {
            if (mine == beating) {
                if (world.wire().find() != null && !world.host().isPaused()) {
                    var unused = sendBeat();
                }
                beatLater(mine);
            }
        });
    }

    void fallSilent() {
        beating++;
    }

    void claim() {
        waiting = world.wire().gateway().claim(new Claim(session, name + "-" + lives + "-" + ++claims, PATIENCE));
        world.settle();
    }

    /** Sends the newest claim once more, as a worker does that heard no answer. */
    CompletableFuture<ClaimAnswer> repeatClaim() {
        var again = world.wire().gateway().claim(new Claim(session, name + "-" + lives + "-" + claims, PATIENCE));
        world.settle();
        return again;
    }

    /** The job that it was given, or {@code null}; taken up at once. */
    @Nullable LeaseGrant given() {
        world.settle();
        if (waiting != null && waiting.isDone()) {
            LeaseGrant given = waiting.join().grant();
            waiting = null;
            if (given != null) {
                grant = given;
                running.add(given.lease());
            }
        }
        return grant;
    }

    LeaseGrant job() {
        return Objects.requireNonNull(given(), name + " was given no job");
    }

    ReportAnswer progress(LeaseToken lease, double fraction) {
        return report(new LeaseReport.Progress(lease, fraction, 0, 0, "at " + fraction));
    }

    ReportAnswer checkpoint(LeaseToken lease, long step) {
        return report(new LeaseReport.Checkpointed(lease, at(step), Duration.ofSeconds(10)));
    }

    static CheckpointRef at(long step) {
        return new CheckpointRef("mem://" + step, "ab".repeat(32), 10, step);
    }

    ReportAnswer complete(LeaseToken lease, Duration ran) {
        return over(lease, new LeaseReport.Completed(lease, Content.json("\"" + name + "\""), ran));
    }

    ReportAnswer fail(LeaseToken lease, Duration ran) {
        return over(lease, new LeaseReport.Failed(lease, LeaseReport.FailureKind.JOB_ERROR, "broke", true, ran));
    }

    ReportAnswer release(LeaseToken lease, @Nullable CheckpointRef last, Duration ran) {
        return over(lease, new LeaseReport.Released(lease, ReleaseReason.DRAIN, last, ran));
    }

    /** Discards a job without a word, as a worker does whose lease is lost. */
    void drop(LeaseToken lease) {
        running.remove(lease);
        grant = null;
    }

    private ReportAnswer over(LeaseToken lease, LeaseReport report) {
        running.remove(lease);
        if (grant != null && grant.lease().equals(lease)) {
            grant = null;
        }
        return report(report);
    }

    private ReportAnswer report(LeaseReport report) {
        return world.await(world.wire().gateway().report(report));
    }

    /** The machine's time is over: it says so. */
    void bye() {
        fallSilent();
        world.await(world.wire().gateway().bye(session, "END", age()));
    }
}
