package dev.gpupool.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.OutcomeUnknown;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StorageUnavailable;
import dev.gpupool.spi.storage.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FaultyStorageTest {
    private final VirtualClock clock = new VirtualClock(Instant.EPOCH);
    private final PlainStorage plain = new PlainStorage();
    private final FaultyStorage storage = new FaultyStorage(plain, clock, new SeededRandom(7));

    @Test
    void shouldPassEverythingOnWithoutFaults() {
        assertThat(storage.commitAll(List.of(put("a", null, "1"), put("a", "1", "2"), put("a", "1", "3"))))
                .containsExactly(CommitResult.APPLIED, CommitResult.APPLIED, CommitResult.CONFLICT);
        assertThat(storage.find(Set.of(key("a")))).hasSize(1);
        assertThat(storage.scan(Query.of(RecordKind.JOB, "")).records()).hasSize(1);
        assertThat(storage.changesets()).isEqualTo(3);
        storage.close();
        assertThat(plain.closed).isTrue();
    }

    @Test
    void shouldRefuseASoundChangesetSpuriously() {
        storage.next(StorageFault.CONFLICT);
        assertThat(storage.commitAll(List.of(put("a", null, "1"), put("b", null, "1"), put("a", "1", "2"))))
                .containsExactly(CommitResult.CONFLICT, CommitResult.APPLIED, CommitResult.CONFLICT);
        assertThat(storage.commit(put("a", null, "3"))).isEqualTo(CommitResult.APPLIED);
        assertThat(storage.count(StorageFault.CONFLICT)).isEqualTo(1);
    }

    @Test
    void shouldApplyNothingWhenUnavailable() {
        storage.next(StorageFault.UNAVAILABLE);
        assertThatThrownBy(() -> storage.commit(put("a", null, "1"))).isInstanceOf(StorageUnavailable.class);
        clock.advance(Duration.ofHours(1));
        assertThat(plain.records).isEmpty();
    }

    @Test
    void shouldLoseTheAnswerWithAndWithoutEffect() {
        storage.next(StorageFault.UNKNOWN_APPLIED).next(StorageFault.UNKNOWN_NOT_APPLIED);
        assertThatThrownBy(() -> storage.commit(put("a", null, "1"))).isInstanceOf(OutcomeUnknown.class);
        assertThat(plain.records).containsKey(key("a"));
        assertThatThrownBy(() -> storage.commit(put("b", null, "1"))).isInstanceOf(OutcomeUnknown.class);
        clock.advance(Duration.ofHours(1));
        assertThat(plain.records).doesNotContainKey(key("b"));
        assertThat(storage.count(StorageFault.UNKNOWN_APPLIED)).isEqualTo(1);
        assertThat(storage.count(StorageFault.UNKNOWN_NOT_APPLIED)).isEqualTo(1);
    }

    @Test
    void shouldApplyLateUnlessFenced() {
        storage.lateBetween(Duration.ofSeconds(10), Duration.ofSeconds(10))
                .next(StorageFault.UNKNOWN_LATER)
                .next(StorageFault.UNKNOWN_LATER);
        assertThatThrownBy(() -> storage.commit(put("a", null, "1"))).isInstanceOf(OutcomeUnknown.class);
        assertThatThrownBy(() -> storage.commit(put("b", null, "1"))).isInstanceOf(OutcomeUnknown.class);
        clock.advance(Duration.ofMillis(9_999));
        assertThat(plain.records).isEmpty();
        assertThat(storage.commit(put("b", null, "1"))).isEqualTo(CommitResult.APPLIED);
        clock.advance(Duration.ofMillis(1));
        assertThat(plain.records).containsOnlyKeys(key("a"), key("b"));
        assertThat(storage.lateApplied()).isEqualTo(1);
        assertThat(storage.lateFenced()).isEqualTo(1);
    }

    @Test
    void shouldCutABatch() {
        storage.nextCutAfter(2);
        assertThatThrownBy(
                        () -> storage.commitAll(List.of(put("a", null, "1"), put("b", null, "1"), put("c", null, "1"))))
                .isInstanceOf(OutcomeUnknown.class);
        assertThat(plain.records).containsOnlyKeys(key("a"), key("b"));
    }

    @Test
    void shouldBeDownForAWindow() {
        storage.down(Duration.ofSeconds(10), Duration.ofSeconds(5));
        assertThat(storage.commit(put("a", null, "1"))).isEqualTo(CommitResult.APPLIED);
        clock.advance(Duration.ofSeconds(10));
        assertThatThrownBy(() -> storage.commit(put("a", "1", "2"))).isInstanceOf(StorageUnavailable.class);
        assertThatThrownBy(() -> storage.find(Set.of(key("a")))).isInstanceOf(StorageUnavailable.class);
        assertThat(storage.count(StorageFault.DOWN)).isEqualTo(2);
        clock.advance(Duration.ofSeconds(5));
        assertThat(storage.commit(put("a", "1", "2"))).isEqualTo(CommitResult.APPLIED);
        assertThat(storage.changesets()).isEqualTo(2);
    }

    @Test
    void shouldLetTheWorldGoOnWhileItStalls() {
        AtomicInteger beats = new AtomicInteger();
        for (int i = 1; i <= 100; i++) {
            clock.scheduleMillis(i * 1_000L, beats::incrementAndGet);
        }
        storage.stallBetween(Duration.ofSeconds(30), Duration.ofSeconds(30)).next(StorageFault.STALL);
        assertThat(storage.commit(put("a", null, "1"))).isEqualTo(CommitResult.APPLIED);
        assertThat(beats).hasValue(30);
        assertThat(clock.tickerMillis()).isEqualTo(30_000);
    }

    @Test
    void shouldApplyNothingIfTheHostDiesInAStall() {
        storage.next(StorageFault.STALL);
        clock.scheduleMillis(1, storage::cutOff);
        assertThatThrownBy(() -> storage.commit(put("a", null, "1"))).isInstanceOf(StorageUnavailable.class);
        assertThat(plain.records).isEmpty();
    }

    @Test
    void shouldFailReads() {
        storage.next(StorageFault.READ_UNAVAILABLE);
        assertThatThrownBy(() -> storage.find(Set.of())).isInstanceOf(StorageUnavailable.class);
        assertThat(storage.find(Set.of())).isEmpty();
        storage.chance(StorageFault.READ_UNAVAILABLE, 1_000_000);
        assertThatThrownBy(() -> storage.scan(Query.of(RecordKind.JOB, ""))).isInstanceOf(StorageUnavailable.class);
        assertThat(storage.count(StorageFault.READ_UNAVAILABLE)).isEqualTo(2);
    }

    @Test
    void shouldKillTheHostAtAChangesetInThreeWays() {
        assertThat(crash(CrashMode.NOT_APPLIED)).containsExactly("JOB/a");
        assertThat(crash(CrashMode.APPLIED_UNANSWERED)).containsExactly("JOB/a", "JOB/b", "JOB/c", "JOB/d");
        assertThat(crash(CrashMode.BATCH_CUT)).containsExactly("JOB/a", "JOB/b", "JOB/c");
    }

    private List<String> crash(CrashMode mode) {
        PlainStorage kept = new PlainStorage();
        HostClock host = new HostClock(clock, "host");
        FaultyStorage way = new FaultyStorage(kept, clock, new SeededRandom(1)).crashAt(3, mode, host::kill);
        assertThat(way.commit(put("a", null, "1"))).isEqualTo(CommitResult.APPLIED);
        assertThatThrownBy(() -> way.commitAll(List.of(put("b", null, "1"), put("c", null, "1"), put("d", null, "1"))))
                .isInstanceOf(OutcomeUnknown.class);
        assertThat(host.isKilled()).isTrue();
        assertThatThrownBy(() -> way.commit(put("e", null, "1"))).isInstanceOf(StorageUnavailable.class);
        assertThatThrownBy(() -> way.find(Set.of())).isInstanceOf(StorageUnavailable.class);
        assertThat(way.count(StorageFault.CRASH)).isEqualTo(1);
        return kept.records.keySet().stream().map(RecordKey::toString).toList();
    }

    @Test
    void shouldDrawFaultsAsOftenAsAskedAndTheSameForASeed() {
        assertThat(drawn(5)).isEqualTo(drawn(5)).isNotEqualTo(drawn(6));
    }

    private String drawn(long seed) {
        FaultyStorage way = new FaultyStorage(new PlainStorage(), clock, new SeededRandom(seed))
                .chance(StorageFault.CONFLICT, 100_000)
                .chance(StorageFault.UNKNOWN_APPLIED, 50_000)
                .chance(StorageFault.UNAVAILABLE, 50_000);
        StringBuilder outcomes = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            try {
                outcomes.append(way.commit(put("k" + i, null, "1")).name().charAt(0));
            } catch (OutcomeUnknown e) {
                outcomes.append('?');
            } catch (StorageUnavailable e) {
                outcomes.append('-');
            }
        }
        assertThat(way.count(StorageFault.CONFLICT)).isBetween(120L, 240L);
        assertThat(way.count(StorageFault.UNKNOWN_APPLIED)).isBetween(60L, 140L);
        assertThat(way.count(StorageFault.UNAVAILABLE)).isBetween(60L, 140L);
        return outcomes.toString();
    }

    @Test
    void shouldRefuseImpossibleChances() {
        assertThatThrownBy(() -> storage.chance(StorageFault.DOWN, 1)).hasMessageContaining("downFor");
        storage.chance(StorageFault.UNAVAILABLE, 600_000);
        assertThatThrownBy(() -> storage.chance(StorageFault.STALL, 600_000)).hasMessageContaining("1200000");
    }

    @Test
    void shouldEncodeEveryBody() {
        RoundTripStorage round = new RoundTripStorage(plain);
        assertThat(round.commit(put("a", null, "1"))).isEqualTo(CommitResult.APPLIED);
        StoredRecord kept = round.find(Set.of(key("a"))).get(0);
        assertThat(new String(kept.body().json(), StandardCharsets.UTF_8)).isEqualTo("{\"v\":\"1\"}");
        assertThat(kept.body().json()).isSameAs(kept.body().json());
        Changeset tooLarge = new Changeset(List.of(new Op.Put(
                null, new StoredRecord(key("b"), "", "1", "", "", () -> new byte[RecordBody.MAX_BYTES + 1]))));
        assertThatThrownBy(() -> round.commit(tooLarge)).hasMessageContaining("JOB/b");
    }

    @Test
    void shouldLogALineForEachChangesetThatTookEffect() {
        EventLog log = new EventLog(clock);
        FaultyStorage way = new FaultyStorage(new LoggingStorage(plain, log, "host-a"), clock, new SeededRandom(1))
                .next(StorageFault.UNKNOWN_APPLIED)
                .next(StorageFault.UNKNOWN_NOT_APPLIED);
        clock.advanceMillis(1_234_567);
        assertThatThrownBy(() -> way.commit(put("a", null, "1"))).isInstanceOf(OutcomeUnknown.class);
        assertThatThrownBy(() -> way.commit(put("x", null, "1"))).isInstanceOf(OutcomeUnknown.class);
        way.commit(put("a", null, "2"));
        way.commit(new Changeset(
                List.of(new Op.Check(key("c"), null), put("b", null, "1").ops().get(0), new Op.Delete(key("a"), "1"))));
        way.commit(new Changeset(List.of(new Op.Check(key("c"), null))));
        log.note("host-b", "paused");
        assertThat(log.lines())
                .containsExactly(
                        "1234567 host-a JOB/a queued", "1234567 host-a JOB/b queued;-JOB/a", "1234567 host-b paused");
        assertThat(log.size()).isEqualTo(3);
        assertThat(log.hash()).isEqualTo("47ff141080cee5a5199ff7942ba4e2536c506330c1370ef5b56ba8a8b39f8c92");
    }

    private static RecordKey key(String id) {
        return new RecordKey(RecordKind.JOB, id);
    }

    private static Changeset put(String id, @Nullable String expected, String version) {
        RecordBody body = () -> ("{\"v\":\"" + version + "\"}").getBytes(StandardCharsets.UTF_8);
        return new Changeset(
                List.of(new Op.Put(expected, new StoredRecord(key(id), "default", version, "queued", "", body))));
    }
}
