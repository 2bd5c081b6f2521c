package dev.gpupool.testkit;

import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseReport.ReleaseReason;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.RegistrationAnswer.RefusalReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The inside of a {@link SimWorker}: its parts, and what they ask of each other. */
final class SimAgent {
    private static final long RESTART_MILLIS = 5_000;

    private final SimWorkerSpec spec;
    private final VirtualClock clock;
    private final SeededRandom random;
    private final SimLine line;
    private final SimTimer timer;
    private final SimMeter meter;
    private final SimBeats beats;
    private final SimEnrolment enrolment;
    private final SimSpool spool;
    private final SimEnd end;
    private final SimOrders orders;
    private final SimCheckpoints checkpoints = new SimCheckpoints();
    private final List<SimSlot> slots = new ArrayList<>();
    private final VirtualTimer death;
    private SimWorker.State state = SimWorker.State.OFF;
    private String instanceId = "";
    private String sessionId = "";
    private List<LeaseToken> leases = List.of();
    private @Nullable RefusalReason refusal;
    private boolean disobedient;
    private int life;
    private long unwantedGrants;
    private long badCheckpoints;

    SimAgent(SimWorkerSpec spec, SimNetwork network, List<SimTransport> hosts, SeededRandom random) {
        this.spec = spec;
        this.clock = network.clock();
        this.random = random;
        this.line = new SimLine(network, this, random, hosts);
        this.timer = new SimTimer(clock);
        this.meter = new SimMeter(clock, slots);
        this.beats = new SimBeats(this, clock);
        this.enrolment = new SimEnrolment(this, clock, random);
        this.spool = new SimSpool(this, clock);
        this.end = new SimEnd(this, clock);
        this.orders = new SimOrders(this, beats, enrolment, end);
        this.death = clock.timer(() -> die(SimWorker.State.CRASHED));
        for (int i = 0; i < spec.slots(); i++) {
            slots.add(new SimSlot(this, clock, random));
        }
    }

    void start() {
        newProcess();
        spool.clear();
        timer.reset();
        meter.begin();
        if (disobedient) {
            meter.disobedient();
        }
        Duration cap = spec.providerCap();
        if (cap != null) {
            death.armMillis(cap.toMillis());
        }
        enrolment.begin(spec.boot().toMillis());
    }

    void restartProcess() {
        newProcess();
        spool.newProcess();
        enrolment.begin(RESTART_MILLIS);
    }

    void die(SimWorker.State how) {
        state = how;
        life++;
        slots.forEach(SimSlot::die);
        beats.stop();
        enrolment.stop();
        end.newProcess();
        death.cancel();
        spool.clear();
        meter.end();
    }

    void dieIn(long millis) {
        if (!death.isArmed() || death.dueInMillis() > millis) {
            death.armMillis(millis);
        }
    }

    void leave(String word, ReleaseReason reason, Duration in) {
        if (state == SimWorker.State.ONLINE) {
            line.send(SimCall.NOTICE, new SimFarewell(sessionId, word, in), null);
            end.drain(reason, in.toMillis());
        }
    }

    void disobey() {
        disobedient = true;
        end.cancel();
        meter.disobedient();
    }

    void registering() {
        state = SimWorker.State.REGISTERING;
    }

    void admitted(RegistrationAnswer.Accepted accepted, long ageThen) {
        sessionId = accepted.sessionId();
        state = SimWorker.State.ONLINE;
        beats.begin(accepted.heartbeatInterval());
        Duration stopsIn = accepted.stopsIn();
        end.stopBy(stopsIn == null ? Long.MAX_VALUE : ageThen + stopsIn.toMillis());
        spool.resume();
        slots.forEach(SimSlot::claim);
        end.settled();
    }

    void refused(RefusalReason reason) {
        refusal = reason;
        die(SimWorker.State.REFUSED);
    }

    void gaveUp() {
        refusal = null;
        die(SimWorker.State.REFUSED);
    }

    void registerAgain() {
        if (state == SimWorker.State.ONLINE) {
            slots.forEach(SimSlot::withdraw);
            beats.stop();
            state = SimWorker.State.REGISTERING;
            enrolment.begin(0);
        }
    }

    void ending() {
        enrolment.stop();
        state = SimWorker.State.ENDING;
    }

    /** The session is over; only the farewell is still to be heard. */
    void gone() {
        state = SimWorker.State.GONE;
        beats.stop();
        enrolment.stop();
        death.cancel();
        slots.forEach(SimSlot::die);
        meter.end();
    }

    void giveBack(LeaseGrant grant) {
        unwantedGrants++;
        spool.add(new LeaseReport.Released(grant.lease(), ReleaseReason.DRAIN, null, Duration.ZERO), null);
    }

    void foundBadCheckpoint() {
        badCheckpoints++;
    }

    void leasesChanged() {
        List<LeaseToken> held = new ArrayList<>(slots.size());
        for (SimSlot slot : slots) {
            LeaseToken lease = slot.lease();
            if (lease != null) {
                held.add(lease);
            }
        }
        leases = List.copyOf(held);
    }

    void jobBegan() {
        end.timerChanged();
    }

    void slotFree() {
        end.settled();
    }

    boolean takesJobs() {
        return state == SimWorker.State.ONLINE && !end.isDraining();
    }

    boolean isConnected() {
        return state == SimWorker.State.ONLINE
                || state == SimWorker.State.ENDING
                || state == SimWorker.State.REGISTERING;
    }

    boolean isRunning() {
        return isConnected() || state == SimWorker.State.BOOTING;
    }

    /** Whether nothing keeps the worker from ending. */
    boolean isIdle() {
        for (SimSlot slot : slots) {
            if (!slot.isIdle()) {
                return false;
            }
        }
        return spool.isEmpty() && (state == SimWorker.State.ONLINE || state == SimWorker.State.ENDING);
    }

    SimWorkerSpec spec() {
        return spec;
    }

    String name() {
        return spec.worker();
    }

    SimWorker.State state() {
        return state;
    }

    boolean isDisobedient() {
        return disobedient;
    }

    @Nullable RefusalReason refusal() {
        return refusal;
    }

    String instanceId() {
        return instanceId;
    }

    String sessionId() {
        return sessionId;
    }

    List<LeaseToken> leases() {
        return leases;
    }

    List<SimSlot> slots() {
        return slots;
    }

    SimMeter meter() {
        return meter;
    }

    SimSpool spool() {
        return spool;
    }

    SimLine line() {
        return line;
    }

    SimOrders orders() {
        return orders;
    }

    SimBeats beats() {
        return beats;
    }

    SimEnd end() {
        return end;
    }

    SimTimer timer() {
        return timer;
    }

    SimCheckpoints checkpoints() {
        return checkpoints;
    }

    long unwantedGrants() {
        return unwantedGrants;
    }

    long badCheckpoints() {
        return badCheckpoints;
    }

    int life() {
        return life;
    }

    long age() {
        return timer.age();
    }

    long trueMillis(long ownMillis) {
        return timer.trueMillis(ownMillis);
    }

    long ownMillis(long trueMillis) {
        return timer.own(trueMillis);
    }

    private void newProcess() {
        life++;
        line.newLife();
        slots.forEach(SimSlot::die);
        beats.newProcess();
        end.newProcess();
        instanceId = random.word();
        sessionId = "";
        state = SimWorker.State.BOOTING;
    }
}
