package dev.gpupool.planning;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTextTest {
    private static final Instant FROM = Instant.parse("2026-11-30T03:00:00Z");

    @Test
    void shouldTellWhoIsOnlineAtWhichHourAndWhatAPersonStarts() {
        PlanRequest request = PlanRequest.builder()
                .cycle(FROM, Duration.ofHours(3))
                .zone(ZoneId.of("America/Sao_Paulo"))
                .target(Target.of(1))
                .dailyAccount("colab", "ana", Duration.ofHours(2))
                .dailyAccount("colab", "rui", Duration.ofHours(2))
                .worker(PlanWorker.of("Colab-1", "colab", "ana", Duration.ofHours(2)))
                .worker(PlanWorker.of("Colab-2", "colab", "rui", Duration.ofHours(2)))
                .build();

        CoveragePlan plan = SamplePlans.plan(request, List.of(session("Colab-1", 15, 90), session("Colab-2", 90, 120)));

        assertThat(PlanText.of(plan)).isEqualTo("""
                        Coverage of 2 workers over a cycle of 3 h from 00:00, America/Sao_Paulo
                        Online: 1 at least, 1 at most, 1 on average
                        Target met: 1 at every hour.
                        Proven: no plan has more than 1 online at every moment and meets what is asked for better.

                        hour   online  which
                        00:00  1       Colab-1 (from 00:30), Colab-2 (until 00:30)
                        01:00  1       Colab-1 (until 01:45), Colab-2 (from 01:45)
                        02:00  1       Colab-2

                        account    planned  safe  starts
                        colab/ana  1.5 h    2 h   1
                        colab/rui  2 h      2 h   1

                        start  worker   counts from  ends   length
                        00:15  Colab-1  00:30        01:45  1.5 h
                        01:30  Colab-2  01:45        03:30  2 h
                        """);
    }

    @Test
    void shouldTellTheHourThatComesTwiceByItsOffset() {
        assertThat(PlanText.of(SamplePlans.live()))
                .contains("Judged from Sat 24 Oct 22:30 on: no start that is decided now can count before\n")
                .contains("Sun 25 Oct\nhour          online  which\n00:00 +02:00  3       ")
                .contains("\n02:00 +02:00  3       Colab-1, Colab-2, a-box-with-a-rather-long-name\n"
                        + "02:00 +01:00  3       Colab-1, Colab-2, a-box-with-a-rather-long-name\n03:00 +01:00  2  ")
                .contains("\nrunning           Colab-1 ");
    }

    @Test
    void shouldMarkTheHoursThatFallShortAndSayBySoMuch() {
        String text = PlanText.of(SamplePlans.day());

        assertThat(text)
                .contains("Target missed: 6 at every hour needs 144 h a day; safe quota gives 140;")
                .contains("\n00:00  6       Colab-1, Colab-5, Colab-6, Colab-7, Kaggle-6, Kaggle-7\n")
                .contains("Kaggle-6, Kaggle-7  << short\n")
                .contains("Not proven to be the best: this plan falls short by 4 h, and none that has 5 falls short by"
                        + " less than 3 h.\n");
        assertThat(text.lines().filter(line -> line.endsWith("<< short"))).hasSize(11);
        assertThat(PlanText.of(SamplePlans.day(5)))
                .contains("Target met: 5 at every hour.")
                .doesNotContain("short");
    }

    @Test
    void shouldCallOnlyProvenWhatIsProven() {
        CoveragePlan week = SamplePlans.week();

        assertThat(PlanText.verdict(week))
                .contains("Proven: no plan has more than 2 online at every moment.\n")
                .contains(
                        "Not proven to be the best: this plan has 501 h, and none that has 2 has more than 502 h online.\n");
        assertThat(PlanText.verdict(bounded(week, 3, week.shortfallSteps())))
                .contains(
                        "Not proven to be the best: this plan has 2 online at every moment, and no plan has more than 3.\n")
                .doesNotContain("Proven:");
        assertThat(PlanText.verdict(bounded(week, 2, week.shortfallSteps())))
                .contains(
                        "Proven: no plan has more than 2 online at every moment, and none that has 2 has more than 501 h"
                                + " online.\n")
                .doesNotContain("Not proven");
    }

    @Test
    void shouldNameThirtyOfALargeFleet() {
        PlanRequestBuilder request =
                PlanRequest.builder().cycle(FROM, Duration.ofHours(1)).handOver(Duration.ZERO);
        List<PlannedSession> sessions = new ArrayList<>();
        for (int i = 100; i < 140; i++) {
            request.dailyAccount("p", "a" + i, Duration.ofHours(1));
            request.worker(PlanWorker.of("w" + i, "p", "a" + i, Duration.ofHours(1)));
            sessions.add(new PlannedSession("w" + i, FROM, FROM, FROM.plus(Duration.ofHours(1)), false));
        }

        assertThat(PlanText.of(SamplePlans.plan(request.build(), sessions)))
                .contains("\n03:00  40      w100, w101, ")
                .contains(", w128, w129, and 10 more\n");
    }

    private static CoveragePlan bounded(CoveragePlan plan, int minimum, long shortfall) {
        return new CoveragePlan(
                plan.request(),
                plan.sessions(),
                plan.coverage(),
                plan.minimum(),
                minimum,
                plan.shortfallSteps(),
                shortfall,
                plan.accounts(),
                plan.shortfall(),
                plan.certificate());
    }

    private static PlannedSession session(String worker, int start, int minutes) {
        Instant at = FROM.plus(Duration.ofMinutes(start));
        return new PlannedSession(
                worker, at, at.plus(Duration.ofMinutes(15)), at.plus(Duration.ofMinutes(minutes)), false);
    }
}
