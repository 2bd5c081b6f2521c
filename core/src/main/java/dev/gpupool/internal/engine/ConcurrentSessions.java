package dev.gpupool.internal.engine;

import dev.gpupool.internal.util.ConcurrentLookup;

/** The live sessions by id, for beats, which take no lock. */
final class ConcurrentSessions {
    private final ConcurrentLookup<String, LiveSession> byId = new ConcurrentLookup<>();

    @org.jspecify.annotations.Nullable LiveSession get(String id) {
        return byId.get(id);
    }

    void put(String id, LiveSession session) {
        byId.put(id, session);
    }

    void remove(String id) {
        byId.remove(id);
    }
}
