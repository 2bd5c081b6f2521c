package dev.gpupool.internal.engine;

import dev.gpupool.Requirements;
import dev.gpupool.internal.ledger.QuotaLimits;
import dev.gpupool.internal.record.Session;
import dev.gpupool.quota.QuotaWindow;
import dev.gpupool.spi.worker.Device;
import java.util.Map;

/**
 * What workers of one capability class have in common: they can take exactly the same jobs.
 *
 * @param tenant the owner, or empty for the pool
 * @param about what they said of themselves
 * @param limits the limits of their accounts
 */
record Capability(String tenant, Session.About about, QuotaLimits limits) {
    /** For questions in which limits play no part. */
    static final QuotaLimits ANY_LIMITS = new QuotaLimits(1, 1, QuotaWindow.none());

    /**
     * Equal for two sessions exactly if they can take the same jobs. Names hold no {@code |}; texts that may are preceded
     * by their length, so that no two read alike.
     */
    String signature() {
        StringBuilder text = new StringBuilder(128);
        text.append(tenant).append('|').append(about.provider()).append('|');
        for (Device device : about.devices()) {
            text.append(device.model().length()).append(':').append(device.model());
            text.append('x').append(device.memoryMib()).append(',');
        }
        about.labels()
                .forEach((label, value) -> text.append('|')
                        .append(label)
                        .append('=')
                        .append(value.length())
                        .append(':')
                        .append(value));
        text.append('|').append(about.handlers());
        return text.append('|')
                .append(limits.allowance())
                .append('|')
                .append(limits.safe())
                .toString();
    }

    boolean ownedBy(String jobTenant) {
        return tenant.isEmpty() || tenant.equals(jobTenant);
    }

    boolean handles(String handler) {
        return handler.isEmpty()
                || about.handlers().isEmpty()
                || about.handlers().contains(handler);
    }

    boolean meets(Requirements needs) {
        if (needs.equals(Requirements.NONE)) {
            return true;
        }
        return (needs.provider() == null || needs.provider().equals(about.provider()))
                && devices(needs) >= needs.devices()
                && (needs.gpuModel() == null || devices(needs) >= Math.max(1, needs.devices()))
                && (needs.memoryMib() == 0 || devices(needs) >= Math.max(1, needs.devices()))
                && labelled(needs.labels());
    }

    private int devices(Requirements needs) {
        int count = 0;
        for (Device device : about.devices()) {
            boolean model = needs.gpuModel() == null || needs.gpuModel().equals(device.model());
            count += model && device.memoryMib() >= needs.memoryMib() ? 1 : 0;
        }
        return count;
    }

    private boolean labelled(Map<String, String> labels) {
        return labels.entrySet().stream()
                .allMatch(label -> label.getValue().equals(about.labels().get(label.getKey())));
    }

    boolean takes(String jobTenant, String handler, Requirements needs) {
        return ownedBy(jobTenant) && handles(handler) && meets(needs);
    }
}
