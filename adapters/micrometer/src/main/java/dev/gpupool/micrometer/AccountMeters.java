package dev.gpupool.micrometer;

import dev.gpupool.planning.BurnForecast;
import dev.gpupool.quota.QuotaLevel;
import dev.gpupool.quota.QuotaView;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What there is once for each account. */
final class AccountMeters {
    private static final String SECONDS = "seconds";

    static final List<RowMeter<Row>> ALL = List.of(
            quota("allowance", "the amount of the present window", QuotaView::allowance),
            quota("safe", "the part of the allowance that is used: allowance x margin", QuotaView::safe),
            quota("used", "what was used in the present window", QuotaView::used),
            quota("reserved", "what is spoken for in the present window", QuotaView::reserved),
            quota("remaining", "what may still be used: safe less used and reserved", QuotaView::remaining),
            new RowMeter<>(
                    MeterName.of(
                            "gpupool.account.utilisation",
                            "(used + reserved) / allowance, 1 is all of it; of other: the highest"),
                    Tags.empty(),
                    row -> row.quota().utilisation(),
                    RowMeter.Fold.MOST),
            new RowMeter<>(
                    MeterName.of(
                            "gpupool.account.pickable",
                            "1 while workers of the account may be picked, 0 from the margin on; of other: how many may"),
                    Tags.empty(),
                    row -> row.quota().level() == QuotaLevel.AT_LIMIT ? 0 : 1,
                    RowMeter.Fold.SUM),
            new RowMeter<>(
                    MeterName.of(
                            "gpupool.account.reset.in",
                            SECONDS,
                            "until the next window begins, NaN if none does; of other: the soonest"),
                    Tags.empty(),
                    row -> row.until(row.quota().nextReset()),
                    RowMeter.Fold.LEAST),
            burn(
                    MeterName.of(
                            "gpupool.account.burn.rate", "quota used an hour over the last 24 hours, in hours an hour"),
                    BurnForecast::ratePerHour,
                    RowMeter.Fold.SUM),
            burn(
                    MeterName.of(
                            "gpupool.account.burn.pace",
                            "used so far over an even use of the safe quota: at 1 it lasts to the reset; of other: the"
                                    + " highest"),
                    BurnForecast::pace,
                    RowMeter.Fold.MOST),
            burn(
                    MeterName.of(
                            "gpupool.account.burn.unused",
                            SECONDS,
                            "forecast of the safe quota that is left when the window ends"),
                    forecast -> Numbers.seconds(forecast.unusedAtReset()),
                    RowMeter.Fold.SUM),
            new RowMeter<>(
                    MeterName.of(
                            "gpupool.account.burn.margin.in",
                            SECONDS,
                            "forecast of the time until its safe quota is used up, NaN if not in this window; of other:"
                                    + " the soonest"),
                    Tags.empty(),
                    row -> row.burn() == null
                            ? Double.NaN
                            : row.until(row.burn().marginAt()),
                    RowMeter.Fold.LEAST));

    /** An account at the time of a snapshot, with its newest forecast. */
    record Row(QuotaView quota, @Nullable BurnForecast burn, Instant at) implements RowSet.Keyed {
        @Override
        public String key() {
            return key(quota.provider(), quota.account());
        }

        static String key(String provider, String account) {
            return provider + '/' + account;
        }

        @Override
        public Tags tags() {
            return Tags.of("provider", quota.provider(), "account", quota.account());
        }

        @Override
        public Tags others() {
            return Tags.of("provider", RowSet.OTHER, "account", RowSet.OTHER);
        }

        /** What has passed already is zero away. */
        private double until(@Nullable Instant instant) {
            return instant == null ? Double.NaN : Math.max(0, Numbers.seconds(Duration.between(at, instant)));
        }
    }

    private AccountMeters() {}

    private static RowMeter<Row> quota(String name, String meaning, Function<QuotaView, Duration> value) {
        return new RowMeter<>(
                MeterName.of("gpupool.account." + name, SECONDS, meaning),
                Tags.empty(),
                row -> Numbers.seconds(value.apply(row.quota())),
                RowMeter.Fold.SUM);
    }

    private static RowMeter<Row> burn(MeterName name, ToDoubleFunction<BurnForecast> value, RowMeter.Fold fold) {
        return new RowMeter<>(
                name, Tags.empty(), row -> row.burn() == null ? Double.NaN : value.applyAsDouble(row.burn()), fold);
    }
}
