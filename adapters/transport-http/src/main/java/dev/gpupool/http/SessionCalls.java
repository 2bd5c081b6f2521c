package dev.gpupool.http;

import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The calls of one session. */
final class SessionCalls {
    /** So many waiting workers are more than any pool has. */
    private static final int MOST_WAITING = 50_000;

    /** Less than what a server takes for a dead connection. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Door door;
    private final Leases leases;
    private final String sessionId;

    SessionCalls(Door door, Leases leases, String sessionId) {
        this.door = door;
        this.leases = leases;
        this.sessionId = sessionId;
    }

    /** One call that is made once its body is here, and given up if its worker hangs up. */
    abstract static class Call implements Function<Body, CompletableFuture<HttpAnswer>> {
        void giveUp() {
            // Only what waits can be given up.
        }
    }

    private static Call plain(Function<Body, CompletableFuture<HttpAnswer>> perform) {
        return new Call() {
            @Override
            public CompletableFuture<HttpAnswer> apply(Body body) {
                return perform.apply(body);
            }
        };
    }

    Function<Bearer.Session, Call> named(String what) {
        return switch (what) {
            case "heartbeat" -> worker -> plain(body -> heartbeat(worker, body));
            case "claim" -> Claiming::new;
            case "drain" -> worker -> plain(this::drain);
            case "bye" -> worker -> plain(this::bye);
            default -> throw Problem.notFound("not-found", "there is no such call of a session");
        };
    }

    /** A beat is always new, and a claim names itself. */
    boolean isRepeatable(String what) {
        return what.equals("drain") || what.equals("bye");
    }

    private Instant now() {
        return door.services().clock().instant();
    }

    private CompletableFuture<HttpAnswer> heartbeat(Bearer.Session worker, Body body) {
        Beat beat = Reading.beat(body, sessionId);
        List<LeaseReport.Progress> progress = Reading.progress(body);
        CompletableFuture<BeatAnswer> answer = door.call(gateway -> gateway.heartbeat(beat));
        for (LeaseReport.Progress each : progress) {
            leases.require(worker, each.lease().leaseId())
                    .thenCompose(own -> door.call(gateway -> gateway.report(each)));
        }
        return answer.thenApply(
                value -> Writing.answer(200, now(), value.directives(), json -> Writing.beat(json, value)));
    }

    private CompletableFuture<HttpAnswer> drain(Body body) {
        String reason = body.fields().text("reason");
        Duration in = body.fields().seconds("inSeconds");
        return door.call(gateway -> gateway.drain(sessionId, reason, in)).thenApply(this::plain);
    }

    private CompletableFuture<HttpAnswer> bye(Body body) {
        String reason = body.fields().text("reason");
        Duration age = body.fields().seconds("sessionAgeSeconds");
        return door.call(gateway -> gateway.bye(sessionId, reason, age)).thenApply(done -> plain(List.of()));
    }

    private HttpAnswer plain(List<Directive> directives) {
        return Writing.answer(200, now(), directives, json -> {});
    }

    /** A claim, which waits. */
    private final class Claiming extends Call {
        private final Bearer.Session worker;
        private @Nullable CompletableFuture<ClaimAnswer> waiting;
        private boolean givenUp;

        Claiming(Bearer.Session worker) {
            this.worker = worker;
        }

        @Override
        public CompletableFuture<HttpAnswer> apply(Body body) {
            Claim claim = Reading.claim(body, sessionId, LONGEST_WAIT);
            if (door.waiting() >= MOST_WAITING) {
                throw Problem.busy(MOST_WAITING + " claims wait already");
            }
            CompletableFuture<ClaimAnswer> answer = door.claim(gateway -> gateway.claim(claim));
            keep(answer);
            return answer.thenApply(this::granted);
        }

        private synchronized void keep(CompletableFuture<ClaimAnswer> answer) {
            waiting = answer;
            if (givenUp) {
                answer.cancel(false);
            }
        }

        private HttpAnswer granted(ClaimAnswer answer) {
            LeaseGrant grant = answer.grant();
            if (grant != null) {
                leases.granted(grant.lease().leaseId(), worker.holder());
            }
            return Writing.answer(200, now(), answer.directives(), json -> Writing.claim(json, answer));
        }

        @Override
        synchronized void giveUp() {
            givenUp = true;
            if (waiting != null) {
                waiting.cancel(false);
            }
        }
    }
}
