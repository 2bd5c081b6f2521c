package dev.gpupool.tck;

import dev.gpupool.spi.storage.Changeset;
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
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changesets as bytes. An empty text stands for an expected absence: no version is empty. */
final class ChangesetCodec {
    private ChangesetCodec() {}

    static byte[] encode(List<Changeset> changesets) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(changesets.size());
            for (Changeset changeset : changesets) {
                out.writeByte(changeset.ops().size());
                for (Op op : changeset.ops()) {
                    write(out, op);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static List<Changeset> decode(byte[] bytes) {
        List<Changeset> changesets = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            for (int left = in.readInt(); left > 0; left--) {
                List<Op> ops = new ArrayList<>();
                for (int more = in.readByte(); more > 0; more--) {
                    ops.add(read(in));
                }
                changesets.add(new Changeset(ops));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return changesets;
    }

    private static void write(DataOutputStream out, Op op) throws IOException {
        String expected = op.expected();
        out.writeUTF(op.getClass().getSimpleName());
        out.writeUTF(op.key().kind().name());
        out.writeUTF(op.key().id());
        out.writeUTF(expected == null ? "" : expected);
        if (op instanceof Op.Put put) {
            StoredRecord record = put.record();
            out.writeUTF(record.tenant());
            out.writeUTF(record.version());
            out.writeUTF(record.state());
            out.writeUTF(record.sortKey());
            byte[] json = record.body().json();
            out.writeInt(json.length);
            out.write(json);
        }
    }

    private static Op read(DataInputStream in) throws IOException {
        String type = in.readUTF();
        RecordKey key = new RecordKey(RecordKind.valueOf(in.readUTF()), in.readUTF());
        String text = in.readUTF();
        @Nullable String expected = text.isEmpty() ? null : text;
        return switch (type) {
            case "Check" -> new Op.Check(key, expected);
            case "Delete" -> new Op.Delete(key, text);
            default ->
                new Op.Put(
                        expected,
                        new StoredRecord(
                                key,
                                in.readUTF(),
                                in.readUTF(),
                                in.readUTF(),
                                in.readUTF(),
                                RecordBody.ofJson(in.readNBytes(in.readInt()))));
        };
    }
}
