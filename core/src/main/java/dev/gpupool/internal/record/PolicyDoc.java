package dev.gpupool.internal.record;

import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;

/**
 * A stored policy.
 *
 * @param policy the limits in force
 * @param builtFrom the policy that a host's builder named last: the same again keeps a change made while running, another
 *     one replaces it
 */
public record PolicyDoc(ProviderPolicy policy, ProviderPolicy builtFrom) implements Doc {
    public static RecordKey key(String name) {
        return new RecordKey(RecordKind.POLICY, name);
    }

    @Override
    public RecordKey key() {
        return key(policy.name());
    }

    @Override
    public String tenant() {
        return "";
    }

    @Override
    public String storedState() {
        return "A";
    }

    @Override
    public String sortKey() {
        return "";
    }
}
