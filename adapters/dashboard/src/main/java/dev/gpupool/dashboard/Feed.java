package dev.gpupool.dashboard;

import dev.gpupool.GpuPool;
import dev.gpupool.status.PoolStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the pages of one tenant are told: each look at the pool is taken once for all of them. Looks are taken by one thread;
 * pages come and go on others.
 */
final class Feed {
    private final GpuPool pool;
    private final Burns burns;
    private final String tenant;
    private final History history = new History();
    private final List<Page> pages = new ArrayList<>();
    private @Nullable Snapshot newest;

    Feed(GpuPool pool, Burns burns, String tenant) {
        this.pool = pool;
        this.burns = burns;
        this.tenant = tenant;
    }

    History history() {
        return history;
    }

    /** Looks at the pool and tells all pages. */
    void look() {
        boolean watched = watched() > 0;
        PoolStatus status = pool.status(tenant);
        history.look(status);
        if (watched) {
            tell(snapshot(status));
        } else {
            synchronized (this) {
                newest = null;
            }
        }
    }

    /** The pool as it was at the newest look, or as it is if nobody looks. */
    Snapshot current() {
        synchronized (this) {
            if (newest != null) {
                return newest;
            }
        }
        PoolStatus status = pool.status(tenant);
        history.look(status);
        return snapshot(status);
    }

    private Snapshot snapshot(PoolStatus status) {
        return new Snapshot(
                status.at(),
                StatusJson.head(status, watched()),
                StatusJson.workers(status),
                StatusJson.accounts(status, burns.newest()));
    }

    private void tell(Snapshot next) {
        List<Page> told;
        Snapshot known;
        synchronized (this) {
            told = List.copyOf(pages);
            known = newest;
            newest = next;
        }
        String news = known == null ? next.whole() : next.since(known);
        byte[] event = Page.event(news);
        told.forEach(page -> page.tell(known, next, event));
    }

    synchronized int watched() {
        return pages.size();
    }

    synchronized void add(Page page) {
        pages.add(page);
    }

    synchronized void remove(Page page) {
        pages.remove(page);
    }

    synchronized List<Page> all() {
        return List.copyOf(pages);
    }
}
