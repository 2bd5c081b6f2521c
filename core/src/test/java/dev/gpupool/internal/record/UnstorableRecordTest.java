package dev.gpupool.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import dev.gpupool.GpuPool;
import dev.gpupool.InMemoryStorage;
import dev.gpupool.JobQuery;
import dev.gpupool.JobRequest;
import dev.gpupool.UnstorableException;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.StorageUnavailable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A storage that finds a record that it cannot encode, as an adapter would: in the midst of a commit. */
class UnstorableRecordTest {
    private final PoolStorage records = InMemoryStorage.create();
    private final PoolStorage storage = mock(PoolStorage.class, delegatesTo(records));

    @Test
    void shouldGiveUpTheOneChangeThatCannotBeStoredAndGoOn() {
        doAnswer(call -> {
                    encode(call.<Changeset>getArgument(0));
                    return records.commit(call.getArgument(0));
                })
                .when(storage)
                .commit(any());
        doAnswer(call -> {
                    for (Changeset changeset : call.<List<Changeset>>getArgument(0)) {
                        encode(changeset);
                    }
                    return records.commitAll(call.getArgument(0));
                })
                .when(storage)
                .commitAll(any());
        try (GpuPool pool = GpuPool.builder().storage(storage).build().start()) {
            assertThatExceptionOfType(UnstorableException.class)
                    .isThrownBy(() -> pool.submit(request("\"poison\"")))
                    .withMessageContaining("more than " + RecordBody.MAX_BYTES);
            assertThat(pool.jobs(JobQuery.ALL).jobs()).isEmpty();

            pool.submit(request("\"food\""));

            assertThat(pool.jobs(JobQuery.ALL).jobs()).hasSize(1);
        }
    }

    private static JobRequest request(String payload) {
        return JobRequest.handler("train").payload(payload).build();
    }

    private static void encode(Changeset changeset) {
        for (Op op : changeset.ops()) {
            if (op instanceof Op.Put put
                    && put.record().body() instanceof DocBody body
                    && body.doc() instanceof Job job
                    && "\"poison\"".equals(job.spec().payload().json())) {
                try {
                    assertThat(new DocBody(job, List.of("v".repeat(RecordBody.MAX_BYTES))).json())
                            .isEmpty();
                } catch (IllegalStateException e) {
                    throw new StorageUnavailable("the adapter's own words", e);
                }
            }
        }
    }
}
