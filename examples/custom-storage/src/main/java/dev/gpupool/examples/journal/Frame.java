package dev.gpupool.examples.journal;

import dev.gpupool.spi.storage.Changeset;
import dev.gpupool.spi.storage.CommitResult;
import dev.gpupool.spi.storage.Op;
import dev.gpupool.spi.storage.RecordBody;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.storage.StoredRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Changesets as bytes: length, its complement, CRC-32C, then each operation. Checks are left out: they held, and change
 * nothing. A record with an empty body stands for a deleted one, an empty version for none: neither exists otherwise.
 */
final class Frame {
    static final int HEADER_BYTES = 3 * Integer.BYTES;

    private Frame() {}

    static byte[] of(List<Changeset> batch, List<CommitResult> results) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < batch.size(); i++) {
            for (Op op : batch.get(i).ops()) {
                if (results.get(i) == CommitResult.APPLIED && !(op instanceof Op.Check)) {
                    StoredRecord gone = new StoredRecord(op.key(), "", "-", "", "", () -> new byte[0]);
                    write(new DataOutputStream(out), op.expected(), op instanceof Op.Put put ? put.record() : gone);
                }
            }
        }
        byte[] bytes = out.toByteArray();
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + bytes.length).putInt(bytes.length);
        return frame.putInt(~bytes.length).putInt(checksum(bytes)).put(bytes).array();
    }

    private static void write(DataOutputStream out, @Nullable String expected, StoredRecord record) throws IOException {
        out.writeUTF(expected == null ? "" : expected);
        out.writeUTF(record.key().kind().name());
        out.writeUTF(record.key().id());
        out.writeUTF(record.tenant());
        out.writeUTF(record.version());
        out.writeUTF(record.state());
        out.writeUTF(record.sortKey());
        byte[] body = record.body().json();
        out.writeInt(body.length);
        out.write(body);
    }

    static List<Op> operations(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        List<Op> operations = new ArrayList<>();
        while (in.available() > 0) {
            String expected = in.readUTF();
            RecordKey key = new RecordKey(RecordKind.valueOf(in.readUTF()), in.readUTF());
            String[] text = {in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF()};
            RecordBody body = RecordBody.ofJson(in.readNBytes(in.readInt()));
            StoredRecord record = new StoredRecord(key, text[0], text[1], text[2], text[3], body);
            Op put = new Op.Put(expected.isEmpty() ? null : expected, record);
            operations.add(body.json().length == 0 ? new Op.Delete(key, expected) : put);
        }
        return operations;
    }

    /** The operations' bytes, or {@code null} if no whole frame is left before the end. */
    static byte @Nullable [] read(RandomAccessFile file, long at, long end) throws IOException {
        long rest = Math.min(end, file.length()) - at - HEADER_BYTES;
        if (rest < 0) {
            return null;
        }
        file.seek(at);
        int length = file.readInt();
        boolean sound = file.readInt() == ~length;
        int checksum = file.readInt();
        // What a crash left of a header is followed by zeros: the size of a file may be on the disk before its bytes.
        byte[] bytes = new byte[sound && length <= rest ? length : (int) Math.min(rest, 1 << 20)];
        file.readFully(bytes);
        boolean whole = sound && length == bytes.length && checksum(bytes) == checksum;
        if (!whole && (sound ? length < rest : !BitSet.valueOf(bytes).isEmpty())) {
            throw new IOException("the batch at byte " + at + " is damaged, and more follow: restore a copy");
        }
        return whole ? bytes : null;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
