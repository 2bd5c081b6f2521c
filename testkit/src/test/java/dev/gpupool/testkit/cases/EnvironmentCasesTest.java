package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.testkit.SimJob;
import dev.gpupool.testkit.SimWorkerSpec;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Failures that a worker blames on its own environment: a broken driver, a disk that is full. */
class EnvironmentCasesTest {
    private static final int ALWAYS = 1_000_000;

    private static JobHandle failing(TestPool test, int attempts) {
        return test.pool()
                .submit(JobRequest.handler("train")
                        .payload(SimJob.ofMillis(10_000)
                                .ending(SimJob.Outcome.ENV, 0, attempts)
                                .toJson())
                        .limit(Duration.ofMinutes(10))
                        .retries(0)
                        .build());
    }

    private static void worker(TestPool test, int number) {
        test.worker(SimWorkerSpec.of("onprem", "box-" + number, "box-" + number).build());
    }

    @Test
    void shouldWaitLongerAfterEachFailureOfAWorkersEnvironmentUpToTenMinutes() {
        try (TestPool test = TestPool.create(1)) {
            worker(test, 1);
            JobHandle job = failing(test, ALWAYS);
            test.advance(Duration.ofHours(3));

            List<Instant> failed = new ArrayList<>();
            test.events().stream()
                    .filter(event -> event.type() == PoolEvent.Type.JOB_DELAYED)
                    .forEach(event -> failed.add(event.at()));
            for (int i = 1; i < 8; i++) {
                Duration wait = Duration.between(failed.get(i - 1), failed.get(i));
                assertThat(wait).isBetween(Duration.ofSeconds(4L << (i - 1)), Duration.ofSeconds(20 + (6L << (i - 1))));
            }
            assertThat(failed).as("ten minutes each, from the eighth on").hasSizeBetween(18, 34);
            assertThat(job.info().state()).as("its retries are 0").isIn(JobState.DELAYED, JobState.RUNNING);
        }
    }

    @Test
    void shouldSetNoJobAsideForOneBadMachineAndRunItOnceThatIsMended() {
        try (TestPool test = TestPool.create(2)) {
            worker(test, 1);
            JobHandle job = failing(test, 20);
            test.advance(Duration.ofHours(1));
            assertThat(test.count(PoolEvent.Type.JOB_QUARANTINED)).isZero();
            assertThat(job.info().ending()).startsWith("ENVIRONMENT");

            test.await(job.result());
            assertThat(job.info().state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(job.info().attempt()).isEqualTo(21);
        }
    }

    @Test
    void shouldSetAsideAJobThatTheEnvironmentOfThreeWorkersFailsAgainAndAgain() {
        try (TestPool test = TestPool.create(3)) {
            for (int i = 1; i <= 3; i++) {
                worker(test, i);
            }
            JobHandle job = failing(test, ALWAYS);
            test.advance(Duration.ofHours(3));

            assertThat(job.info().state()).isEqualTo(JobState.QUARANTINED);
            assertThat(job.info().attempt()).isEqualTo(8);
            assertThat(job.info().ending())
                    .contains("failed for the environment of [box-1, box-2, box-3] again and again: ");
            assertThat(test.count(PoolEvent.Type.JOB_QUARANTINED)).isEqualTo(1);
        }
    }

    @Test
    void shouldLetAJobSucceedThatWasFailedSevenTimes() {
        try (TestPool test = TestPool.create(4)) {
            for (int i = 1; i <= 3; i++) {
                worker(test, i);
            }
            JobHandle job = failing(test, 7);

            test.await(job.result());
            assertThat(job.info().state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(job.info().attempt()).isEqualTo(8);
        }
    }
}
