package dev.gpupool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.spi.checkpoint.CheckpointCorrupt;
import dev.gpupool.spi.checkpoint.CheckpointMissing;
import dev.gpupool.spi.checkpoint.CheckpointRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderCheckpointStoreTest {
    private static final String NO_BYTES_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @TempDir
    private Path parent;

    private Path folder;
    private FolderCheckpointStore store;

    @BeforeEach
    void createStore() throws IOException {
        folder = parent.resolve("deep/checkpoints");
        store = FolderCheckpointStore.in(folder);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 1_000_000})
    void shouldGiveBackTheBytesThatWerePut(int size) throws IOException {
        byte[] bytes = bytes(size);

        CheckpointRef reference = store.put("job", 7, new ByteArrayInputStream(bytes));

        assertThat(reference.sizeBytes()).isEqualTo(size);
        assertThat(reference.step()).isEqualTo(7);
        assertThat(readAll(reference)).isEqualTo(bytes);
    }

    @Test
    void shouldListWhatIsStoredOfAJobAndOfNoOther() throws IOException {
        CheckpointRef first = put("a/b", 1, "one");
        CheckpointRef second = put("a/b", Long.MAX_VALUE, "two");
        put("a_b", 1, "one");
        put("a/bc", 1, "one");
        Files.writeString(folder.resolve(first.uri().replace("-1-", "-99999999999999999999-")), "no step");
        Files.writeString(folder.resolve(first.uri() + ".bak"), "no checkpoint");

        assertThat(store.list("a/b")).containsExactlyInAnyOrder(first, second);
        assertThat(FolderCheckpointStore.in(folder).list("a/b")).hasSize(2);
        assertThat(store.list("unknown")).isEmpty();

        store.delete(second);

        assertThat(store.list("a/b")).containsExactly(first);
    }

    @Test
    void shouldDigestNoBytesLikeTheStandardSays() throws IOException {
        assertThat(put("job", 0, "").sha256()).isEqualTo(NO_BYTES_SHA256);
    }

    @Test
    void shouldGiveTheSameReferenceForTheSameBytesAndKeepOtherBytesApart() throws IOException {
        CheckpointRef first = put("job", 1, "same");

        assertThat(put("job", 1, "same")).isEqualTo(first);
        assertThat(put("job", 1, "other").uri()).isNotEqualTo(first.uri());
        assertThat(put("job", 2, "same").uri()).isNotEqualTo(first.uri());
        assertThat(put("jobb", 1, "same").uri()).isNotEqualTo(first.uri());
        assertThat(readAll(first)).isEqualTo("same".getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../../etc/passwd", "/etc/passwd", "a/b", "a\\b", "..", ".", "", "a\0b", "ação 🚀", "C:\\x"})
    void shouldKeepEveryJobIdInsideTheFolder(String jobId) throws IOException {
        CheckpointRef reference = put(jobId, 1, "bytes");

        assertThat(filesBelow(parent)).containsExactly(folder.resolve(reference.uri()));
        assertThat(readAll(reference)).isEqualTo("bytes".getBytes(UTF_8));
    }

    @Test
    void shouldKeepApartJobIdsThatReadAlike() throws IOException {
        assertThat(put("a/b", 1, "bytes").uri())
                .isNotEqualTo(put("a_b", 1, "bytes").uri());
        assertThat(put("x".repeat(250), 1, "bytes").uri())
                .isNotEqualTo(put("x".repeat(249), 1, "bytes").uri());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret.checkpoint",
                "..",
                "",
                "/etc/passwd",
                "sub/x.checkpoint",
                "sub\\x.checkpoint",
                ".draft-1",
                ".hidden.checkpoint",
                "x.txt",
                "file:///etc/passwd",
                "%2e%2e%2fsecret.checkpoint"
            })
    void shouldRefuseAUriThatIsNoCheckpointInsideTheFolder(String uri) {
        CheckpointRef reference = new CheckpointRef(uri, NO_BYTES_SHA256, 0, 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.get(reference))
                .withMessageContaining("checkpoint.uri");
        assertThatIllegalArgumentException().isThrownBy(() -> store.delete(reference));
    }

    @Test
    void shouldSayThatBytesAreMissing() throws IOException {
        CheckpointRef reference = put("job", 1, "bytes");
        store.delete(reference);
        store.delete(reference);

        assertThatThrownBy(() -> store.get(reference))
                .isInstanceOf(CheckpointMissing.class)
                .hasMessageContaining(reference.uri());
        assertThat(filesBelow(folder)).isEmpty();
    }

    @Test
    void shouldRefuseACutOffFileBeforeItsFirstByte() throws IOException {
        CheckpointRef reference = put("job", 1, "all the bytes");
        Files.writeString(folder.resolve(reference.uri()), "all the");

        assertThatThrownBy(() -> store.get(reference))
                .isInstanceOf(CheckpointCorrupt.class)
                .hasMessageContaining("7 bytes");
    }

    @Test
    void shouldRefuseAFileThatIsCutOffWhileItIsRead() throws IOException {
        CheckpointRef reference = store.put("job", 1, new ByteArrayInputStream(bytes(200_000)));

        try (InputStream stream = store.get(reference)) {
            assertThat(stream.readNBytes(10)).hasSize(10);
            Files.write(folder.resolve(reference.uri()), bytes(100_000));
            assertThatThrownBy(stream::readAllBytes).isInstanceOf(CheckpointCorrupt.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536, 199_999})
    void shouldRefuseChangedBytesAlsoWhenTheReaderStopsAtTheSize(int position) throws IOException {
        byte[] bytes = bytes(200_000);
        CheckpointRef reference = store.put("job", 1, new ByteArrayInputStream(bytes));
        bytes[position] ^= 1;
        Files.write(folder.resolve(reference.uri()), bytes);

        try (InputStream stream = store.get(reference)) {
            assertThatThrownBy(() -> stream.readNBytes(200_000))
                    .isInstanceOf(CheckpointCorrupt.class)
                    .hasMessageContaining(reference.sha256());
            assertThatThrownBy(stream::read).isInstanceOf(CheckpointCorrupt.class);
        }
    }

    @Test
    void shouldVerifyWhatIsReadByteByByteOrSkipped() throws IOException {
        CheckpointRef reference = put("job", 1, "abcd");

        try (InputStream stream = store.get(reference)) {
            assertThat(stream.read()).isEqualTo('a');
            assertThat(stream.skip(2)).isEqualTo(2);
            assertThat(stream.read()).isEqualTo('d');
            assertThat(stream.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldHealACorruptFileWhenTheSameBytesArePutAgain() throws IOException {
        CheckpointRef reference = put("job", 1, "good");
        Files.writeString(folder.resolve(reference.uri()), "evil");

        put("job", 1, "good");

        assertThat(readAll(reference)).isEqualTo("good".getBytes(UTF_8));
    }

    @Test
    void shouldLeaveNothingBehindWhenTheSourceFails() throws IOException {
        InputStream failing = new ByteArrayInputStream(bytes(100_000)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                int count = super.read(target, offset, length);
                if (count < 0) {
                    throw new UncheckedIOException(new IOException("the network is gone"));
                }
                return count;
            }
        };

        assertThatThrownBy(() -> store.put("job", 1, failing)).hasMessageContaining("the network is gone");
        assertThat(filesBelow(folder)).isEmpty();
    }

    @Test
    void shouldNotCloseTheSource() throws IOException {
        List<String> closed = new ArrayList<>();
        InputStream source = new ByteArrayInputStream(bytes(3)) {
            @Override
            public void close() {
                closed.add("closed");
            }
        };

        store.put("job", 1, source);

        assertThat(closed).isEmpty();
    }

    @Test
    void shouldSweepOldDraftsAtCreationAndLeaveYoungOnesAndCheckpointsAlone() throws IOException {
        CheckpointRef reference = put("job", 1, "bytes");
        Path old = draft("old");
        Path young = draft("young");
        FileTime now = Files.getLastModifiedTime(young);
        FileTime longAgo = FileTime.from(now.toInstant().minus(Duration.ofHours(2)));
        Files.setLastModifiedTime(old, longAgo);
        Files.setLastModifiedTime(folder.resolve(reference.uri()), longAgo);

        FolderCheckpointStore.in(folder);

        assertThat(filesBelow(folder)).containsExactlyInAnyOrder(young, folder.resolve(reference.uri()));
    }

    @Test
    void shouldSurviveConcurrentPutsOfTheSameAndOfOtherCheckpoints() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Callable<CheckpointRef>> puts = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            int step = i % 4;
            puts.add(() -> store.put("job", step, new ByteArrayInputStream(bytes(50_000 + step))));
        }

        TreeSet<String> uris = new TreeSet<>();
        for (Future<CheckpointRef> put : threads.invokeAll(puts)) {
            assertThat(readAll(put.get())).hasSize((int) put.get().sizeBytes());
            uris.add(put.get().uri());
        }
        threads.shutdown();

        assertThat(uris).hasSize(4);
        assertThat(filesBelow(folder)).hasSize(4);
    }

    private Path draft(String name) throws IOException {
        return Files.writeString(folder.resolve(".draft-" + name), "half a checkp");
    }

    private CheckpointRef put(String jobId, long step, String bytes) throws IOException {
        return store.put(jobId, step, new ByteArrayInputStream(bytes.getBytes(UTF_8)));
    }

    private byte[] readAll(CheckpointRef reference) throws IOException {
        try (InputStream stream = store.get(reference)) {
            return stream.readAllBytes();
        }
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return bytes;
    }

    private static List<Path> filesBelow(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }
}
