package dev.gpupool.spi.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Keeps the bytes of checkpoints. The pool itself keeps only the references.
 *
 * <p>An implementation guarantees that:
 *
 * <ol>
 *   <li>when {@link #put} returns, the bytes survive a crash of this process;
 *   <li>a reference never comes to mean other bytes; putting the same bytes again may return the same reference;
 *   <li>{@link #get} never hands out bytes whose digest or size differ from the reference without failing by the end
 *       of the stream;
 *   <li>all methods may be called by many threads at once.
 * </ol>
 *
 * <p>The pool guarantees that it calls no method while it holds a lock, and that it commits a reference only after
 * {@link #put} has returned it.
 */
public interface CheckpointStore {
    /**
     * Stores bytes.
     *
     * @param jobId the job that the checkpoint belongs to
     * @param step how far the job has come
     * @param bytes read to its end; not closed
     * @return the reference to what was stored
     * @throws IOException if the bytes could not be made safe; nothing is left behind that a reference names
     */
    CheckpointRef put(String jobId, long step, InputStream bytes) throws IOException;

    /**
     * Opens stored bytes.
     *
     * @param reference what {@link #put} returned
     * @return the bytes; the caller closes them
     * @throws CheckpointMissing if the bytes are gone
     * @throws CheckpointCorrupt if digest or size are not those of the reference, here or by the end of the stream
     * @throws IOException if they could not be read
     */
    InputStream get(CheckpointRef reference) throws IOException;

    /**
     * Deletes stored bytes. Does nothing if they are gone.
     *
     * @param reference what {@link #put} returned
     * @throws IOException if they could not be deleted
     */
    void delete(CheckpointRef reference) throws IOException;

    /**
     * What is stored of a job. A transport serves a worker no other bytes than these, and deletes of these what newer ones
     * have replaced, also of what a former process stored. So the answer holds each reference that {@link #put} returned
     * for the job and that was not deleted, committed or not, and never one of another job.
     *
     * @param jobId as {@link #put} was told it
     * @return the references, in any order
     * @throws IOException if it could not be found out
     */
    List<CheckpointRef> list(String jobId) throws IOException;
}
