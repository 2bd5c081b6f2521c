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

/** Workers in real time, on one thread, which beat, claim, work, obey, suffer what is drawn, and can be made to vanish. */
final class LiveFleet implements WorkerTransport {
    static final String RESULT = "private-result-4712";
    private static final Duration BEAT = Duration.ofMillis(400);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "live-fleet");
        made.setDaemon(true);
        return made;
    });
    private final TreeMap<String, Agent> agents = new TreeMap<>();
    private final Trouble trouble;
    private @Nullable WorkerGateway gateway;
    private volatile String message = "epoch";
    private volatile boolean calm = true;
    private int again;

    LiveFleet(Trouble trouble) {
        this.trouble = trouble;
    }

    /** From now on, or not any more, things go wrong. */
    void suffer(boolean on) {
        calm = !on;
    }

    /** What handlers say from now on. */
    void say(String text) {
        message = text;
    }

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

    /** Registers a worker of the pool and waits until it is one. */
    void join(String name, String provider, String account, Device device, Duration age) throws Exception {
        join("", name, provider, account, device, age);
    }

    /** Registers a worker of a tenant and waits until it is one. */
    void join(String tenant, String name, String provider, String account, Device device, Duration age)
            throws Exception {
        Registration registration = new Registration(
                tenant,
                provider,
                account,
                name,
                "instance-" + name + "-" + age.toMillis(),
                age,
                null,
                1,
                List.of(device),
                Map.of("rack", "<b>left</b>"),
                List.of("train", "quick"));
        thread.submit(() -> {
                    RegistrationAnswer answer = gateway().register(registration).get(10, TimeUnit.SECONDS);
                    begin(registration, answer);
                    return answer;
                })
                .get(15, TimeUnit.SECONDS);
    }

    private void begin(Registration registration, RegistrationAnswer answer) {
        if (answer instanceof RegistrationAnswer.Accepted accepted) {
            agents.put(registration.worker(), new Agent(registration, accepted.sessionId()));
        }
    }

    /** The same machine with another process. */
    private void again(Registration old) {
        again++;
        Registration next = new Registration(
                old.tenant(),
                old.provider(),
                old.account(),
                old.worker(),
                "again-" + again,
                Duration.ZERO,
                null,
                1,
                old.devices(),
                old.labels(),
                old.handlers());
        gateway()
                .register(next)
                .whenComplete((answer, failure) -> work(() -> {
                    if (answer == null) {
                        again(old);
                    } else {
                        begin(next, answer);
                    }
                }));
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
        private final Registration registration;
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
        private int away;
        private boolean crashed;

        Agent(Registration registration, String sessionId) {
            this.registration = registration;
            this.sessionId = sessionId;
            this.age = registration.sessionAge();
        }

        private Duration age() {
            return age.plusNanos(System.nanoTime() - begun);
        }

        void beat() {
            if (away > 0) {
                if (--away == 0 && crashed) {
                    agents.remove(registration.worker());
                    again(registration);
                }
                return;
            }
            Trouble.Fault fault = calm ? Trouble.Fault.NONE : trouble.next();
            if (fault == Trouble.Fault.CUT_OFF || fault == Trouble.Fault.CRASHED) {
                away = trouble.away();
                crashed = fault == Trouble.Fault.CRASHED;
                return;
            }
            LeaseToken held = lease;
            Beat beat = new Beat(sessionId, ++sequence, age(), held == null ? List.of() : List.of(held));
            for (int i = fault == Trouble.Fault.LOST ? 2 : fault == Trouble.Fault.DOUBLED ? 0 : 1; i < 2; i++) {
                gateway().heartbeat(beat).thenAccept(answer -> work(() -> obey(answer.directives())));
            }
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
            gateway().report(new LeaseReport.Progress(held, progress, step, 100, message + " " + step));
            if (progress >= 1) {
                lease = null;
                gateway()
                        .report(new LeaseReport.Completed(
                                held,
                                dev.gpupool.spi.worker.Content.json("\"" + RESULT + "\""),
                                Duration.ofSeconds(1)));
            }
        }

        private void obey(List<Directive> directives) {
            for (Directive directive : new ArrayList<>(directives)) {
                LeaseToken held = lease;
                if (directive.type() == Directive.Type.REGISTER_AGAIN && agents.get(registration.worker()) == this) {
                    agents.remove(registration.worker());
                    again(registration);
                    return;
                }
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
