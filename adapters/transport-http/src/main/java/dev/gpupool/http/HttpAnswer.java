package dev.gpupool.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An answer, as any server can send it: the bytes are there, or come from a stream that whoever sends it closes. */
public final class HttpAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(HttpAnswer.class);

    private final int status;
    private final TreeMap<String, String> headers = new TreeMap<>();
    private final byte[] body;
    private final @Nullable InputStream stream;

    HttpAnswer(int status, byte[] body) {
        this.status = status;
        this.body = body;
        this.stream = null;
    }

    HttpAnswer(int status, InputStream stream) {
        this.status = status;
        this.body = new byte[0];
        this.stream = stream;
    }

    /** Nobody wants it: what it would have been read from is closed. */
    void discard() {
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                LOG.debug("the stream of an answer could not be closed", e);
            }
        }
    }

    HttpAnswer with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /**
     * The status.
     *
     * @return such as 200
     */
    public int status() {
        return status;
    }

    /**
     * The headers; {@code Content-Length} among them where the server cannot know it.
     *
     * @return by name
     */
    public SortedMap<String, String> headers() {
        return new TreeMap<>(headers);
    }

    /**
     * The body, if it is no stream.
     *
     * @return the bytes; not to be changed
     */
    public byte[] body() {
        return body;
    }

    /**
     * The body, if it is a stream.
     *
     * @return the stream, to be closed by whoever sends it, or {@code null}
     */
    public @Nullable InputStream stream() {
        return stream;
    }
}
