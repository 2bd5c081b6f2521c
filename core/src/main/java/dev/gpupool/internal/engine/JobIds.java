package dev.gpupool.internal.engine;

import dev.gpupool.JobRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Ids and digests of jobs: SHA-256, cut to 128 bits, in hexadecimal digits. */
final class JobIds {
    private JobIds() {}

    /** The same tenant and key always make the same id. */
    static String id(String tenant, String key) {
        return "j" + hash(tenant + '\u0000' + key);
    }

    /** Differs if anything of the request but its key does. */
    static String digest(JobRequest request) {
        return hash(request.handler()
                + '\u0000'
                + request.payload()
                + '\u0000'
                + request.requirements()
                + '\u0000'
                + request.priority()
                + '\u0000'
                + request.limit()
                + '\u0000'
                + request.resumable()
                + '\u0000'
                + request.checkpointTime()
                + '\u0000'
                + request.retries());
    }

    private static String hash(String text) {
        try {
            byte[] full = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(full, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
