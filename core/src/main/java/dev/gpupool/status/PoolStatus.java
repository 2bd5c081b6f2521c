package dev.gpupool.status;

import dev.gpupool.quota.PoolHealth;
import dev.gpupool.quota.QuotaView;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * A pool at one moment: one consistent snapshot.
 *
 * @param pool its name
 * @param at when
 * @param workers by name
 * @param accounts by provider and name
 * @param health the pool in a few numbers
 * @param queued jobs that wait for a worker, as many as this host has read
 * @param moreQueued whether more of them wait in the storage: of one requirement class a host reads the first 5,000, and
 *     more when those are gone
 * @param delayed jobs that wait for their next try
 * @param running jobs that are leased here
 * @param capacityPerDay usable session time a day of the workers that are known, one session a day each; without a cap
 *     24 h
 * @param storageDown whether the storage does not answer
 * @param terms what the policies of these workers say of their providers' terms, {@code POLICY: sentence} an entry, by
 *     policy
 */
public record PoolStatus(
        String pool,
        Instant at,
        List<WorkerStatus> workers,
        List<QuotaView> accounts,
        PoolHealth health,
        int queued,
        boolean moreQueued,
        int delayed,
        int running,
        Duration capacityPerDay,
        boolean storageDown,
        List<String> terms) {
    /**
     * The seed's panel as text.
     *
     * @param zone the zone in which times are shown
     * @return lines of text
     */
    public String text(ZoneId zone) {
        return StatusText.of(this, zone);
    }
}
