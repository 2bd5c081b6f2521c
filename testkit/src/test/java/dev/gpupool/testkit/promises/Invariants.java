package dev.gpupool.testkit.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.spi.storage.RecordKind;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What must hold of everything that is stored, after every step of a script. */
final class Invariants {
    private Invariants() {}

    /** Stored once and as it should be: a running job by a slot that a live session keeps for just that lease. */
    static void everyJobIsInOneState(Stage stage) {
        TreeMap<String, JsonNode> slots = new TreeMap<>();
        for (Kept session : stage.archive().all(RecordKind.SESSION)) {
            for (JsonNode hold : session.doc().path("holds")) {
                if (session.state().equals("A") && hold.path("chargedMillis").asLong() < 0) {
                    assertThat(slots.put(hold.path("id").asString(), hold)).isNull();
                }
            }
        }
        for (String id : stage.acknowledged().values()) {
            Kept job = stage.archive().job(id);
            assertThat(job.state().substring(0, 1)).isIn("Q", "D", "R", "Z");
            if (job.state().equals("R")) {
                JsonNode slot = slots.get(job.leaseId());
                assertThat(slot).as("slot of running job " + job).isNotNull();
                assertThat(slot.path("jobId").asString()).isEqualTo(id);
                assertThat(slot.path("attempt").asInt()).isEqualTo(job.attempt());
                assertThat(slot.path("ending").asString()).isIn("", "QUOTA");
            }
        }
        everyReservationHasItsSlot(stage.archive());
    }

    /** Where jobs are metered, an account holds just what the slots of its sessions are for. */
    static void everyReservationHasItsSlot(Archive archive) {
        TreeMap<String, TreeSet<String>> slots = new TreeMap<>();
        for (Kept session : archive.all(RecordKind.SESSION)) {
            JsonNode doc = session.doc();
            for (JsonNode hold : doc.path("holds")) {
                if (hold.path("chargedMillis").asLong() < 0) {
                    slots.computeIfAbsent(doc.path("account").asString(), id -> new TreeSet<>())
                            .add(hold.path("id").asString());
                }
            }
        }
        for (Kept account : archive.all(RecordKind.ACCOUNT)) {
            TreeSet<String> held = new TreeSet<>();
            boolean bySession = false;
            for (JsonNode hold : account.ledger().path("holds")) {
                held.add(hold.path("id").asString());
                bySession |= hold.path("kind").asString().equals("SESSION");
            }
            if (!bySession && !held.isEmpty()) {
                assertThat(held)
                        .as("reservations of " + account.id())
                        .isEqualTo(slots.getOrDefault(account.id(), new TreeSet<>()));
            }
        }
    }

    /** A lease is new with each attempt, attempts count up, checkpoints only advance, the age stays, an end is an end. */
    static void areInOrder(List<Kept> writes) {
        assertThat(writes).isNotEmpty();
        Kept before = writes.get(0);
        for (Kept now : writes.subList(1, writes.size())) {
            String step = before.state() + " -> " + now;
            assertThat(before.isFinal()).as(step).isFalse();
            assertThat(now.attempt() - before.attempt()).as(step).isBetween(0, 1);
            assertThat(now.leaseId().equals(before.leaseId())).as(step).isEqualTo(now.attempt() == before.attempt());
            assertThat(now.step()).as(step).isGreaterThanOrEqualTo(before.step());
            assertThat(now.doc().path("age").asLong())
                    .as(step)
                    .isEqualTo(before.doc().path("age").asLong());
            before = now;
        }
    }
}
