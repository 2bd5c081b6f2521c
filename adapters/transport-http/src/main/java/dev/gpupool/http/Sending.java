package dev.gpupool.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one answer without blocking: a worker that reads slowly holds no thread. */
final class Sending implements WriteListener {
    private static final Logger LOG = LoggerFactory.getLogger(Sending.class);
    private static final int PIECE = 1 << 16;

    private final AsyncContext async;
    private final HttpAnswer answer;
    private final HttpExchange exchange;
    private final InputStream body;
    private final byte[] piece;
    private final Executor disk;

    /** @param disk for what is read from a stream */
    Sending(AsyncContext async, HttpAnswer answer, HttpExchange exchange, Executor disk) {
        this.disk = disk;
        this.async = async;
        this.answer = answer;
        this.exchange = exchange;
        InputStream stream = answer.stream();
        this.body = stream == null ? new ByteArrayInputStream(answer.body()) : stream;
        this.piece = new byte[stream == null ? Math.max(1, Math.min(PIECE, answer.body().length)) : PIECE];
    }

    void begin() {
        try {
            HttpServletResponse response = (HttpServletResponse) async.getResponse();
            response.setStatus(answer.status());
            answer.headers().forEach(response::setHeader);
            if (answer.stream() == null) {
                response.setContentLength(answer.body().length);
            }
            response.getOutputStream().setWriteListener(this);
        } catch (IOException | RuntimeException e) {
            onError(e);
        }
    }

    @Override
    public void onWritePossible() throws IOException {
        if (answer.stream() == null) {
            write();
        } else {
            disk.execute(this::writeFromDisk);
        }
    }

    /** The container calls again only when it was told that nothing more can be sent, so it is never two at once. */
    private void writeFromDisk() {
        try {
            write();
        } catch (IOException | RuntimeException e) {
            onError(e);
        }
    }

    private void write() throws IOException {
        ServletOutputStream out = async.getResponse().getOutputStream();
        while (out.isReady()) {
            int count = body.read(piece);
            if (count < 0) {
                body.close();
                complete(async);
                return;
            }
            out.write(piece, 0, count);
        }
    }

    /** A stream that fails half-way is cut off: the client sees that bytes are missing. */
    @Override
    public void onError(Throwable failure) {
        LOG.debug("an answer could not be sent", failure);
        exchange.abort();
        try {
            body.close();
        } catch (IOException e) {
            LOG.debug("the stream of an answer could not be closed", e);
        }
        complete(async);
    }

    /** Ends a request, whoever has ended it before. */
    static void complete(AsyncContext async) {
        try {
            async.complete();
        } catch (IllegalStateException e) {
            LOG.debug("the container ended it first", e);
        }
    }
}
