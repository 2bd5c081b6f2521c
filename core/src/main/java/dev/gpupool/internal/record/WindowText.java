package dev.gpupool.internal.record;

import dev.gpupool.quota.QuotaWindow;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;

/** The stored form of a window: {@code none} or {@code weekly MONDAY 00:00 UTC}. */
final class WindowText {
    private WindowText() {}

    static String of(QuotaWindow window) {
        if (window instanceof QuotaWindow.Weekly weekly) {
            return "weekly " + weekly.day() + " " + weekly.time() + " " + weekly.zone();
        }
        return "none";
    }

    static QuotaWindow parse(String text) {
        List<String> words = List.of(text.split(" ", -1));
        return switch (words.get(0)) {
            case "none" -> QuotaWindow.none();
            case "weekly" ->
                QuotaWindow.weekly(
                        DayOfWeek.valueOf(words.get(1)), LocalTime.parse(words.get(2)), ZoneId.of(words.get(3)));
            default -> throw new IllegalArgumentException("unknown kind of window: " + text);
        };
    }
}
