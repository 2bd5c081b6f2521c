package dev.gpupool.internal.engine;

import dev.gpupool.internal.select.WorkerNode;
import dev.gpupool.selection.Candidate;
import dev.gpupool.selection.Candidates;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The live index as a selector of the host's sees it, until its answer is in. Each step takes the pool's lock. */
final class LiveCandidates implements Candidates {
    private final Kernel kernel;
    private final Supplier<Iterator<WorkerNode<LiveSession>>> source;
    private volatile boolean closed;

    LiveCandidates(Kernel kernel, Supplier<Iterator<WorkerNode<LiveSession>>> source) {
        this.kernel = kernel;
        this.source = source;
    }

    void close() {
        closed = true;
    }

    @Nullable LiveSession session(Candidate candidate) {
        if (candidate instanceof View view && view.owner == this) {
            return view.session;
        }
        throw new IllegalArgumentException("the selector named a worker that is no candidate: " + candidate);
    }

    private void open() {
        if (closed) {
            throw new IllegalStateException("the selection is over");
        }
    }

    @Override
    public Optional<Candidate> first() {
        Iterator<Candidate> all = iterator();
        return all.hasNext() ? Optional.of(all.next()) : Optional.empty();
    }

    @Override
    public Iterator<Candidate> iterator() {
        Iterator<WorkerNode<LiveSession>> nodes = kernel.look(() -> {
            open();
            return source.get();
        });
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return kernel.look(() -> {
                    open();
                    return nodes.hasNext();
                });
            }

            @Override
            public Candidate next() {
                return kernel.look(() -> {
                    open();
                    if (!nodes.hasNext()) {
                        throw new NoSuchElementException();
                    }
                    return new View(
                            LiveCandidates.this, nodes.next(), kernel.time().tick());
                });
            }
        };
    }

    /** One candidate, as it was when it was looked at. */
    private static final class View implements Candidate {
        private final LiveCandidates owner;
        private final LiveSession session;
        private final String provider;
        private final String account;
        private final double utilisation;
        private final @Nullable Duration remaining;

        View(LiveCandidates owner, WorkerNode<LiveSession> node, long now) {
            this.owner = owner;
            session = node.owner();
            provider = node.capabilityClass().provider();
            account = node.account().id();
            utilisation = node.account().utilisationPpb() / 1e9;
            long stop = session.stopTick();
            remaining = stop == Long.MAX_VALUE ? null : Duration.ofMillis(Math.max(0, stop - now));
        }

        @Override
        public String worker() {
            return session.worker();
        }

        @Override
        public String provider() {
            return provider;
        }

        @Override
        public String account() {
            return account;
        }

        @Override
        public double utilisation() {
            return utilisation;
        }

        @Override
        public @Nullable Duration sessionRemaining() {
            return remaining;
        }

        @Override
        public String toString() {
            return "candidate " + session.worker();
        }
    }
}
