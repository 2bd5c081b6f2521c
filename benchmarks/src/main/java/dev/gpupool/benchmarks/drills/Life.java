package dev.gpupool.benchmarks.drills;

import dev.gpupool.benchmarks.process.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One life of a Java process of a drill; the witness hears every line that it wrote, also the last before a kill. */
public final class Life implements AutoCloseable {
    /** Far above what a slow machine takes for anything that is waited for. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Short lives: what the second compiler would gain is not earned back. */
    private static final List<String> JAVA =
            List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final Process process;
    private final Witness witness;
    private final Thread ear;

    private Life(Process process, Witness witness) {
        this.process = process;
        this.witness = witness;
        ear = new Thread(this::listen, "output of " + process.pid());
        ear.start();
    }

    /** Begins one; what it writes to its output is for the witness. */
    public static Life begin(Class<?> main, List<String> args, Witness witness) throws IOException {
        return new Life(JavaProcess.of(main, JAVA, args).start(), witness);
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                witness.hear(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            witness.look();
        }
    }

    /** Waits for what the hosts say, as long as this one lives. */
    public void await(BooleanSupplier reached, String what) throws InterruptedException {
        witness.await(() -> reached.getAsBoolean() || !process.isAlive(), LIMIT, what);
        if (!reached.getAsBoolean()) {
            ear.join();
            throw new IllegalStateException("a process ended with " + process.exitValue() + " before " + what);
        }
    }

    /** A word on the input of the process. */
    public void say(String word) throws IOException {
        process.outputWriter(StandardCharsets.US_ASCII)
                .append(word)
                .append('\n')
                .flush();
    }

    /** As by {@code kill -9}; returns when the last line was heard. */
    public void kill() throws InterruptedException {
        JavaProcess.kill(process);
        ear.join();
    }

    /** Waits for the end that the process makes by itself. */
    void awaitEnd() throws InterruptedException {
        if (process.waitFor() != 0) {
            throw new IllegalStateException("a process ended with " + process.exitValue());
        }
        ear.join();
    }

    Process process() {
        return process;
    }

    @Override
    public void close() {
        JavaProcess.kill(process);
    }
}
