package dev.gpupool.examples.aion;

import dev.gpupool.GpuPool;
import java.io.PrintStream;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Says what happens, each line with the local time of the fleet. */
final class Console {
    static final ZoneId ZONE = ZoneId.of("America/Sao_Paulo");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("EEE dd HH:mm:ss", Locale.ENGLISH);

    private final PrintStream out;
    private final InstantSource clock;

    Console(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    void event(String what) {
        out.println("[" + TIME.format(clock.instant().atZone(ZONE)) + "] " + what);
    }

    void panel(String title, GpuPool pool) {
        out.println();
        event("== " + title + " ==");
        out.println(pool.status().text(ZONE));
    }

    void line(String text) {
        out.println(text);
    }
}
