package dev.gpupool.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of how many a request bears.
 *
 * @param first the first, or -1 if it only asks how many have come
 * @param last the last, inclusive
 * @param size how many there are in all
 */
record ByteRange(long first, long last, long size) {
    private static final Pattern PIECE = Pattern.compile("bytes (\\d{1,15})-(\\d{1,15})/(\\d{1,15})");
    private static final Pattern QUESTION = Pattern.compile("bytes \\*/(\\d{1,15})");
    private static final Pattern FROM = Pattern.compile("bytes=(\\d{1,15})-");

    boolean asks() {
        return first < 0;
    }

    long length() {
        return asks() ? 0 : last - first + 1;
    }

    /** Of a request that sends bytes: its {@code Content-Range}, or {@code null} if it sends all. */
    static @Nullable ByteRange sent(@Nullable String header) {
        if (header == null) {
            return null;
        }
        Matcher question = QUESTION.matcher(header);
        if (question.matches()) {
            return new ByteRange(-1, -1, Long.parseLong(question.group(1)));
        }
        Matcher piece = PIECE.matcher(header);
        if (piece.matches()) {
            ByteRange range = new ByteRange(
                    Long.parseLong(piece.group(1)), Long.parseLong(piece.group(2)), Long.parseLong(piece.group(3)));
            if (range.first <= range.last && range.last < range.size) {
                return range;
            }
        }
        throw Problem.invalid("Content-Range must be bytes FIRST-LAST/SIZE or bytes */SIZE, but was " + shown(header));
    }

    /** Of a request that wants bytes: the first of them. Any other form of a range is ignored, as HTTP allows. */
    static long wanted(@Nullable String header) {
        Matcher from = FROM.matcher(header == null ? "" : header);
        return from.matches() ? Long.parseLong(from.group(1)) : 0;
    }

    private static String shown(String header) {
        return header.length() > 100 ? header.substring(0, 100) + "..." : header;
    }
}
