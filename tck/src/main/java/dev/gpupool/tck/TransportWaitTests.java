package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.worker.Beat;
import dev.gpupool.spi.worker.BeatAnswer;
import dev.gpupool.spi.worker.Claim;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Many workers are served at once, those that wait for a job among them, and each gets its own answers. */
public interface TransportWaitTests extends TransportUnderTest {
    /** How many workers wait in these tests: more than a pool of threads for some has threads. */
    int WAITING = 64;

    /** A claim waits in the pool, not in the way of others, be they the same worker's or another's. */
    @Test
    default void shouldAnswerBeatsWhileClaimsWait() {
        ClaimDesk desk = new ClaimDesk();
        List<Agent> workers = online(WAITING);
        gateway().script(desk);
        List<CompletableFuture<ClaimAnswer>> claims = new ArrayList<>();
        workers.forEach(worker -> claims.add(worker.claim("claim-of-" + worker.session())));

        workers.forEach(worker -> desk.awaitClaim(this, "claim-of-" + worker.session()));
        workers.forEach(worker -> assertThat(answerTo(worker.beats(1)).directives())
                .extracting(Directive::reason)
                .containsExactly(worker.session()));
        answerTo(Agent.online(this, "newcomer").beats(1));

        assertThat(claims).noneMatch(CompletableFuture::isDone);
    }

    /** Claims are answered in whatever order jobs come, each with its own job. */
    @Test
    default void shouldGiveEachWaitingClaimItsOwnAnswer() {
        ClaimDesk desk = new ClaimDesk();
        List<Agent> workers = online(WAITING);
        gateway().script(desk);
        List<CompletableFuture<ClaimAnswer>> claims = new ArrayList<>();
        workers.forEach(worker -> claims.add(worker.claim("claim-of-" + worker.session())));

        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            order.add(i);
        }
        for (int i : new Dice(5).shuffled(order)) {
            String claimId = "claim-of-" + workers.get(i).session();
            ClaimAnswer answer = new ClaimAnswer(Messages.grant(Messages.lease(claimId)), List.of());
            desk.awaitClaim(this, claimId).complete(answer);
            assertThat(answerTo(claims.get(i))).isEqualTo(answer);
        }
    }

    /** A worker with several slots has several wishes at once. */
    @Test
    default void shouldLetOneWorkerWaitForSeveralJobs() {
        ClaimDesk desk = new ClaimDesk();
        Agent worker = Agent.online(this, "w");
        gateway().script(desk);
        List<CompletableFuture<ClaimAnswer>> claims = new ArrayList<>();
        for (int slot = 0; slot < 16; slot++) {
            claims.add(worker.claim("slot-" + slot));
        }

        for (int slot = 15; slot >= 0; slot--) {
            LeaseGrant grant = Messages.grant(Messages.lease("slot-" + slot));
            desk.awaitClaim(this, "slot-" + slot).complete(new ClaimAnswer(grant, List.of()));
            assertThat(answerTo(claims.get(slot)).grant()).isEqualTo(grant);
        }
        answerTo(worker.beats(1));
    }

    /** A commit that takes long holds up nobody but the worker whose call it is. */
    @Test
    default void shouldAnswerOthersWhileAnAnswerIsLate() {
        Agent slow = Agent.online(this, "slow");
        Agent quick = Agent.online(this, "quick");
        CompletableFuture<BeatAnswer> late = new CompletableFuture<>();
        gateway().script(call -> call instanceof Beat beat && beat.sequence() == 7 ? late : null);

        CompletableFuture<BeatAnswer> waiting = slow.beats(7);
        answerTo(quick.beats(1));
        answerTo(slow.driver().claim(new Claim(slow.session(), "c", Duration.ZERO)));
        assertThat(waiting).isNotDone();

        BeatAnswer answer = new BeatAnswer(List.of(), List.of(), Duration.ofSeconds(9));
        late.complete(answer);
        assertThat(answerTo(waiting)).isEqualTo(answer);
    }

    /**
     * Workers that call at the same time are not taken for one another.
     *
     * @throws Exception if a thread fails
     */
    @Test
    default void shouldKeepConcurrentWorkersApart() throws Exception {
        start();
        gateway().script(new ClaimDesk());
        ConcurrentHashMap<Integer, WorkerDriver> workers = new ConcurrentHashMap<>();
        Threads.run(Threads.MANY, number -> {
            Registration registration = Messages.registration("w" + number);
            WorkerDriver worker = connect(registration);
            workers.put(number, worker);
            assertThat(answerTo(worker.register(registration)))
                    .isInstanceOfSatisfying(
                            RegistrationAnswer.Accepted.class,
                            accepted -> assertThat(accepted.sessionId()).isEqualTo(session(number)));
        });
        Threads.run(Threads.MANY, number -> {
            WorkerDriver worker = Objects.requireNonNull(workers.get(number));
            for (int i = 0; i < 50; i++) {
                BeatAnswer answer = answerTo(worker.heartbeat(new Beat(session(number), i, Duration.ZERO, List.of())));
                assertThat(answer.stopsIn()).isEqualTo(Duration.ofSeconds(i));
                assertThat(answer.directives()).extracting(Directive::reason).containsExactly(session(number));
            }
        });
    }

    private static String session(int number) {
        return "session-of-account-of-w" + number + "-w" + number;
    }

    private List<Agent> online(int count) {
        List<Agent> workers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            workers.add(Agent.online(this, "w" + i));
        }
        return workers;
    }
}
