package dev.gpupool.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimelineTest {
    private static final Instant FROM = Instant.parse("2026-11-30T03:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration STEP = Duration.ofMinutes(15);

    /** The hand-made timeline of the schedule that the library grew from: its own table claims 12 at the peak. */
    private static final String SEED = """
            {"zone": "America/Sao_Paulo", "sessions": [
              {"worker": "Colab-1", "start": "00:00", "hours": 11.5}, {"worker": "Colab-2", "start": "02:00", "hours": 11.5},
              {"worker": "Colab-3", "start": "04:00", "hours": 11.5}, {"worker": "Colab-4", "start": "12:00", "hours": 11.5},
              {"worker": "Colab-5", "start": "14:00", "hours": 11.5}, {"worker": "Colab-6", "start": "16:00", "hours": 11.5},
              {"worker": "Colab-7", "start": "18:00", "hours": 11.5}, {"worker": "Kaggle-1", "start": "06:00", "hours": 8.5},
              {"worker": "Kaggle-2", "start": "08:00", "hours": 8.5}, {"worker": "Kaggle-3", "start": "10:00", "hours": 8.5},
              {"worker": "Kaggle-4", "start": "14:00", "hours": 8.5}, {"worker": "Kaggle-5", "start": "16:00", "hours": 8.5},
              {"worker": "Kaggle-6", "start": "20:00", "hours": 8.5}, {"worker": "Kaggle-7", "start": "22:00", "hours": 8.5}
            ]}
            """;

    @Test
    void shouldMeasureTheSeedsOwnTimeline() {
        Timeline timeline = Timeline.read(SEED);

        assertThat(timeline.steadyFigures().minimum()).isEqualTo(4);
        assertThat(timeline.steadyFigures().maximum()).isEqualTo(8);
        assertThat(timeline.steadyFigures().mean()).isEqualTo(5.83, within(0.005));
        assertThat(timeline.firstFigures().minimum()).isEqualTo(1);
        assertThat(timeline.firstFigures().maximum()).isEqualTo(8);
        assertThat(timeline.firstFigures().mean()).isEqualTo(4.92, within(0.005));
    }

    @Test
    void shouldCountWhatRunsOverMidnightOnlyFromTheSecondDayOn() {
        Timeline timeline = Timeline.measure(List.of(session("a", 23 * 60, 120, 0)), FROM, DAY, STEP);

        assertThat(timeline.first().subList(0, 4)).containsExactly(0, 0, 0, 0);
        assertThat(timeline.steady().subList(0, 5)).containsExactly(1, 1, 1, 1, 0);
        assertThat(timeline.first().subList(91, 96)).containsExactly(0, 1, 1, 1, 1);
        assertThat(timeline.steady().subList(91, 96)).containsExactly(0, 1, 1, 1, 1);
    }

    @Test
    void shouldNotCountHandOvers() {
        Timeline timeline = Timeline.measure(List.of(session("a", 0, 60, 15)), FROM, DAY, STEP);

        assertThat(timeline.steady().subList(0, 5)).containsExactly(0, 1, 1, 1, 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1440 | 60   | timeline.sessions must start within the first cycle of PT24H",
                "-15  | 60   | timeline.sessions must start within the first cycle of PT24H",
                "0    | 1455 | timeline.sessions must start within the first cycle of PT24H",
                "7    | 60   | timeline.sessions must lie on steps of PT15M",
                "60   | 60   | timeline.sessions must not have two of a worker at once"
            })
    void shouldRefuseSessionsThatDoNotFit(int start, int minutes, String message) {
        List<PlannedSession> sessions =
                List.of(session("a", 0, 90, 0), session(start == 60 ? "a" : "b", start, minutes, 0));

        assertThatThrownBy(() -> Timeline.measure(sessions, FROM, DAY, STEP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"hours\": 11.5}, {\"worker\": \"Colab-2\" | \"hours\": 25}, {\"worker\": \"Colab-2\" | and be no longer",
                "\"start\": \"02:00\" | \"start\": \"2 am\" | sessions[1].start must be a time of day, such as 07:00, but was \"2 am\"",
                "\"start\": \"02:00\" | \"begin\": \"02:00\" | sessions[1].start is missing",
                "\"zone\": \"America/Sao_Paulo\" | \"zone\": \"America/Sao_Paulo\", \"handOverMinutes\": 690 | sessions[0].hours must be longer than the hand-over of PT11H30M, but was 11.5",
                "\"zone\": \"America/Sao_Paulo\" | \"zone\": \"America/Sao_Paulo\", \"stepMinutes\": 7 | timeline.cycle must be whole steps of PT7M",
                "\"zone\": \"America/Sao_Paulo\" | \"zone\": \"America/Sao_Paulo\", \"stepMinutes\": 0.0001 | timeline.step must be at least a minute, but was PT0.006S"
            })
    void shouldRefuseAFileThatIsNoTimeline(String right, String wrong, String message) {
        assertThat(SEED).contains(right);

        assertThatThrownBy(() -> Timeline.read(SEED.replace(right, wrong)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static PlannedSession session(String worker, int start, int minutes, int handOver) {
        Instant at = FROM.plus(Duration.ofMinutes(start));
        return new PlannedSession(
                worker, at, at.plus(Duration.ofMinutes(handOver)), at.plus(Duration.ofMinutes(minutes)), false);
    }
}
