package dev.gpupool.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That it reads well can only be looked at; here is that it is true. */
class PlanSvgTest {
    private static final Pattern BAR = Pattern.compile(
            "<rect x=\"([0-9.]+)\" y=\"[0-9.]+\" width=\"([0-9.]+)\" height=\"18\" class=\"f[0-9]\"><title>([^<]*)<");

    static Stream<CoveragePlan> plans() {
        return Stream.of(SamplePlans.day(), SamplePlans.week(), SamplePlans.live());
    }

    /** The pixels of all bars together are the hours of all sessions, over the edge of a cycle too. */
    @ParameterizedTest
    @MethodSource("plans")
    void shouldDrawBarsThatAreAsLongAsTheSessions(CoveragePlan plan) {
        double pixels = bars(PlanSvg.of(plan))
                .mapToDouble(bar -> Double.parseDouble(bar.group(2)))
                .sum();

        double minutes = plan.sessions().stream()
                .mapToLong(session -> session.length().toMinutes())
                .sum();
        double plot = plan.request().length().toHours() < 49 ? 1_100 : 1_680;
        double expected = minutes * plot / plan.request().length().toMinutes();
        assertThat(pixels).isEqualTo(expected, within(0.5));
    }

    @Test
    void shouldDrawASessionWhereItIs() {
        List<MatchResult> bars = bars(PlanSvg.of(SamplePlans.day()))
                .filter(bar -> bar.group(3).startsWith("Colab-5:"))
                .toList();

        assertThat(bars).hasSize(2);
        assertThat(bars.get(0).group(3)).isEqualTo("Colab-5: start 13:30, counts from 13:30, ends 01:00, 11.5 h");
        assertThat(Double.parseDouble(bars.get(0).group(1))).isEqualTo(150 + 1_100 * 13.5 / 24, within(0.01));
        assertThat(Double.parseDouble(bars.get(0).group(2))).isEqualTo(1_100 * 10.5 / 24, within(0.01));
        assertThat(Double.parseDouble(bars.get(1).group(1))).isEqualTo(150);
        assertThat(Double.parseDouble(bars.get(1).group(2))).isEqualTo(1_100 / 24.0, within(0.01));
    }

    /** Each start has a mark, and there is one more in the legend. */
    @ParameterizedTest
    @MethodSource("plans")
    void shouldMarkEachStartOnce(CoveragePlan plan) {
        assertThat(count(PlanSvg.of(plan), "class=\"start\"/>")).isEqualTo(plan.starts() + 1);
    }

    @Test
    void shouldDrawTheTargetAndTheHoursBelowIt() {
        String missed = PlanSvg.of(SamplePlans.day());

        assertThat(count(missed, "<path d=\"[^\"]*\" class=\"want\"/>")).isEqualTo(1);
        assertThat(count(missed, "class=\"n a b\">5</text>")).isEqualTo(11);
        assertThat(count(missed, "class=\"n\">6</text>")).isEqualTo(13);
        assertThat(missed).contains("target 6 at every hour").contains("min 5, max 6");
        assertThat(PlanSvg.of(SamplePlans.week()))
                .doesNotContain("class=\"want\"")
                .doesNotContain("below the target");
    }

    @Test
    void shouldNumberEveryHourOfAWeek() {
        String week = PlanSvg.of(SamplePlans.week());

        assertThat(count(week, "class=\"n\">[23]</text>")).isEqualTo(168);
    }

    @Test
    void shouldSayInWordsWhatItShows() {
        String svg = PlanSvg.of(SamplePlans.day(), "Plan <b> & \"c\"");

        assertThat(svg)
                .contains("<title id=\"plan-title\">Plan &lt;b&gt; &amp; &quot;c&quot;</title>")
                .contains(
                        "<desc id=\"plan-desc\">14 workers over a cycle of 1 day from 00:00, times of America/Sao_Paulo."
                                + " Online: 5 at least, 6 at most, 5.83 on average. Target missed: ")
                .doesNotContain("Plan <b>");
    }

    @ParameterizedTest
    @MethodSource("plans")
    void shouldNeedNothingFromElsewhere(CoveragePlan plan) {
        String svg = PlanSvg.of(plan).replace("xmlns=\"http://www.w3.org/2000/svg\"", "");

        assertThat(svg)
                .doesNotContain("http")
                .doesNotContain("@import")
                .doesNotContain("<script")
                .doesNotContain("href");
        assertThat(svg).contains("prefers-color-scheme:dark");
        assertThat(Pattern.compile("url\\((?!#)").matcher(svg).find()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("plans")
    void shouldKeepEverythingWithinTheSheet(CoveragePlan plan) {
        String svg = PlanSvg.of(plan);
        double width = Double.parseDouble(svg.replaceFirst("(?s).*?width=\"([0-9.]+)\".*", "$1"));
        double height = Double.parseDouble(svg.replaceFirst("(?s).*?height=\"([0-9.]+)\".*", "$1"));

        List<MatchResult> places = Pattern.compile("<(?:rect|text) x=\"([0-9.-]+)\" y=\"([0-9.-]+)\"")
                .matcher(svg)
                .results()
                .toList();
        assertThat(places).hasSizeGreaterThan(50);
        assertThat(places)
                .allMatch(place -> Double.parseDouble(place.group(1)) >= 0
                        && Double.parseDouble(place.group(1)) < width
                        && Double.parseDouble(place.group(2)) >= 0
                        && Double.parseDouble(place.group(2)) < height);
    }

    @Test
    void shouldBreakLongSentencesIntoLines() {
        assertThat(SvgText.wrap("one two three four", 9)).containsExactly("one two", "three", "four");
        assertThat(SvgText.wrap("abcdefghijkl", 5)).containsExactly("abcde", "fghij", "kl");
        assertThat(SvgText.wrap("short", 9)).containsExactly("short");
    }

    private static Stream<MatchResult> bars(String svg) {
        return BAR.matcher(svg).results();
    }

    private static long count(String svg, String pattern) {
        return Pattern.compile(pattern).matcher(svg).results().count();
    }
}
