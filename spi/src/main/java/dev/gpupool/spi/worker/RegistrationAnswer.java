package dev.gpupool.spi.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of a registration. */
public sealed interface RegistrationAnswer {
    /**
     * The session is known; its meter runs.
     *
     * @param sessionId names the session in every later call
     * @param heartbeatInterval how often to beat
     * @param stopsIn how long until the worker must have ended by itself, or {@code null} if it need not
     */
    record Accepted(
            String sessionId,
            Duration heartbeatInterval,
            @Nullable Duration stopsIn) implements RegistrationAnswer {}

    /**
     * The session is not admitted; nothing was recorded.
     *
     * @param reason which rule it broke
     * @param message what and where, and what to do about it
     */
    record Refused(RefusalReason reason, String message) implements RegistrationAnswer {}

    /** Why a registration is refused. */
    enum RefusalReason {
        /** No policy of that name. */
        UNKNOWN_PROVIDER,
        /** No such tenant. */
        UNKNOWN_TENANT,
        /** The name belongs to a worker of another account. */
        NAME_TAKEN,
        /** A newer instance of the same worker superseded this one. */
        SUPERSEDED,
        /** The fleet is closed and the account was never admitted. */
        ACCOUNT_PENDING,
        /** The account's sessions are all taken. */
        TOO_MANY_SESSIONS,
        /** The account has no safe quota left for a session. */
        QUOTA,
        /** The session is already past its usable time. */
        SESSION_OVER,
        /** The worker was removed by the operator. */
        WORKER_REMOVED,
        /** The pool is closing or overloaded; try again later. */
        BUSY
    }
}
