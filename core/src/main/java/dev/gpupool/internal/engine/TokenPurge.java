package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.DocBody;
import dev.gpupool.internal.record.TokenDoc;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes the records of tokens that are over: every ten beat intervals, of each state the first page, which is in the
 * order of expiry. It begins when this host sees its first token. Other hosts do the same; who comes second finds
 * nothing. The caller holds the pool's lock.
 */
final class TokenPurge {
    private static final List<String> STATES = List.of(TokenDoc.LISTED, TokenDoc.REVOKED, TokenDoc.OF_SESSION);

    private final Kernel kernel;
    private boolean begun;

    TokenPurge(Kernel kernel) {
        this.kernel = kernel;
    }

    void begin() {
        if (!begun) {
            begun = true;
            later();
        }
    }

    private void later() {
        kernel.deadlines().after(10 * kernel.heartbeatMillis(), this::read);
    }

    private void read() {
        kernel.committer()
                .read(
                        this::over,
                        found -> kernel.post(decision -> {
                            later();
                            found.forEach(this::drop);
                        }));
    }

    private List<StoredRecord> over() {
        long now = kernel.time().wall();
        List<StoredRecord> over = new ArrayList<>();
        for (String state : STATES) {
            for (StoredRecord record :
                    kernel.storage().scan(Query.of(RecordKind.TOKEN, state)).records()) {
                TokenDoc doc = (TokenDoc) DocBody.of(record).doc();
                if (doc.over(now)) {
                    over.add(record);
                } else if (!doc.expired(now)) {
                    break;
                }
            }
        }
        return over;
    }

    private void drop(StoredRecord record) {
        String id = record.key().id();
        kernel.view().refresh(kernel.view().tokens().entry(id), record);
        kernel.decide(
                decision -> {
                    Entry<TokenDoc> entry = kernel.view().tokens().find(id);
                    if (entry != null && entry.get().over(kernel.time().wall())) {
                        decision.delete(entry);
                    }
                },
                1);
    }
}
