package dev.gpupool.examples.journal;

import static dev.gpupool.spi.storage.CommitResult.APPLIED;
import static dev.gpupool.spi.storage.CommitResult.CONFLICT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.OutcomeUnknown;
import dev.gpupool.spi.storage.PoolStorage;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StorageUnavailable;
import dev.gpupool.spi.storage.StoredRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the suite cannot know: crashes in the middle of a write, damage, and disks that fail. */
class JournalStorageTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void shouldHoldWholeBatchesOnlyWhereverACrashCutsTheJournal() throws IOException {
        Path file = folder.resolve("journal");
        long first;
        try (JournalStorage storage = JournalStorage.open(file)) {
            storage.commitAll(List.of(set(put(null, "a", "v1")), set(put(null, "b", "v1"))));
            first = Files.size(file);
            storage.commit(set(put("v1", "a", "v2"), new Op.Delete(key("b"), "v1"), put(null, "c", "v1")));
        }
        byte[] whole = Files.readAllBytes(file);

        assertThat(whole.length).isGreaterThan((int) first);
        for (int length = 0; length <= whole.length; length++) {
            List<String> expected = length < first
                    ? List.of()
                    : length < whole.length ? List.of("a=v1", "b=v1") : List.of("a=v2", "c=v1");
            assertThat(reopened(Arrays.copyOf(whole, length)))
                    .as("cut at %d", length)
                    .isEqualTo(expected);
        }
        // The size of a file may be on the disk before its bytes are.
        for (int length = (int) first; length < whole.length - 1; length++) {
            byte[] zeroed = Arrays.copyOf(Arrays.copyOf(whole, length), whole.length);
            assertThat(reopened(zeroed)).as("zero from %d", length).containsExactly("a=v1", "b=v1");
        }
    }

    @Test
    void shouldRefuseDamageThatNoCrashLeaves() throws IOException {
        Path file = folder.resolve("journal");
        try (JournalStorage storage = JournalStorage.open(file)) {
            storage.commit(set(put(null, "a", "v1")));
            storage.commit(set(put(null, "b", "v1")));
        }
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length / 2; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            assertThatIOException()
                    .as("a bit flipped at %d", at)
                    .isThrownBy(() -> reopened(damaged))
                    .withMessageContaining("at byte 0 is damaged");
        }
    }

    @Test
    void shouldKeepASecondHostOut() throws IOException {
        Path file = folder.resolve("journal");
        JournalStorage storage = JournalStorage.open(file);

        assertThatIOException().isThrownBy(() -> JournalStorage.open(file)).withMessageContaining("cannot be opened");

        storage.close();
        JournalStorage.open(file).close();
    }

    @Test
    void shouldSettleAWriteThatFailedByTheNextCall() throws IOException {
        Path file = folder.resolve("journal");
        FullDisk disk = new FullDisk(file);
        try (JournalStorage storage = new JournalStorage(disk)) {
            storage.commit(set(put(null, "a", "v1")));
            Changeset next = set(put("v1", "a", "v2"), put(null, "b", "v1"));
            disk.full = true;

            assertThatThrownBy(() -> storage.commit(next)).isInstanceOf(OutcomeUnknown.class);
            assertThat(all(storage)).containsExactly("a=v1");
            assertThatThrownBy(() -> storage.commit(next)).isInstanceOf(OutcomeUnknown.class);
            disk.full = false;

            assertThat(storage.commit(next)).isEqualTo(APPLIED);
            assertThat(storage.commit(next)).isEqualTo(CONFLICT);
        }
        assertThat(reopened(Files.readAllBytes(file))).containsExactly("a=v2", "b=v1");
    }

    @Test
    void shouldBeUnavailableWhileTheDiskCannotBeReadAfterAFailure() throws IOException {
        FullDisk disk = new FullDisk(folder.resolve("journal"));
        try (JournalStorage storage = new JournalStorage(disk)) {
            storage.commit(set(put(null, "a", "v1")));
            disk.full = true;
            assertThatThrownBy(() -> storage.commit(set(put("v1", "a", "v2")))).isInstanceOf(OutcomeUnknown.class);
            disk.gone = true;

            assertThatThrownBy(() -> all(storage)).isInstanceOf(StorageUnavailable.class);

            disk.gone = false;
            assertThat(all(storage)).containsExactly("a=v1");
        }
    }

    @Test
    void shouldStayBelow150LinesOfCode() throws IOException {
        Path sources = Path.of("src", "main", "java", "dev", "gpupool", "examples", "journal");
        long lines = 0;
        for (String name : List.of("JournalStorage.java", "Frame.java")) {
            lines += Files.readAllLines(sources.resolve(name)).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.matches("(package|import|/?\\*|//).*"))
                    .count();
        }
        assertThat(lines).isBetween(50L, 149L);
    }

    private List<String> reopened(byte[] journal) throws IOException {
        Path file = Files.createTempFile(folder, "copy", ".journal");
        Files.write(file, journal);
        List<String> found;
        try (JournalStorage storage = JournalStorage.open(file)) {
            found = all(storage);
            storage.commit(set(put(null, "later", "v1")));
        }
        try (JournalStorage storage = JournalStorage.open(file)) {
            assertThat(all(storage)).contains("later=v1").hasSize(found.size() + 1);
        }
        Files.delete(file);
        return found;
    }

    private static List<String> all(PoolStorage storage) {
        return storage.scan(Query.of(RecordKind.JOB, "")).records().stream()
                .map(record -> record.key().id() + "=" + record.version())
                .toList();
    }

    private static Changeset set(Op... ops) {
        return new Changeset(List.of(ops));
    }

    private static RecordKey key(String id) {
        return new RecordKey(RecordKind.JOB, id);
    }

    private static Op put(@org.jspecify.annotations.Nullable String expected, String id, String version) {
        RecordBody body = RecordBody.ofJson("{\"n\":1}".getBytes(UTF_8));
        return new Op.Put(expected, new StoredRecord(key(id), "default", version, "Q", "1", body));
    }

    /** Writes half of what it is given when it is full, and reads nothing when it is gone. */
    private static final class FullDisk extends RandomAccessFile {
        private boolean full;
        private boolean gone;

        FullDisk(Path file) throws IOException {
            super(file.toFile(), "rw");
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            super.write(bytes, 0, full ? bytes.length / 2 : bytes.length);
            if (full) {
                throw new IOException("no space left on the device, for the test");
            }
        }

        @Override
        public void seek(long at) throws IOException {
            if (gone) {
                throw new IOException("the device is gone, for the test");
            }
            super.seek(at);
        }
    }
}
