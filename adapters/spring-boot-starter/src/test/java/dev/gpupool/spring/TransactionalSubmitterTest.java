package dev.gpupool.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.JobHandle;
import dev.gpupool.JobQuery;
import dev.gpupool.JobRequest;
import dev.gpupool.testkit.TestPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

class TransactionalSubmitterTest {
    private static final JobRequest REQUEST =
            JobRequest.handler("train").key("order-7").build();

    private final TestPool test = TestPool.create(3);
    private final TransactionalSubmitter submitter = new TransactionalSubmitter(test.pool());
    private final Transactions manager = new Transactions();
    private final TransactionTemplate transaction = new TransactionTemplate(manager);

    /** Transactions that do nothing but begin and end. */
    private static final class Transactions extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1L;

        private final transient List<String> ended = new ArrayList<>();
        private boolean failing;

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object begun, TransactionDefinition definition) {
            // Nothing to begin.
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            if (failing) {
                throw new IllegalStateException("the commit failed");
            }
            ended.add("committed");
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            ended.add("rolled back");
        }
    }

    @AfterEach
    void close() {
        test.close();
    }

    private int jobs() {
        return test.pool().jobs(JobQuery.ALL).jobs().size();
    }

    @Test
    void shouldSubmitAfterTheCommit() {
        CompletableFuture<JobHandle> submitted = transaction.execute(status -> {
            CompletableFuture<JobHandle> early = submitter.submitAfterCommit(REQUEST);
            test.settle();
            assertThat(early).isNotDone();
            assertThat(jobs()).isZero();
            return early;
        });

        assertThat(manager.ended).containsExactly("committed");
        assertThat(test.await(submitted).info().key()).isEqualTo("order-7");
        assertThat(jobs()).isEqualTo(1);
    }

    @Test
    void shouldSubmitNothingIfTheTransactionIsRolledBack() {
        CompletableFuture<JobHandle> submitted = transaction.execute(status -> {
            status.setRollbackOnly();
            return submitter.submitAfterCommit(REQUEST);
        });
        test.settle();

        assertThat(manager.ended).containsExactly("rolled back");
        assertThat(submitted).isCancelled();
        assertThatThrownBy(submitted::join).isInstanceOf(CancellationException.class);
        assertThat(jobs()).isZero();
    }

    @Test
    void shouldSubmitNothingIfTheCommitFails() {
        manager.failing = true;
        List<CompletableFuture<JobHandle>> submitted = new ArrayList<>();

        assertThatThrownBy(() ->
                        transaction.executeWithoutResult(status -> submitted.add(submitter.submitAfterCommit(REQUEST))))
                .hasMessage("the commit failed");
        test.settle();

        assertThat(submitted.get(0)).isCancelled();
        assertThat(jobs()).isZero();
    }

    @Test
    void shouldSubmitAtOnceOutsideATransaction() {
        assertThat(test.await(submitter.submitAfterCommit(REQUEST)).info().key())
                .isEqualTo("order-7");
    }

    @Test
    void shouldTellByTheFutureThatThePoolRefused() {
        test.pool().close();
        CompletableFuture<JobHandle> submitted = transaction.execute(status -> submitter.submitAfterCommit(REQUEST));

        assertThat(manager.ended).containsExactly("committed");
        assertThat(submitted).isCompletedExceptionally();
        assertThat(submitted.isCancelled()).isFalse();
    }

    @Test
    void shouldMakeOneJobOfARepeatedSubmit() {
        test.await(submitter.submitAfterCommit(REQUEST));
        test.await(transaction.execute(status -> submitter.submitAfterCommit(REQUEST)));

        assertThat(jobs()).isEqualTo(1);
    }
}
