package dev.gpupool.internal.record;

import dev.gpupool.spi.storage.RecordKey;
import dev.gpupool.spi.storage.RecordKind;

/**
 * That a usage was recorded: the storage refuses a second of the same id. Finished from the start.
 *
 * @param account the account's id
 * @param usageId names the usage among the account's
 * @param at when it was recorded, by wall clock
 */
public record UsageDoc(String account, String usageId, long at) implements Doc {
    public static String id(String account, String usageId) {
        return account + "#" + usageId;
    }

    @Override
    public RecordKey key() {
        return new RecordKey(RecordKind.USAGE, id(account, usageId));
    }

    @Override
    public String tenant() {
        return "";
    }

    @Override
    public String storedState() {
        return "Z";
    }

    @Override
    public String sortKey() {
        return SortKeys.of(at, 17);
    }
}
