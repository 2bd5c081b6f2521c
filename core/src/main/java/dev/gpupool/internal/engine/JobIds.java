package dev.gpupool.internal.engine;

import dev.gpupool.JobRequest;
import dev.gpupool.Requirements;
import dev.gpupool.spi.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Ids and digests of jobs: SHA-256, cut to 128 bits, in hexadecimal digits. */
final class JobIds {
    private JobIds() {}

    /** The same tenant and key always make the same id. */
    static String id(String tenant, String key) {
        return "j" + hash(tenant + '\u0000' + key);
    }

    /** Differs if anything of the request but its key does. It is stored, so every field is spelled out here. */
    static String digest(JobRequest request) {
        Requirements needs = request.requirements();
        StringBuilder text = new StringBuilder(256);
        field(text, request.handler());
        field(text, request.payload().json());
        field(text, request.payload().reference());
        field(text, needs.provider());
        field(text, needs.gpuModel());
        text.append(needs.memoryMib()).append(' ').append(needs.devices());
        needs.labels().forEach((name, value) -> {
            field(text, name);
            field(text, value);
        });
        Duration limit = request.limit();
        text.append('\n').append(request.priority()).append(' ');
        text.append(limit == null ? -1 : limit.toNanos()).append(' ').append(request.resumable());
        text.append(' ').append(request.checkpointTime().toNanos()).append(' ').append(request.retries());
        return hash(text.toString());
    }

    /** With its length, so that no text can pass for the end of one field and the beginning of another. */
    private static void field(StringBuilder text, @Nullable String value) {
        text.append('\n')
                .append(value == null ? -1 : value.length())
                .append(' ')
                .append(value);
    }

    private static String hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    }
}
