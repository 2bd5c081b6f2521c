package dev.gpupool.benchmarks.wire;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.ReportAnswer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A worker's end of the wire to one host. Each call is sent once; its future fails if the host hangs up. */
public final class SocketClient implements AutoCloseable {
    private final Lines lines;
    private final TreeMap<Long, Waiting<?>> waiting = new TreeMap<>();
    private long calls;
    private boolean over;

    private record Waiting<T>(Class<T> type, CompletableFuture<T> future) {
        void answered(Object body) {
            if (type.isInstance(body)) {
                future.complete(type.cast(body));
            } else {
                future.completeExceptionally(new IOException("the host said " + body));
            }
        }
    }

    private SocketClient(Lines lines) {
        this.lines = lines;
    }

    /**
     * Connects to a host of this machine.
     *
     * @param port where its transport listens
     * @throws IOException if nobody does
     */
    public static SocketClient connect(int port) throws IOException {
        SocketClient client = new SocketClient(new Lines(new Socket(InetAddress.getLoopbackAddress(), port)));
        Thread ear = new Thread(client::listen, "socket client");
        ear.setDaemon(true);
        ear.start();
        return client;
    }

    private void listen() {
        for (Wire.Message message = lines.read(); message != null; message = lines.read()) {
            Waiting<?> call = take(message.call());
            if (call != null) {
                call.answered(message.body());
            }
        }
        close();
    }

    private synchronized @Nullable Waiting<?> take(long call) {
        return waiting.remove(call);
    }

    private <T> CompletableFuture<T> call(Object body, Class<T> answer) {
        CompletableFuture<T> future = new CompletableFuture<>();
        long number;
        synchronized (this) {
            if (over) {
                return CompletableFuture.failedFuture(new IOException("the connection is over"));
            }
            number = ++calls;
            waiting.put(number, new Waiting<>(answer, future));
        }
        future.whenComplete((value, failure) -> {
            if (future.isCancelled() && take(number) != null) {
                lines.write(new Wire.Message(0, new Wire.HangUp(number)));
            }
        });
        if (!lines.write(new Wire.Message(number, body))) {
            close();
        }
        return future;
    }

    /** As {@code WorkerGateway} has it. */
    public CompletableFuture<RegistrationAnswer> register(Registration registration) {
        return call(registration, RegistrationAnswer.class);
    }

    /** As {@code WorkerGateway} has it. */
    public CompletableFuture<BeatAnswer> heartbeat(Beat beat) {
        return call(beat, BeatAnswer.class);
    }

    /** As {@code WorkerGateway} has it; cancelling it hangs up. */
    public CompletableFuture<ClaimAnswer> claim(Claim claim) {
        return call(claim, ClaimAnswer.class);
    }

    /** As {@code WorkerGateway} has it. */
    public CompletableFuture<ReportAnswer> report(LeaseReport report) {
        return call(report, ReportAnswer.class);
    }

    /** As {@code WorkerGateway} has it. */
    public CompletableFuture<List<Directive>> drain(String sessionId, String reason, Duration in) {
        return call(new Wire.Drain(sessionId, reason, in), Wire.Orders.class).thenApply(Wire.Orders::directives);
    }

    /** As {@code WorkerGateway} has it. */
    public CompletableFuture<Void> bye(String sessionId, String reason, Duration sessionAge) {
        return call(new Wire.Bye(sessionId, reason, sessionAge), Wire.Done.class)
                .thenApply(done -> null);
    }

    /** Hangs up; calls that wait fail. */
    @Override
    public void close() {
        lines.close();
        List<Waiting<?>> failed;
        synchronized (this) {
            over = true;
            failed = List.copyOf(waiting.values());
            waiting.clear();
        }
        failed.forEach(call -> call.future().completeExceptionally(new IOException("the host is gone")));
    }
}
