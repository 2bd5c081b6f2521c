package dev.gpupool.dashboard;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open page: a stream of server-sent events. It holds no thread, and of what it could not send yet only the newest: a
 * page that is slow misses looks, and is then told the whole.
 *
 * <p>The events of the heart are the looks themselves, one a second; a client to which none comes for long connects again.
 * After five minutes of them the stream ends, so that the host is asked again who calls, and nobody who was logged out, or
 * has gone without a word, goes on being told. The page connects again by itself.
 */
final class Page implements WriteListener, AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(Page.class);
    /** The browser waits this long before it connects again. */
    private static final String HELLO = "retry: 500\n\n";

    private static final int MOST_LOOKS = 300;

    private final AsyncContext async;
    private final Feed feed;
    private byte @Nullable [] waiting = HELLO.getBytes(StandardCharsets.UTF_8);
    private @Nullable Snapshot told;
    private @Nullable Snapshot missed;
    private int looks;
    private boolean asked;
    private boolean unflushed;
    private boolean over;

    Page(AsyncContext async, Feed feed) {
        this.async = async;
        this.feed = feed;
    }

    static byte[] event(String data) {
        return ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    Feed feed() {
        return feed;
    }

    void begin() {
        try {
            async.addListener(this);
            async.getResponse().getOutputStream().setWriteListener(this);
        } catch (IOException | RuntimeException e) {
            onError(e);
        }
    }

    /** Tells of a look; the event leads from {@code known} to {@code next}. */
    void tell(@Nullable Snapshot known, Snapshot next, byte[] event) {
        if (hears(known, next, event) > MOST_LOOKS) {
            end();
        }
    }

    private synchronized int hears(@Nullable Snapshot known, Snapshot next, byte[] event) {
        looks++;
        if (!over && !isTold(next)) {
            take(known, next, event);
        }
        return looks;
    }

    private void take(@Nullable Snapshot known, Snapshot next, byte[] event) {
        if (waiting != null || known == null || !isTold(known)) {
            missed = next;
        } else {
            waiting = event;
            told = next;
        }
        send();
    }

    @SuppressWarnings("ReferenceEquality") // the very look that this page was told
    private boolean isTold(Snapshot look) {
        return told == look;
    }

    @Override
    public synchronized void onWritePossible() {
        asked = true;
        send();
    }

    /** Not before the server asks for the first time: until then writing would wait for the client. */
    private void send() {
        if (over || !asked) {
            return;
        }
        try {
            ServletOutputStream out = async.getResponse().getOutputStream();
            while (out.isReady()) {
                if (waiting == null && missed != null) {
                    waiting = event(missed.whole());
                    told = missed;
                    missed = null;
                }
                if (waiting != null) {
                    byte[] bytes = waiting;
                    waiting = null;
                    unflushed = true;
                    out.write(bytes);
                } else if (unflushed) {
                    unflushed = false;
                    out.flush();
                } else {
                    return;
                }
            }
        } catch (IOException | RuntimeException e) {
            onError(e);
        }
    }

    /** Ends the stream; the page connects again. */
    void end() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        feed.remove(this);
        try {
            async.complete();
        } catch (IllegalStateException e) {
            LOG.debug("the stream has ended already");
        }
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("a page is gone: {}", failure.toString());
        end();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end();
    }

    @Override
    public void onError(AsyncEvent event) {
        end();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Never begun twice.
    }
}
