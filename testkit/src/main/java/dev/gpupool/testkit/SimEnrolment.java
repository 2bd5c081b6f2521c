package dev.gpupool.testkit;

import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.RegistrationAnswer.RefusalReason;
import java.time.Duration;

/**
 * How a simulated worker registers: again and again with growing, jittered pauses until it is answered; it gives up
 * after 15 minutes, because a metered machine burns meanwhile.
 */
final class SimEnrolment {
    private static final long PATIENCE_MILLIS = 900_000;
    private static final long ANSWER_MILLIS = 10_000;
    private static final long MAX_PAUSE_MILLIS = 60_000;

    private final SimAgent worker;
    private final VirtualClock clock;
    private final SeededRandom random;
    private final VirtualTimer timer;
    private long since;
    private long pause;
    private boolean asked;

    SimEnrolment(SimAgent worker, VirtualClock clock, SeededRandom random) {
        this.worker = worker;
        this.clock = clock;
        this.random = random;
        this.timer = clock.timer(this::due);
    }

    void begin(long inMillis) {
        since = clock.tickerMillis() + inMillis;
        pause = 1_000;
        asked = false;
        timer.armMillis(inMillis);
    }

    void stop() {
        timer.cancel();
    }

    void answered(RegistrationAnswer answer, Registration registration) {
        if (worker.state() != SimWorker.State.REGISTERING) {
            return;
        }
        if (answer instanceof RegistrationAnswer.Accepted accepted) {
            stop();
            worker.admitted(accepted, registration.sessionAge().toMillis());
        } else if (answer instanceof RegistrationAnswer.Refused refused && !comesBack(refused.reason())) {
            stop();
            worker.refused(refused.reason());
        }
    }

    private static boolean comesBack(RefusalReason reason) {
        return reason == RefusalReason.BUSY || reason == RefusalReason.ACCOUNT_PENDING;
    }

    private void due() {
        if (asked) {
            worker.line().missed();
        }
        if (clock.tickerMillis() - since > PATIENCE_MILLIS) {
            worker.gaveUp();
            return;
        }
        asked = true;
        worker.registering();
        worker.line().send(SimCall.REGISTER, registration(), null);
        timer.armMillis(ANSWER_MILLIS + random.below(pause));
        pause = Math.min(pause * 2, MAX_PAUSE_MILLIS);
    }

    private Registration registration() {
        SimWorkerSpec spec = worker.spec();
        return new Registration(
                spec.tenant(),
                spec.provider(),
                spec.account(),
                spec.worker(),
                worker.instanceId(),
                Duration.ofMillis(worker.age()),
                spec.maxRuntime(),
                spec.slots(),
                spec.devices(),
                spec.labels(),
                spec.handlers());
    }
}
