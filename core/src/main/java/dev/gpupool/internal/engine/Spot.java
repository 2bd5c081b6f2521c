package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Session;

/**
 * A live session as one that can be selected: its names, ready to be given away.
 *
 * @param live the session
 * @param worker the worker's name
 * @param provider its policy's name
 * @param account its account's name at the provider
 * @param sessionId the session's id
 * @param salt the pool's own random number, which tells its selections' ids from those of others
 */
record Spot(LiveSession live, String worker, String provider, String account, String sessionId, long salt) {
    static Spot of(LiveSession live, long salt) {
        Session session = live.session();
        String provider = session.about().provider();
        String account = session.account().substring(provider.length() + 1);
        return new Spot(live, session.worker(), provider, account, session.id(), salt);
    }
}
