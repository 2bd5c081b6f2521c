package dev.gpupool.storage.jdbc;

/** The statements for PostgreSQL, each about any number of records, which are bound by {@link PostgresArrays}. */
final class PostgresSql {
    static final String READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; ";

    /**
     * Rows are found by their keys whatever the planner believes. It keeps the plan of a statement that is used again and
     * again, and where it made that plan while the table was small or never analysed, each batch would read the whole
     * table until the next analysis.
     *
     * <p>A host that stands still within a transaction would hold its locks for as long: the others wait ten seconds, and the
     * server ends the transaction then.
     */
    private static final String SETTINGS = READ_COMMITTED
            + " SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
            + " SET LOCAL enable_seqscan = off; SET LOCAL enable_material = off;"
            + " SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '10s'; ";

    private static final String KEYS = "unnest(?::text[], ?::text[]) AS k(kind, id)";
    private static final String ROWS =
            "unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])"
                    + " AS n(kind, id, tenant, version, state, sort_key, body)";
    static final String INSERT = "INSERT INTO gpupool_record"
            + " SELECT kind, id, tenant, version, state, sort_key, body::jsonb FROM " + ROWS
            + " ORDER BY kind COLLATE \"C\", id COLLATE \"C\" ON CONFLICT DO NOTHING";
    static final String UPDATE = "UPDATE gpupool_record r SET tenant = n.tenant,"
            + " version = n.version, state = n.state, sort_key = n.sort_key, body = n.body::jsonb FROM " + ROWS
            + " WHERE r.kind = n.kind AND r.id = n.id";

    /** The versions of the records that exist, locked in the order of their keys, which is the same for every host. */
    static final String LOCK = SETTINGS + "SELECT r.kind, r.id, r.version FROM " + KEYS
            + " JOIN gpupool_record r ON r.kind = k.kind AND r.id = k.id ORDER BY r.kind, r.id FOR UPDATE OF r";

    static final String DELETE =
            "DELETE FROM gpupool_record r USING " + KEYS + " WHERE r.kind = k.kind AND r.id = k.id";

    /** A row that says nothing, where there is none. */
    static final String GUARD = "INSERT INTO gpupool_record SELECT kind, id, '', '-', '', '', 'null'::jsonb FROM "
            + KEYS + " ORDER BY kind COLLATE \"C\", id COLLATE \"C\" ON CONFLICT DO NOTHING";

    static final String FIND = "SELECT r.kind, r.id, r.tenant, r.version, r.state, r.sort_key, r.body FROM " + KEYS
            + " JOIN gpupool_record r ON r.kind = k.kind AND r.id = k.id";

    private PostgresSql() {}
}
