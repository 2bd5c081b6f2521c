package dev.gpupool.dashboard;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Device;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.WorkerGateway;
import dev.gpupool.spi.worker.WorkerTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Workers in real time, on one thread, which beat, claim, work, obey and can be made to vanish. */
final class LiveFleet implements WorkerTransport {
    private static final Duration BEAT = Duration.ofMillis(400);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "live-fleet");
        made.setDaemon(true);
        return made;
    });
    private final TreeMap<String, Agent> agents = new TreeMap<>();
    private @Nullable WorkerGateway gateway;

    @Override
    public void start(WorkerGateway pool) {
        gateway = pool;
        thread.scheduleAtFixedRate(this::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private WorkerGateway gateway() {
        return Objects.requireNonNull(gateway);
    }

    private void beat() {
        List.copyOf(agents.values()).forEach(Agent::beat);
    }

    /** Registers a worker and waits until it is one. */
    void join(String name, String provider, String account, Device device, Duration age) throws Exception {
        thread.submit(() -> {
                    RegistrationAnswer answer = gateway()
                            .register(new Registration(
                                    "",
                                    provider,
                                    account,
                                    name,
                                    "instance-" + name + "-" + age.toMillis(),
                                    age,
                                    null,
                                    1,
                                    List.of(device),
                                    Map.of(),
                                    List.of("train", "quick")))
                            .get(10, TimeUnit.SECONDS);
                    agents.put(name, new Agent(((RegistrationAnswer.Accepted) answer).sessionId(), age));
                    return answer;
                })
                .get(15, TimeUnit.SECONDS);
    }

    /** The machine is gone. */
    void vanish(String name) throws Exception {
        thread.submit(() -> agents.remove(name)).get(15, TimeUnit.SECONDS);
    }

    private void work(Runnable task) {
        if (!thread.isShutdown()) {
            thread.execute(task);
        }
    }

    /** One session of a worker; on the fleet's thread only. */
    private final class Agent {
        private final String sessionId;
        private final Duration age;
        private final long begun = System.nanoTime();
        private long sequence;
        private long claims;
        private boolean claiming;
        private boolean draining;
        private boolean quick;
        private @Nullable LeaseToken lease;
        private double progress;

        Agent(String sessionId, Duration age) {
            this.sessionId = sessionId;
            this.age = age;
        }

        private Duration age() {
            return age.plusNanos(System.nanoTime() - begun);
        }

        void beat() {
            LeaseToken held = lease;
            gateway()
                    .heartbeat(new Beat(sessionId, ++sequence, age(), held == null ? List.of() : List.of(held)))
                    .thenAccept(answer -> work(() -> obey(answer.directives())));
            if (held != null) {
                advance(held);
            } else if (!claiming && !draining) {
                claiming = true;
                gateway()
                        .claim(new Claim(sessionId, "claim-" + ++claims, Duration.ofSeconds(20)))
                        .whenComplete((answer, failure) -> work(() -> take(answer)));
            }
        }

        private void take(@Nullable ClaimAnswer answer) {
            claiming = false;
            if (answer == null) {
                return;
            }
            if (answer.grant() != null) {
                lease = answer.grant().lease();
                quick = answer.grant().handler().equals("quick");
                progress = 0;
            }
            obey(answer.directives());
        }

        private void advance(LeaseToken held) {
            progress = Math.min(quick ? 1 : 0.95, progress + (quick ? 0.5 : 0.02));
            long step = Math.round(progress * 100);
            gateway().report(new LeaseReport.Progress(held, progress, step, 100, "epoch " + step));
            if (progress >= 1) {
                lease = null;
                gateway()
                        .report(new LeaseReport.Completed(
                                held, dev.gpupool.spi.worker.Content.json("\"ok\""), Duration.ofSeconds(1)));
            }
        }

        private void obey(List<Directive> directives) {
            for (Directive directive : new ArrayList<>(directives)) {
                LeaseToken held = lease;
                boolean ends = directive.type() == Directive.Type.DRAIN || directive.type() == Directive.Type.STOP;
                if (ends || directive.type() == Directive.Type.CANCEL) {
                    draining |= ends;
                    if (held != null) {
                        lease = null;
                        gateway()
                                .report(new LeaseReport.Released(
                                        held,
                                        ends ? LeaseReport.ReleaseReason.DRAIN : LeaseReport.ReleaseReason.CANCEL,
                                        null,
                                        Duration.ofSeconds(1)));
                    }
                }
            }
        }
    }
}
