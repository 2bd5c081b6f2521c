package dev.gpupool.benchmarks.wire;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.WorkerGateway;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A worker's connection as the host sees it. */
final class Peer {
    /** How a call is made, as long as the transport is open; null then. */
    @FunctionalInterface
    interface Caller {
        @Nullable CompletableFuture<?> call(Function<WorkerGateway, CompletableFuture<?>> call);
    }

    private final Lines lines;
    private final Caller caller;
    private final TreeMap<Long, CompletableFuture<?>> claims = new TreeMap<>();

    Peer(Socket socket, Caller caller) throws IOException {
        this.lines = new Lines(socket);
        this.caller = caller;
    }

    /** Takes calls until either side hangs up; waiting claims end then. */
    void run() {
        try {
            for (Wire.Message message = lines.read(); message != null; message = lines.read()) {
                take(message);
            }
        } finally {
            close();
        }
    }

    private void take(Wire.Message message) {
        if (message.body() instanceof Wire.HangUp hangUp) {
            CompletableFuture<?> given = claim(hangUp.call());
            if (given != null) {
                given.cancel(false);
            }
            return;
        }
        CompletableFuture<?> answer = answer(message);
        if (answer == null) {
            close();
            return;
        }
        answer.whenComplete((value, failure) -> {
            forget(message.call());
            lines.write(new Wire.Message(message.call(), body(value, failure)));
        });
    }

    private @Nullable CompletableFuture<?> answer(Wire.Message message) {
        try {
            return caller.call(gateway -> {
                CompletableFuture<?> answer = hand(gateway, message.body());
                if (message.body() instanceof Claim) {
                    keep(message.call(), answer);
                }
                return answer;
            });
        } catch (RuntimeException | Error e) {
            // The contract of the transport: whatever a call throws, its worker is told, and nothing else ends.
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletableFuture<?> hand(WorkerGateway gateway, Object call) {
        if (call instanceof Registration registration) {
            return gateway.register(registration);
        } else if (call instanceof Beat beat) {
            return gateway.heartbeat(beat);
        } else if (call instanceof Claim claim) {
            return gateway.claim(claim);
        } else if (call instanceof LeaseReport report) {
            return gateway.report(report);
        } else if (call instanceof Wire.Drain drain) {
            return gateway.drain(drain.sessionId(), drain.reason(), drain.in());
        } else if (call instanceof Wire.Bye bye) {
            return gateway.bye(bye.sessionId(), bye.reason(), bye.sessionAge());
        }
        throw new IllegalArgumentException("no call: " + call);
    }

    private static Object body(@Nullable Object value, @Nullable Throwable failure) {
        if (failure != null) {
            return new Wire.Failure(String.valueOf(failure));
        } else if (value instanceof List<?> orders) {
            return new Wire.Orders(orders.stream()
                    .map(dev.gpupool.spi.worker.Directive.class::cast)
                    .toList());
        }
        return value == null ? new Wire.Done(true) : value;
    }

    private synchronized void keep(long call, CompletableFuture<?> claim) {
        claims.put(call, claim);
    }

    private synchronized void forget(long call) {
        claims.remove(call);
    }

    private synchronized @Nullable CompletableFuture<?> claim(long call) {
        return claims.get(call);
    }

    void close() {
        lines.close();
        List<CompletableFuture<?>> waiting;
        synchronized (this) {
            waiting = List.copyOf(claims.values());
        }
        waiting.forEach(claim -> claim.cancel(false));
    }
}
