package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.LeaseHolder;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.TransportServices;
import dev.gpupool.spi.worker.TransportServices.LeaseState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a transport may ask the pool. */
class LentServicesTest {
    @Test
    void shouldLendNameClockAndCheckpoints() {
        try (World world = World.create()) {
            TransportServices services = world.wire().services();
            assertThat(services.pool()).isEqualTo("test");
            assertThat(services.clock()).isSameAs(world.clock());
            assertThat(services.checkpoints()).isSameAs(services.checkpoints());
        }
    }

    @Test
    void shouldTellWhoseALeaseIsLongAfterItEndedAndAfterARestart() {
        try (World world = World.create()) {
            Hand hand = world.hand("kaggle", "ana@example.org", "w").online();
            world.work(Duration.ofHours(1));
            String lease = hand.job().lease().leaseId();
            Optional<LeaseHolder> holder = Optional.of(new LeaseHolder("", "kaggle", "ana@example.org", "w"));
            assertThat(world.await(world.wire().services().holder(lease))).isEqualTo(holder);
            hand.complete(hand.job().lease(), Duration.ofHours(1));
            hand.bye();
            hand.online();
            world.hours(24);
            assertThat(world.await(world.wire().services().holder(lease))).isEqualTo(holder);
            world.restart();
            assertThat(world.await(world.wire().services().holder(lease))).isEqualTo(holder);
            for (String none : new String[] {"", ".", "x", "s1.x", "never seen.x"}) {
                assertThat(world.await(world.wire().services().holder(none))).isEmpty();
            }
        }
    }

    @Test
    void shouldTellWhatMayBeDoneUnderALeaseWhileItIsTheLastIssued() {
        try (World world = World.create()) {
            Hand hand = world.hand("colab", "a", "w").online();
            JobHandle job = world.submit(World.request(Duration.ofHours(2)).resumable());
            LeaseToken lease = hand.job().lease();
            assertThat(state(world, lease)).contains(new LeaseState(null));
            assertThat(state(world, new LeaseToken(job.id(), 2, lease.leaseId())))
                    .isEmpty();
            assertThat(state(world, new LeaseToken(job.id(), 1, lease.leaseId() + "x")))
                    .isEmpty();
            assertThat(state(world, new LeaseToken("j-unknown", 1, lease.leaseId())))
                    .isEmpty();
            world.minutes(30);
            hand.checkpoint(lease, 7);
            CheckpointRef newest = world.job(job).checkpoint();
            assertThat(newest).isNotNull();
            assertThat(state(world, lease)).contains(new LeaseState(newest));
            world.restart();
            assertThat(state(world, lease)).contains(new LeaseState(newest));
            hand.complete(lease, Duration.ofHours(2));
            assertThat(state(world, lease)).as("it has ended").isEmpty();
        }
    }

    @Test
    void shouldKnowALeaseThatAnotherHostHasJustGiven() {
        try (World a = World.hosted(builder -> builder);
                World b = a.beside("other")) {
            a.minutes(2);
            Hand hand = a.hand("colab", "a", "w").online();
            JobHandle job = a.work(Duration.ofHours(1));
            LeaseToken lease = hand.job().lease();
            assertThat(state(b, lease)).contains(new LeaseState(null));
            assertThat(b.await(b.wire().services().holder(lease.leaseId())))
                    .contains(new LeaseHolder("", "colab", "a", "w"));
            a.pool().cancel(job.id());
            a.advance(Duration.ofSeconds(5));
            assertThat(state(b, lease)).isEmpty();
        }
    }

    private static Optional<LeaseState> state(World world, LeaseToken lease) {
        return world.await(world.wire().services().lease(lease));
    }
}
