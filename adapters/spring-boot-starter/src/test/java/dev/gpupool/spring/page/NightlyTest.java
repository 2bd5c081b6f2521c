package dev.gpupool.spring.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobQuery;
import dev.gpupool.JobRequest;
import dev.gpupool.spring.test.AutoConfigureTestPool;
import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = {"gpupool.workers.box-1.handler=train", "spring.datasource.url=jdbc:sqlite::memory:"})
@SpringBootTest
@AutoConfigureTestPool
class NightlyTest {
    @Autowired
    TestPool test;

    @Autowired
    GpuPool pool;

    @Autowired
    Shop shop;

    @Autowired
    CountedTransactions transactions;

    @Test
    void shouldRunForAWeek() {
        JobHandle job = pool.submit(JobRequest.handler("train").build());
        test.await(job.result());
        test.advance(Duration.ofDays(7));
    }

    @Test
    void shouldTrainForEachOrderOnceItsTransactionIsCommitted() {
        int before = transactions.committed;
        shop.order(new Shop.Order(7));
        test.advance(Duration.ofMinutes(1));

        assertThat(transactions.committed).isEqualTo(before + 1);
        assertThat(pool.jobs(JobQuery.ALL).jobs())
                .anyMatch(job -> job.key().equals("order-7")
                        && String.valueOf(job.result()).contains("loss"));
    }
}
