package dev.gpupool.examples.aion;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the host saw, by kind, over all its lives: with a file, it reads there what it wrote before it was killed. Jobs,
 * quota and sessions are not in here; the pool's storage keeps those.
 */
final class Diary implements AutoCloseable {
    private final Map<String, List<String>> seen = new TreeMap<>();
    private final @Nullable RandomAccessFile file;
    private @Nullable Instant first;
    private @Nullable Instant last;

    private Diary(@Nullable RandomAccessFile file) {
        this.file = file;
    }

    static Diary forgetful() {
        return new Diary(null);
    }

    static Diary in(Path path) throws IOException {
        Diary diary = new Diary(new RandomAccessFile(path.toFile(), "rw"));
        diary.read(Files.readAllBytes(path));
        return diary;
    }

    /** A line that the kill cut in half was never written. */
    private void read(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        for (String line : whole.lines().toList()) {
            String[] words = line.split(" ", 3);
            remember(Instant.ofEpochMilli(Long.parseLong(words[0])), words[1], words[2]);
        }
        if (file != null) {
            file.setLength(whole.getBytes(StandardCharsets.UTF_8).length);
            file.seek(file.length());
        }
    }

    /** Keeps it: with a file, so that no kill of this process forgets it. */
    void note(Instant at, String kind, Object detail) {
        remember(at, kind, detail.toString());
        if (file != null) {
            try {
                file.write((at.toEpochMilli() + " " + kind + " " + detail + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void remember(Instant at, String kind, String detail) {
        seen.computeIfAbsent(kind, unused -> new ArrayList<>()).add(detail);
        first = first == null ? at : first;
        last = at;
    }

    List<String> all(String kind) {
        return seen.getOrDefault(kind, List.of());
    }

    int count(String kind) {
        return all(kind).size();
    }

    /** The newest of a kind as a number, or 0. */
    double newest(String kind) {
        List<String> all = all(kind);
        return all.isEmpty() ? 0 : Double.parseDouble(all.get(all.size() - 1));
    }

    /** When its first line was written, or the given instant if there is none. */
    Instant first(Instant otherwise) {
        return first == null ? otherwise : first;
    }

    /** When its newest line was written, or the given instant if there is none. */
    Instant last(Instant otherwise) {
        return last == null ? otherwise : last;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
