package dev.gpupool.benchmarks.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a main class of this module in a Java of its own, with the same modules, so that it can be killed. */
public final class JavaProcess {
    private JavaProcess() {}

    /**
     * Prepares one; what it writes to its error stream goes to ours, and its output is for the caller to read.
     *
     * @param main the class
     * @param options for Java itself, such as {@code -Xmx512m}
     * @param args for the class
     */
    public static ProcessBuilder of(Class<?> main, List<String> options, List<String> args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel="
                + System.getProperty("org.slf4j.simpleLogger.defaultLogLevel", "error"));
        command.addAll(List.of("-p", System.getProperty("jdk.module.path"), "--add-modules", "org.slf4j.simple"));
        command.addAll(List.of("-m", main.getModule().getName() + "/" + main.getName()));
        command.addAll(args);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /**
     * The process ends at once, as by {@code kill -9}, and is gone when this returns. What it wrote before can still be
     * read: {@link Process#destroyForcibly} would close our end of its output.
     */
    public static void kill(Process process) {
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    /** Stops it as it is, to be continued. */
    public static void stop(Process process) throws IOException, InterruptedException {
        signal(process, "STOP");
    }

    /** It goes on where it was stopped. */
    public static void go(Process process) throws IOException, InterruptedException {
        signal(process, "CONT");
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " " + process.pid() + " ended with " + status);
        }
    }
}
