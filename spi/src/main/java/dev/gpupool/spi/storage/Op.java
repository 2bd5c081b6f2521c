package dev.gpupool.spi.storage;

import dev.gpupool.spi.internal.Require;
import org.jspecify.annotations.Nullable;

/** One condition, and perhaps one write, of a changeset. */
public sealed interface Op permits Op.Put, Op.Delete, Op.Check {
    /**
     * The record that the operation is about.
     *
     * @return its key
     */
    RecordKey key();

    /**
     * The version that the stored record must have.
     *
     * @return the version, or {@code null} if there must be no such record
     */
    @Nullable String expected();

    /**
     * Writes a whole record if the stored one has the expected version.
     *
     * @param expected the version that the stored record must have, or {@code null} if there must be none
     * @param record what to write, with its new version
     */
    record Put(@Nullable String expected, StoredRecord record) implements Op {
        /**
         * Checks that nothing is missing.
         *
         * @throws IllegalArgumentException if there is no record
         */
        public Put {
            Require.notNull("put.record", record);
        }

        @Override
        public RecordKey key() {
            return record.key();
        }
    }

    /**
     * Deletes a record if it has the expected version.
     *
     * @param key the record
     * @param expected the version that it must have
     */
    record Delete(RecordKey key, String expected) implements Op {
        /**
         * Checks that nothing is missing.
         *
         * @throws IllegalArgumentException if there is no key or no version
         */
        public Delete {
            Require.notNull("delete.key", key);
            Require.notNull("delete.expected", expected);
        }
    }

    /**
     * Writes nothing, but makes the changeset conflict unless the stored record has the expected version at the moment
     * of the commit. A concurrent write to a checked record must not be lost to a race: either it comes first and this
     * changeset conflicts, or it comes after.
     *
     * @param key the record
     * @param expected the version that it must have, or {@code null} if there must be no such record
     */
    record Check(RecordKey key, @Nullable String expected) implements Op {
        /**
         * Checks that nothing is missing.
         *
         * @throws IllegalArgumentException if there is no key
         */
        public Check {
            Require.notNull("check.key", key);
        }
    }
}
