package dev.gpupool.benchmarks.drills;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Keeps what the hosts said, in all their lives, outside every process that is killed: the jobs that they acknowledged,
 * the successes that they accepted, and the other lines. Only ever added to.
 */
public final class Witness {
    /** One that has heard nothing. */
    public Witness() {}

    /** A job was acknowledged: its id, then its number. */
    static final String ACKNOWLEDGED = "ACKNOWLEDGED";
    /** A success was accepted: the id of its job. */
    static final String SUCCEEDED = "SUCCEEDED";

    private final TreeSet<String> acknowledged = new TreeSet<>();
    private final TreeMap<String, Integer> successes = new TreeMap<>();
    /** What was said, without its first word, by that. */
    private final TreeMap<String, List<String>> told = new TreeMap<>();

    private final TreeSet<Long> numbers = new TreeSet<>();
    private final List<Execution> executions = new ArrayList<>();
    private int accepted;

    synchronized void hear(String line) {
        String[] words = line.split(" ", -1);
        told.computeIfAbsent(words[0], kind -> new ArrayList<>())
                .add(line.substring(words[0].length()).strip());
        if (words[0].equals(ACKNOWLEDGED)) {
            acknowledged.add(words[1]);
            numbers.add(Long.parseLong(words[2]));
        } else if (words[0].equals(SUCCEEDED)) {
            successes.merge(words[1], 1, Integer::sum);
        } else if (words[0].equals(Execution.RAN)) {
            Execution execution = Execution.of(words);
            executions.add(execution);
            accepted += execution.accepted() ? 1 : 0;
        }
        notifyAll();
    }

    /** Something that is not said, such as the end of a process, may have changed what is waited for. */
    synchronized void look() {
        notifyAll();
    }

    /** Waits for what the hosts say; {@code what} says it in words. */
    synchronized void await(BooleanSupplier reached, Duration limit, String what) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!reached.getAsBoolean()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new IllegalStateException("within " + limit + " there was no " + what + "; so far " + counts());
            }
            wait(left);
        }
    }

    private TreeMap<String, Integer> counts() {
        TreeMap<String, Integer> counts = new TreeMap<>();
        told.forEach((kind, lines) -> counts.put(kind, lines.size()));
        return counts;
    }

    /** How often lines of this kind were said. */
    public synchronized int told(String kind) {
        return told.getOrDefault(kind, List.of()).size();
    }

    /** What the lines of this kind said after that word, in their order. */
    public synchronized List<String> said(String kind) {
        return List.copyOf(told.getOrDefault(kind, List.of()));
    }

    /** The highest number of a job that was acknowledged; -1 before the first. */
    synchronized long highest() {
        return numbers.isEmpty() ? -1 : numbers.last();
    }

    synchronized boolean acknowledged(long number) {
        return numbers.contains(number);
    }

    /** How many executions of workers in other processes were accepted. */
    synchronized int accepted() {
        return accepted;
    }

    synchronized List<Execution> executions() {
        return List.copyOf(executions);
    }

    synchronized TreeSet<String> acknowledged() {
        return new TreeSet<>(acknowledged);
    }

    /** The acknowledged jobs whose success nobody has told. */
    synchronized int unfinished() {
        TreeSet<String> left = new TreeSet<>(acknowledged);
        left.removeAll(successes.keySet());
        return left.size();
    }

    /** The jobs that hosts accepted more than once. */
    synchronized List<String> acceptedTwice() {
        List<String> twice = new ArrayList<>();
        successes.forEach((job, count) -> {
            if (count > 1) {
                twice.add(job);
            }
        });
        return twice;
    }
}
