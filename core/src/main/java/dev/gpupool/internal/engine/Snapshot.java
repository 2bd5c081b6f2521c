package dev.gpupool.internal.engine;

import dev.gpupool.GpuPoolBuilder;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.Host;
import dev.gpupool.internal.select.SelectionIndex;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * All by which a pool decides, at one moment: what its view holds, decisions under way included, and what its host knows
 * beside the records. Never changes.
 *
 * @param options what the pool was built with
 * @param hostId the host whose view it is
 * @param wallMillis when, by wall clock
 * @param tick when, on the host's ticker
 * @param documents the records: policies, accounts, workers, sessions in the order in which they became known, jobs, the
 *     host
 * @param sessions what is known of each live session, by its id
 * @param queueIsLonger whether storage holds queued jobs that are not among the documents
 * @param local what is the host's own
 */
public record Snapshot(
        GpuPoolBuilder.Options options,
        String hostId,
        long wallMillis,
        long tick,
        List<Doc> documents,
        SortedMap<String, SessionMemory> sessions,
        boolean queueIsLonger,
        Local local) {
    private static final String VERSION = "copy-";

    /**
     * What is the host's own, and is not compared with anybody's.
     *
     * @param picks the pick order
     * @param claims the state of the order of claims
     * @param selections the state of the order of heard workers
     * @param brakes until when failover of a provider is held, on the ticker
     * @param losses workers with a job that were lost lately
     * @param lastAge the newest queue position that was given
     * @param renewal when the host's record is renewed, on the ticker
     * @param held until when a selector is not asked again about a requirement class, on the ticker
     */
    record Local(
            List<Host.Pick> picks,
            SelectionIndex.Order claims,
            SelectionIndex.Order selections,
            SortedMap<String, Long> brakes,
            List<Liveness.LossSeen> losses,
            long lastAge,
            long renewal,
            SortedMap<String, Long> held) {}

    /** The documents of a kind. */
    public <D extends Doc> List<D> documents(Class<D> kind) {
        return documents.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The documents as a storage holds them; each call gives equal ones. */
    public List<StoredRecord> records() {
        List<StoredRecord> records = new ArrayList<>(documents.size());
        for (Doc doc : documents) {
            String version = VERSION + records.size();
            records.add(new StoredRecord(
                    doc.key(), doc.tenant(), version, doc.storedState(), doc.sortKey(), new DocBody(doc, List.of())));
        }
        return records;
    }
}
