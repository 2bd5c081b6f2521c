package dev.gpupool.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.testkit.TestPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A team that has used its notebooks by hand since Monday moves to the pool on a Thursday. */
class HoursAlreadyUsedTest {
    @Test
    void shouldCountHoursThatWereUsedBeforeThePoolCame() {
        try (TestPool test = TestPool.create(1)) {
            var pool = test.pool();
            var clock = test.clock();
            test.advance(Duration.ofDays(3));

            // Kaggle's page says: 12 h 30 min used. The account need not have had a worker yet.
            var done = pool.accounts().report("kaggle", "ana@example.org", Duration.ofMinutes(750), clock.instant());
            test.await(done);

            assertThat(pool.accounts().quota("kaggle", "ana@example.org").remaining())
                    .isEqualTo(Duration.ofHours(21).minusMinutes(750));

            // The page was misread. A correction goes either way, and the ledger keeps it with its reason.
            done = pool.accounts().correct("kaggle", "ana@example.org", Duration.ofMinutes(690), "misread");
            test.await(done);

            assertThat(pool.accounts().quota("kaggle", "ana@example.org").used())
                    .isEqualTo(Duration.ofMinutes(690));
            assertThat(pool.accounts().ledger("kaggle", "ana@example.org").corrections())
                    .anyMatch(correction -> correction.reason().contains("misread"));

            test.advance(Duration.ofDays(4));
            assertThat(pool.accounts().quota("kaggle", "ana@example.org").used())
                    .isZero();
        }
    }
}
