package dev.gpupool.internal.record;

import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A named place that runs jobs.
 *
 * @param name unique in the storage
 * @param tenant the owner, or empty for the pool
 * @param provider its policy's name
 * @param account its account's name
 * @param session its newest session's id, or empty if it never had one
 * @param epoch how many sessions it has had
 * @param joined a number that grows with each worker; orders status
 * @param removed whether the operator removed it
 * @param superseded instances that were superseded lately
 */
public record Worker(
        String name,
        String tenant,
        String provider,
        String account,
        String session,
        int epoch,
        long joined,
        boolean removed,
        List<Superseded> superseded)
        implements Doc {
    private static final int KEPT = 8;

    /**
     * An instance that a newer one of the same name took over from.
     *
     * @param instanceId the old instance
     * @param at when
     */
    public record Superseded(String instanceId, long at) {}

    public static RecordKey key(String name) {
        return new RecordKey(RecordKind.WORKER, name);
    }

    public String accountId() {
        return Account.id(provider, account);
    }

    @Override
    public RecordKey key() {
        return key(name);
    }

    @Override
    public String storedState() {
        return removed ? "R" : "A";
    }

    @Override
    public String sortKey() {
        return "";
    }

    public Worker began(String sessionId) {
        return new Worker(name, tenant, provider, account, sessionId, epoch + 1, joined, false, superseded);
    }

    public Worker superseding(String instanceId, long at) {
        List<Superseded> kept = new ArrayList<>(superseded);
        kept.add(new Superseded(instanceId, at));
        if (kept.size() > KEPT) {
            kept.remove(0);
        }
        return new Worker(name, tenant, provider, account, session, epoch, joined, removed, List.copyOf(kept));
    }

    public Worker remove() {
        return new Worker(name, tenant, provider, account, session, epoch, joined, true, superseded);
    }

    /** When an instance was superseded, or a negative number if it is not known to have been. */
    public long supersededAt(String instanceId) {
        for (Superseded old : superseded) {
            if (old.instanceId().equals(instanceId)) {
                return old.at();
            }
        }
        return -1;
    }
}
