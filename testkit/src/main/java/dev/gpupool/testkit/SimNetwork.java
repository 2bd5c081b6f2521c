package dev.gpupool.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies between simulated workers and hosts: every message takes its time, and some are lost, doubled or very late.
 * Nothing goes wrong unless it is asked for; messages take 5 ms to 150 ms unless set. Belongs to the thread that drives
 * the clock.
 */
public final class SimNetwork {
    private final VirtualClock clock;
    private final SeededRandom random;
    private final List<SimWorker> workers = new ArrayList<>();
    private final ArrayDeque<Exchange> spare = new ArrayDeque<>();
    private long latencyMin = 5;
    private long latencyMax = 150;
    private long lateMin = 10_000;
    private long lateMax = 600_000;
    private int requestLossPpm;
    private int answerLossPpm;
    private int duplicatePpm;
    private int latePpm;
    private long requests;
    private long requestsLost;
    private long answersLost;
    private long duplicates;
    private long latePackets;

    /**
     * A network without faults.
     *
     * @param clock moves the messages
     * @param random draws latency and faults
     */
    public SimNetwork(VirtualClock clock, SeededRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * How long a message travels, each way.
     *
     * @param min at least
     * @param max at most
     * @return this
     */
    public SimNetwork latencyBetween(Duration min, Duration max) {
        latencyMin = min.toMillis();
        latencyMax = max.toMillis();
        return this;
    }

    /**
     * How often messages are lost.
     *
     * @param requestPpm requests that never reach a host, in millionths
     * @param answerPpm answers that never reach a worker, in millionths
     * @return this
     */
    public SimNetwork loss(int requestPpm, int answerPpm) {
        requestLossPpm = requestPpm;
        answerLossPpm = answerPpm;
        return this;
    }

    /**
     * How often a request arrives twice.
     *
     * @param ppm in millionths
     * @return this
     */
    public SimNetwork duplicates(int ppm) {
        duplicatePpm = ppm;
        return this;
    }

    /**
     * How often a message is overtaken by many others.
     *
     * @param ppm in millionths
     * @param min how late at least
     * @param max how late at most
     * @return this
     */
    public SimNetwork late(int ppm, Duration min, Duration max) {
        latePpm = ppm;
        lateMin = min.toMillis();
        lateMax = max.toMillis();
        return this;
    }

    /**
     * Cuts off all workers of a provider.
     *
     * @param provider the name in their registrations
     * @param length for how long from now
     */
    public void partitionProvider(String provider, Duration length) {
        for (SimWorker worker : workers) {
            if (worker.spec().provider().equals(provider)) {
                worker.partition(length);
            }
        }
    }

    /**
     * The workers on this network, in the order of their making.
     *
     * @return a copy
     */
    public List<SimWorker> workers() {
        return List.copyOf(workers);
    }

    /**
     * How many requests were sent.
     *
     * @return the number, doubles apart
     */
    public long requests() {
        return requests;
    }

    /**
     * How many requests never reached a host, for chance or for a partition.
     *
     * @return the number
     */
    public long requestsLost() {
        return requestsLost;
    }

    /**
     * How many answers never reached a worker, for chance or for a partition.
     *
     * @return the number
     */
    public long answersLost() {
        return answersLost;
    }

    /**
     * How many requests arrived twice.
     *
     * @return the number
     */
    public long duplicated() {
        return duplicates;
    }

    /**
     * How many messages were very late.
     *
     * @return the number
     */
    public long latePackets() {
        return latePackets;
    }

    void attach(SimWorker worker) {
        workers.add(worker);
    }

    long nowMillis() {
        return clock.tickerMillis();
    }

    VirtualClock clock() {
        return clock;
    }

    /** Runs at once on the driver's thread, or is handed to it. */
    void onDriver(Runnable task) {
        if (clock.isDriving()) {
            task.run();
        } else {
            clock.executor().execute(task);
        }
    }

    Exchange exchange(SimCall call, SimAgent worker, SimTransport target, Object request) {
        Exchange exchange = call == SimCall.BEAT ? spare.poll() : null;
        if (exchange == null) {
            exchange = new Exchange(this, clock, worker, target, request);
        }
        exchange.call = call;
        exchange.worker = worker;
        exchange.target = target;
        exchange.request = request;
        exchange.owner = null;
        exchange.life = worker.life();
        return exchange;
    }

    void recycle(Exchange exchange) {
        exchange.answer = null;
        if (exchange.call == SimCall.BEAT) {
            spare.add(exchange);
        }
    }

    void send(Exchange exchange) {
        requests++;
        SimLine line = exchange.worker.line();
        long held = line.heldMillis();
        if (line.isCutOff() || exchange.target.isCutOff() || random.chance(requestLossPpm)) {
            requestsLost++;
            recycle(exchange);
            return;
        }
        if (random.chance(duplicatePpm) || line.doubles()) {
            duplicates++;
            Exchange twin = exchange(exchange.call, exchange.worker, exchange.target, exchange.request);
            twin.owner = exchange.owner;
            twin.travel(held + latency());
        }
        exchange.travel(held + latency());
    }

    void sendBack(Exchange exchange) {
        SimLine line = exchange.worker.line();
        if (line.isCutOff() || line.heldMillis() > 0 || exchange.target.isCutOff() || random.chance(answerLossPpm)) {
            answersLost++;
            recycle(exchange);
        } else {
            exchange.travelBack(latency());
        }
    }

    void hangUp(Exchange exchange) {
        if (!exchange.worker.line().isCutOff() && !exchange.target.isCutOff()) {
            clock.scheduleMillis(latency(), exchange::hangUp);
        }
    }

    private long latency() {
        if (random.chance(latePpm)) {
            latePackets++;
            return random.between(lateMin, lateMax);
        }
        return random.between(latencyMin, latencyMax);
    }
}
