package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Session;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.LeaseVerdict;
import java.util.List;

/**
 * The answer to a beat about which there is nothing to say.
 *
 * @param session what is stored of the session
 * @param leases what the worker should be running
 * @param template the answer
 * @param stopTick when the session must have ended, or {@link Long#MAX_VALUE}
 * @param startTick when the session began, for comparing ages
 */
record Quiet(Session session, List<LeaseToken> leases, List<LeaseVerdict> template, long stopTick, long startTick) {}
