package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.InMemoryStorage;
import dev.gpupool.NewToken;
import dev.gpupool.PoolBusyException;
import dev.gpupool.TokenSpec;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Page;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.TokenRefused.Reason;
import dev.gpupool.testkit.StorageFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens with several hosts over one storage, and with a storage that fails. */
class TokenHostsTest {
    private static final Duration REFRESH = Duration.ofSeconds(5);

    private static World world(boolean hints) {
        return hints ? World.hinted() : World.hosted(builder -> builder);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReachTheOtherHostWithinTheRefreshIntervalWhenATokenIsRevoked(boolean hints) {
        try (World a = world(hints);
                World b = a.beside("other")) {
            Keys here = new Keys(a);
            Keys there = new Keys(b);
            NewToken token = here.create(TokenSpec.pool());
            for (int i = 0; i < 7; i++) {
                assertThat(there.join(token)).isEqualTo(here.join(token));
                a.advance(Duration.ofMillis(1_700));
            }
            here.revoke(token.info().id());
            assertThat(here.refusal(token.secret())).isEqualTo(Reason.REVOKED);
            a.advance(REFRESH);
            CompletableFuture<Bearer> answer = there.transport().bearer(token.secret());
            assertThat(answer).as("from memory").isCompletedExceptionally();
            assertThat(there.refusal(answer)).isEqualTo(Reason.REVOKED);
        }
    }

    @Test
    void shouldTrustNothingThatItKnewBeforeAQuietTime() {
        for (int minutes = 1; minutes <= 21; minutes += 2) {
            try (World a = World.hosted(builder -> builder);
                    World b = a.beside("other")) {
                Keys here = new Keys(a);
                Keys there = new Keys(b);
                NewToken token = here.create(TokenSpec.pool());
                there.join(token);
                a.minutes(minutes);
                here.revoke(token.info().id());
                a.advance(REFRESH);
                assertThat(there.refusal(token.secret())).isEqualTo(Reason.REVOKED);
            }
        }
    }

    @Test
    void shouldKnowAtOnceWhatAnotherHostHasMadeOrRenewed() {
        try (World a = World.hosted(builder -> builder);
                World b = a.beside("other")) {
            Keys here = new Keys(a);
            Keys there = new Keys(b);
            Registration said = Keys.registration("colab", "a", "w");
            String first = here.issue(said, "s1");
            assertThat(there.bearer(first)).isInstanceOf(Bearer.Session.class);
            String second = here.issue(said, "s1");
            assertThat(there.bearer(second)).isInstanceOf(Bearer.Session.class);
            String third = there.issue(said, "s1");
            assertThat(here.bearer(third)).isInstanceOf(Bearer.Session.class);
            assertThat(here.bearer(first)).isInstanceOf(Bearer.Session.class);
        }
    }

    @Test
    void shouldGiveTheLastUseToOneOfTwoHosts() {
        try (World a = World.hosted(builder -> builder);
                World b = a.beside("other")) {
            Keys here = new Keys(a);
            Keys there = new Keys(b);
            NewToken token = here.create(TokenSpec.account("colab", "a"));
            Bearer.Join join = here.join(token);
            List<CompletableFuture<Void>> takes = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                takes.add((i % 2 == 0 ? here : there).taking(join, "i" + i));
            }
            a.minutes(1);
            assertThat(takes).allMatch(CompletableFuture::isDone);
            assertThat(takes.stream().filter(take -> !take.isCompletedExceptionally()))
                    .hasSize(1);
            assertThat(here.listed(token.info().id()).usesLeft()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = StorageFault.class,
            names = {"UNKNOWN_APPLIED", "UNKNOWN_NOT_APPLIED", "UNKNOWN_LATER", "UNAVAILABLE", "CONFLICT"})
    void shouldTakeOneUseWhateverBecomesOfTheFirstWrite(StorageFault fault) {
        try (World world = World.hosted(builder -> builder)) {
            Keys keys = new Keys(world);
            NewToken token = keys.create(TokenSpec.pool().uses(5));
            Bearer.Join join = keys.join(token);
            world.storage().next(fault);
            keys.take(join, "i");
            world.minutes(2);
            keys.take(join, "i");
            assertThat(world.storage().count(fault)).isEqualTo(1);
            assertThat(keys.listed(token.info().id()).usesLeft()).isEqualTo(4);
        }
    }

    @Test
    void shouldWriteNothingWhenATokenForAnyNumberIsTaken() {
        try (World world = World.hosted(builder -> builder)) {
            Keys keys = new Keys(world);
            Bearer.Join join = keys.join(keys.create(TokenSpec.pool()));
            long writes = world.storage().changesets();
            keys.take(join, "i");
            keys.giveBack(join, "i");
            assertThat(world.storage().changesets()).isEqualTo(writes);
        }
    }

    @Test
    void shouldAnswerATokenThatWasSeenLatelyWhileTheStorageIsDown() {
        try (World world = World.hosted(builder -> builder)) {
            Keys keys = new Keys(world);
            NewToken token = keys.create(TokenSpec.pool());
            NewToken unseen = keys.create(TokenSpec.pool());
            Bearer.Join join = keys.join(token);
            world.minutes(2);
            world.storage().downFor(Duration.ofMinutes(30));
            for (int i = 0; i < 9; i++) {
                CompletableFuture<Bearer> answer = keys.transport().bearer(token.secret());
                assertThat(answer).isCompletedWithValue(join);
                assertThat(keys.taking(join, "i")).isCompleted();
                world.minutes(1);
            }
            assertThat(keys.transport().bearer(made(unseen))).isCompletedExceptionally();
            assertThat(keys.failure(keys.transport().bearer(made(unseen)))).isInstanceOf(PoolBusyException.class);
            world.minutes(2);
            assertThat(keys.failure(keys.transport().bearer(token.secret())))
                    .as("ten minutes without news")
                    .isInstanceOf(PoolBusyException.class);
            world.minutes(30);
            assertThat(keys.join(token)).isEqualTo(join);
            assertThat(keys.bearer(unseen.secret())).isInstanceOf(Bearer.Join.class);
        }
    }

    /** An id that nobody knows, in the shape of a token. */
    private static String made(NewToken token) {
        return "gpj-nobody" + token.secret().substring(token.secret().indexOf('.'));
    }

    @Test
    void shouldTellWhoAsksForAnUnknownTokenWhenTheStorageGoesAwayJustThen() {
        try (World world = World.hosted(builder -> builder)) {
            Keys keys = new Keys(world);
            NewToken token = keys.create(TokenSpec.pool());
            world.storage().next(StorageFault.READ_UNAVAILABLE);
            world.storage().next(StorageFault.READ_UNAVAILABLE);
            assertThat(keys.failure(keys.transport().bearer(made(token)))).isInstanceOf(PoolBusyException.class);
            world.minutes(1);
            assertThat(keys.refusal(made(token))).isEqualTo(Reason.UNKNOWN);
        }
    }

    @Test
    void shouldAnswerBeatsWhileACommitIsUnderWay() {
        try (World world = World.hosted(builder -> builder)) {
            Keys keys = new Keys(world);
            NewToken token = keys.create(TokenSpec.pool());
            Bearer.Join join = keys.join(token);
            world.minutes(1);
            List<CompletableFuture<Bearer>> answers = new ArrayList<>();
            List<Boolean> atOnce = new ArrayList<>();
            world.clock().schedule(Duration.ofSeconds(40), () -> {
                answers.add(keys.transport().bearer(token.secret()));
                atOnce.add(answers.get(0).isDone());
            });
            world.storage().stallBetween(Duration.ofSeconds(60), Duration.ofSeconds(60));
            world.storage().next(StorageFault.STALL);
            keys.create(TokenSpec.pool());
            world.minutes(2);
            assertThat(atOnce).containsExactly(true);
            assertThat(answers.get(0)).isCompletedWithValue(join);
        }
    }

    /** Counts the reads of tokens. */
    private static final class Counting implements PoolStorage {
        private final PoolStorage backing = InMemoryStorage.create();
        private int finds;

        @Override
        public List<StoredRecord> find(Set<RecordKey> keys) {
            finds += keys.stream().anyMatch(key -> key.kind() == RecordKind.TOKEN) ? 1 : 0;
            return backing.find(keys);
        }

        @Override
        public Page scan(Query query) {
            return backing.scan(query);
        }

        @Override
        public CommitResult commit(Changeset changeset) {
            return backing.commit(changeset);
        }

        @Override
        public void close() {
            backing.close();
        }
    }

    @Test
    void shouldReadNothingForBeatsAndOnceForAFloodOfMadeUpTokens() {
        Counting storage = new Counting();
        try (World world = World.over(storage)) {
            Keys keys = new Keys(world);
            NewToken token = keys.create(TokenSpec.pool());
            keys.join(token);
            int before = storage.finds;
            for (int i = 0; i < 100; i++) {
                world.minutes(1);
                assertThat(keys.transport().bearer(token.secret())).isCompleted();
            }
            assertThat(storage.finds).isEqualTo(before);
            List<CompletableFuture<Bearer>> flood = new ArrayList<>();
            for (int i = 0; i < 999; i++) {
                flood.add(keys.transport().bearer("gpj-" + i + made(token).substring(10)));
            }
            flood.forEach(answer -> assertThat(keys.refusal(answer)).isEqualTo(Reason.UNKNOWN));
            assertThat(storage.finds - before).isLessThanOrEqualTo(3);
        }
    }
}
