package dev.gpupool.testkit;

import dev.gpupool.spi.storage.ChangeListener;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.Watch;
import java.util.List;

/** Tells of no change of an account, as a feed may that loses hints. */
public final class WithoutAccountHints extends ForwardingStorage {
    public WithoutAccountHints(PoolStorage backing) {
        super(backing);
    }

    @Override
    public List<CommitResult> commitAll(List<Changeset> batch) {
        return backing.commitAll(batch);
    }

    @Override
    public Watch watch(ChangeListener listener) {
        return backing.watch(new ChangeListener() {
            @Override
            public void changed(RecordKey key) {
                if (key.kind() != RecordKind.ACCOUNT) {
                    listener.changed(key);
                }
            }

            @Override
            public void missed() {
                listener.missed();
            }
        });
    }
}
