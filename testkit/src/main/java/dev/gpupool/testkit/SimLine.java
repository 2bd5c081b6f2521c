package dev.gpupool.testkit;

import dev.gpupool.spi.worker.Directive;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A worker's end of the network: which host it talks to, and whether it can. */
final class SimLine {
    /** So many calls in a row without an answer send a worker to the next host. */
    static final int UNANSWERED_BEFORE_FAILOVER = 3;

    private final SimNetwork network;
    private final SimAgent worker;
    private final SeededRandom random;
    private final List<Directive> seen = new ArrayList<>();
    private List<SimTransport> hosts;
    private int current;
    private int unanswered;
    private long cutOffUntil;
    private long heldUntil;
    private int doublePpm;

    SimLine(SimNetwork network, SimAgent worker, SeededRandom random, List<SimTransport> hosts) {
        this.network = network;
        this.worker = worker;
        this.random = random;
        this.hosts = hosts;
    }

    Exchange send(SimCall call, Object request, @Nullable Object owner) {
        Exchange exchange = network.exchange(call, worker, host(), request);
        exchange.owner = owner;
        network.send(exchange);
        return exchange;
    }

    void hangUp(Exchange exchange) {
        network.hangUp(exchange);
    }

    /** Hands an answer to the worker that asked, unless that was an earlier life of it. */
    void arrived(Exchange exchange) {
        if (exchange.life != worker.life()) {
            return;
        }
        if (exchange.answer == null) {
            missed();
            worker.orders().failed(exchange);
        } else {
            unanswered = 0;
            worker.orders().answered(exchange, exchange.answer);
        }
    }

    /** A call had no answer in time. */
    void missed() {
        if (++unanswered >= UNANSWERED_BEFORE_FAILOVER) {
            unanswered = 0;
            current++;
        }
    }

    SimTransport host() {
        return hosts.get(current % hosts.size());
    }

    void hosts(List<SimTransport> replaced) {
        hosts = replaced;
    }

    /** A host was started again: its new end stands in the place of the old one. */
    void replace(SimTransport before, SimTransport after) {
        hosts.replaceAll(host -> host.equals(before) ? after : host);
    }

    void cutOff(long millis) {
        cutOffUntil = Math.max(cutOffUntil, network.nowMillis() + millis);
    }

    boolean isCutOff() {
        return cutOffUntil > network.nowMillis();
    }

    void hold(long millis) {
        heldUntil = Math.max(heldUntil, network.nowMillis() + millis);
    }

    /** How long a packet that leaves now is held back before it travels. */
    long heldMillis() {
        return heldUntil == 0 ? 0 : Math.max(0, heldUntil - network.nowMillis());
    }

    void heal() {
        cutOffUntil = 0;
        heldUntil = 0;
    }

    void doublePackets(int ppm) {
        doublePpm = ppm;
    }

    boolean doubles() {
        return random.chance(doublePpm);
    }

    /** Whether a directive was not in an earlier answer to this life of the worker. */
    boolean isNew(Directive directive) {
        for (int i = 0; i < seen.size(); i++) {
            Directive earlier = seen.get(i);
            if (earlier.type() == directive.type()
                    && earlier.reason().equals(directive.reason())
                    && Objects.equals(earlier.leaseId(), directive.leaseId())) {
                return false;
            }
        }
        return seen.add(directive);
    }

    void newLife() {
        seen.clear();
        unanswered = 0;
    }
}
