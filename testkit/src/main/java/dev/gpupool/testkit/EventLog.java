package dev.gpupool.testkit;

import dev.gpupool.spi.internal.Sha256;
import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.worker.Directive;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What happened in a world, a line an event: every changeset that took effect and every new directive. Two runs of the
 * same seed give the same lines on every Java version: a line holds milliseconds since the world began, names, ids and
 * states, but no version, no floating point number and nothing of a hash table's order. Safe for use by many threads.
 *
 * <p>A line is {@code MILLIS HOST WHAT}. For a changeset WHAT lists its writes, {@code JOB/j-1 queued} for a put and
 * {@code -JOB/j-1} for a deletion, separated by semicolons; for a directive it is
 * {@code ! WORKER DRAIN DEADLINE in=600000}.
 */
public final class EventLog {
    private final VirtualClock clock;
    private byte[] text = new byte[1 << 16];
    private int length;
    private int size;

    /**
     * An empty log.
     *
     * @param clock gives the time of each line
     */
    public EventLog(VirtualClock clock) {
        this.clock = clock;
    }

    /**
     * Adds a line of free words, such as a fault that was played.
     *
     * @param host who
     * @param what printable ASCII without line breaks
     */
    public synchronized void note(String host, String what) {
        begin(host);
        append(what);
        end();
    }

    /**
     * How many lines there are.
     *
     * @return the number
     */
    public synchronized int size() {
        return size;
    }

    /**
     * The lines, oldest first.
     *
     * @return a copy
     */
    public synchronized List<String> lines() {
        List<String> lines = new ArrayList<>(size);
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (text[i] == '\n') {
                lines.add(new String(text, start, i - start, StandardCharsets.ISO_8859_1));
                start = i + 1;
            }
        }
        return lines;
    }

    /**
     * The SHA-256 of all lines, each with a line feed after it.
     *
     * @return 64 lower-case hexadecimal digits
     */
    public synchronized String hash() {
        MessageDigest digest = Sha256.start();
        digest.update(text, 0, length);
        return Sha256.hex(digest.digest());
    }

    /** Adds the line of a changeset that took effect, if it wrote anything. */
    synchronized void changeset(String host, Changeset changeset) {
        List<Op> ops = changeset.ops();
        boolean begun = false;
        for (int i = 0; i < ops.size(); i++) {
            Op op = ops.get(i);
            if (op instanceof Op.Check) {
                continue;
            }
            if (begun) {
                append((byte) ';');
            } else {
                begin(host);
                begun = true;
            }
            write(op);
        }
        if (begun) {
            end();
        }
    }

    /** Adds the line of a directive that a host gave for the first time. */
    synchronized void directive(String host, String worker, Directive directive) {
        begin(host);
        append("! ");
        append(worker);
        append((byte) ' ');
        append(directive.type().name());
        append((byte) ' ');
        append(directive.reason());
        String leaseId = directive.leaseId();
        if (leaseId != null) {
            append(" lease=");
            append(leaseId);
        }
        Duration in = directive.in();
        if (in != null) {
            append(" in=");
            append(in.toMillis());
        }
        end();
    }

    private void write(Op op) {
        if (op instanceof Op.Delete) {
            append((byte) '-');
        }
        append(op.key().kind().name());
        append((byte) '/');
        append(op.key().id());
        if (op instanceof Op.Put put && !put.record().state().isEmpty()) {
            append((byte) ' ');
            append(put.record().state());
        }
    }

    private void begin(String host) {
        append(clock.tickerMillis());
        append((byte) ' ');
        append(host);
        append((byte) ' ');
    }

    private void end() {
        append((byte) '\n');
        size++;
    }

    private void append(String ascii) {
        int count = ascii.length();
        room(count);
        for (int i = 0; i < count; i++) {
            text[length + i] = (byte) ascii.charAt(i);
        }
        length += count;
    }

    private void append(long number) {
        if (number < 0) {
            append((byte) '-');
            append(-number);
            return;
        }
        if (number >= 10) {
            append(number / 10);
        }
        append((byte) ('0' + number % 10));
    }

    private void append(byte one) {
        room(1);
        text[length++] = one;
    }

    private void room(int more) {
        if (length + more > text.length) {
            text = Arrays.copyOf(text, Math.max(text.length * 2, length + more));
        }
    }
}
