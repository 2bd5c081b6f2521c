package dev.gpupool.testkit;

import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.RegistrationAnswer.RefusalReason;
import dev.gpupool.spi.worker.ReportAnswer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine with an agent, driven by a {@link VirtualClock}, that behaves as the agent of the project does: it registers,
 * beats, claims, runs {@link SimJob}s, checkpoints, obeys, keeps reports until they are answered, and ends in time by its
 * own timer. What really happened to it is in its {@link #meter()}. Its faults are methods. Belongs to the thread that
 * drives the clock.
 */
public final class SimWorker {
    /** Where a worker stands. */
    public enum State {
        /** Never started. */
        OFF,
        /** The machine runs, its agent does not yet. */
        BOOTING,
        /** Its agent asks for admission, or asks again while its jobs go on. */
        REGISTERING,
        /** It has a session, and may be draining. */
        ONLINE,
        /** It has stopped its jobs and delivers its last reports. */
        ENDING,
        /** It ended in order. */
        GONE,
        /** It was not admitted, or gave up asking. */
        REFUSED,
        /** It fell silent. */
        CRASHED
    }

    private final SimAgent agent;

    /**
     * A worker that is off.
     *
     * @param spec what it is
     * @param network what it talks over
     * @param hosts whom it may talk to, in its order of preference; the list is read live, so hosts may be replaced in it
     * @param random draws its ids and pauses
     */
    public SimWorker(SimWorkerSpec spec, SimNetwork network, List<SimTransport> hosts, SeededRandom random) {
        this.agent = new SimAgent(spec, network, hosts, random);
        network.attach(this);
    }

    /**
     * Starts the machine anew.
     *
     * @return this
     * @throws IllegalStateException if it runs
     */
    public SimWorker start() {
        if (isRunning()) {
            throw new IllegalStateException("worker " + name() + " cannot be started while it is " + state());
        }
        agent.start();
        return this;
    }

    /** The machine dies: no word from it any more, and its disk is gone. Starting it again is another machine. */
    public void crash() {
        if (isRunning()) {
            agent.die(State.CRASHED);
        }
    }

    /**
     * The agent's process is replaced on the same machine, under the same name: jobs are gone, undelivered reports and the
     * session's age are not. Starts a worker that does not run.
     */
    public void restart() {
        if (isRunning()) {
            agent.restartProcess();
        } else {
            agent.start();
        }
    }

    /**
     * The provider takes the machine back: the pool gets a notice, and after it the machine dies, drained or not.
     *
     * @param notice how long before
     */
    public void preempt(Duration notice) {
        agent.dieIn(notice.toMillis());
        agent.leave("PREEMPTION_NOTICE", ReleaseReason.PREEMPTED, notice);
    }

    /**
     * The person at the notebook stops it in order.
     *
     * @param in how long jobs that cannot resume may go on
     */
    public void shutDown(Duration in) {
        agent.leave("SIGNAL", ReleaseReason.SHUTDOWN, in);
    }

    /**
     * Nothing goes in or out; the worker goes on as ever.
     *
     * @param length for how long from now
     */
    public void partition(Duration length) {
        agent.line().cutOff(length.toMillis());
    }

    /**
     * Works and talks into the void: nothing comes in, and all that it sends arrives when the time is over.
     *
     * @param length for how long from now
     */
    public void zombie(Duration length) {
        agent.line().hold(length.toMillis());
    }

    /** Ends partition and zombie at once. */
    public void heal() {
        agent.line().heal();
    }

    /** Ignores directives, verdicts and its own end from now on; only its provider stops it. */
    public void disobey() {
        agent.disobey();
    }

    /**
     * Lets its own timer run too fast or too slowly.
     *
     * @param ppm too fast if positive, in millionths
     */
    public void skew(int ppm) {
        agent.timer().skew(ppm);
        agent.end().timerChanged();
    }

    /**
     * Lets its requests arrive twice.
     *
     * @param ppm how often, in millionths
     */
    public void duplicatePackets(int ppm) {
        agent.line().doublePackets(ppm);
    }

    /**
     * Replaces the hosts that it may talk to.
     *
     * @param hosts in its order of preference; read live
     */
    public void hosts(List<SimTransport> hosts) {
        agent.line().hosts(hosts);
    }

    /**
     * The spec.
     *
     * @return as given
     */
    public SimWorkerSpec spec() {
        return agent.spec();
    }

    /**
     * The worker's name.
     *
     * @return as in its spec
     */
    public String name() {
        return agent.name();
    }

    /**
     * Where it stands.
     *
     * @return the state
     */
    public State state() {
        return agent.state();
    }

    /**
     * Whether its machine runs, so that its provider's meter does.
     *
     * @return true from start to end
     */
    public boolean isRunning() {
        return agent.isRunning();
    }

    /**
     * Whether it takes no more jobs because its session ends.
     *
     * @return true from the start of a drain
     */
    public boolean isDraining() {
        return agent.end().isDraining();
    }

    /**
     * Whether it ignores what it is told.
     *
     * @return true after {@link #disobey}
     */
    public boolean isDisobedient() {
        return agent.isDisobedient();
    }

    /**
     * What really happened to it.
     *
     * @return its meter
     */
    public SimMeter meter() {
        return agent.meter();
    }

    /**
     * Names its process.
     *
     * @return the id, empty before the first start
     */
    public String instanceId() {
        return agent.instanceId();
    }

    /**
     * Names its session, as the pool told it.
     *
     * @return the id, empty before the first admission
     */
    public String sessionId() {
        return agent.sessionId();
    }

    /**
     * The leases that it holds: running, or with their last report unanswered.
     *
     * @return an unchangeable list
     */
    public List<LeaseToken> leases() {
        return agent.leases();
    }

    /**
     * The reports that no host has answered yet.
     *
     * @return a copy, oldest first
     */
    public List<LeaseReport> undelivered() {
        return agent.spool().reports();
    }

    /**
     * The host that it talks to now.
     *
     * @return its transport
     */
    public SimTransport host() {
        return agent.line().host();
    }

    /**
     * Why it was not admitted.
     *
     * @return the last reason, or {@code null} if it gave up or was never refused
     */
    public @Nullable RefusalReason refusal() {
        return agent.refusal();
    }

    /**
     * How many of its reports, progress apart, got a verdict.
     *
     * @param outcome the verdict
     * @return the number
     */
    public long reports(ReportAnswer.Outcome outcome) {
        return agent.spool().count(outcome);
    }

    /**
     * How many beats it sent, repeats included.
     *
     * @return the number
     */
    public long beats() {
        return agent.beats().sent();
    }

    /**
     * How many jobs it dropped because their lease was lost.
     *
     * @return the number
     */
    public long lostVerdicts() {
        return agent.orders().lostVerdicts();
    }

    /**
     * How many grants came that it did not wait for any more.
     *
     * @return the number
     */
    public long unwantedGrants() {
        return agent.unwantedGrants();
    }

    /**
     * How many granted checkpoints were not what any worker had written.
     *
     * @return the number; a sound pool leaves it at zero
     */
    public long badCheckpoints() {
        return agent.badCheckpoints();
    }

    SimAgent agent() {
        return agent;
    }
}
