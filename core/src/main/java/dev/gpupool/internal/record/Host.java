package dev.gpupool.internal.record;

import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import java.util.List;

/**
 * A host that shares the storage, with what is local to it.
 *
 * @param id random for each start
 * @param name the pool's name
 * @param beat grows with every renewal; a record that stands still belongs to a host that does
 * @param closed whether the host ended in good order
 * @param at when it was renewed, by its own wall clock; compared with nobody else's
 * @param order the pick order, longest not picked first
 */
public record Host(String id, String name, long beat, boolean closed, long at, List<Pick> order) implements Doc {
    /**
     * A worker's place in the pick order.
     *
     * @param worker its name
     * @param key its pick key among claims
     * @param selectKey its pick key among heard workers
     */
    public record Pick(String worker, long key, long selectKey) {}

    public static RecordKey key(String id) {
        return new RecordKey(RecordKind.HOST, id);
    }

    @Override
    public RecordKey key() {
        return key(id);
    }

    @Override
    public String tenant() {
        return "";
    }

    @Override
    public String storedState() {
        return closed ? "C" : "A";
    }

    @Override
    public String sortKey() {
        return "";
    }

    public Host renewed(long now, boolean ending, List<Pick> picks) {
        return new Host(id, name, beat + 1, ending, now, picks);
    }
}
