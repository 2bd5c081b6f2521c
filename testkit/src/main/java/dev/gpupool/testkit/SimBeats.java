package dev.gpupool.testkit;

import dev.gpupool.spi.worker.Beat;
import java.time.Duration;

/** The heartbeat of a simulated worker: one each interval, repeated after 5, 10 and 20 s until it is answered. */
final class SimBeats {
    private static final long[] REPEATS_MILLIS = {5_000, 10_000, 20_000};

    private final SimAgent worker;
    private final VirtualClock clock;
    private final VirtualTimer timer;
    private long intervalMillis;
    private long sequence;
    private long sentAt;
    private int repeats;
    private boolean answered = true;
    private long sent;

    SimBeats(SimAgent worker, VirtualClock clock) {
        this.worker = worker;
        this.clock = clock;
        this.timer = clock.timer(this::due);
    }

    /** A session has begun: the first beat is an interval from now. */
    void begin(Duration interval) {
        intervalMillis = Math.max(1, interval.toMillis());
        sentAt = clock.tickerMillis();
        answered = true;
        timer.armMillis(intervalMillis);
    }

    void stop() {
        timer.cancel();
    }

    void newProcess() {
        stop();
        sequence = 0;
    }

    /** Takes note of an answer; whether it is one to the newest beat. */
    boolean answered(Beat beat) {
        if (beat.sequence() != sequence) {
            return false;
        }
        if (!answered) {
            answered = true;
            timer.armMillis(Math.max(0, sentAt + intervalMillis - clock.tickerMillis()));
        }
        return true;
    }

    long sent() {
        return sent;
    }

    private void due() {
        long since = clock.tickerMillis() - sentAt;
        if (answered || since >= intervalMillis) {
            begin();
        } else {
            repeats++;
            missed();
        }
        send();
        long next = repeats < REPEATS_MILLIS.length ? REPEATS_MILLIS[repeats] : intervalMillis;
        timer.armMillis(Math.min(next, intervalMillis) - (clock.tickerMillis() - sentAt));
    }

    private void begin() {
        if (!answered) {
            missed();
        }
        sentAt = clock.tickerMillis();
        sequence++;
        repeats = 0;
        answered = false;
    }

    private void missed() {
        worker.line().missed();
    }

    private void send() {
        sent++;
        Beat beat = new Beat(worker.sessionId(), sequence, Duration.ofMillis(worker.age()), worker.leases());
        worker.line().send(SimCall.BEAT, beat, null);
    }
}
