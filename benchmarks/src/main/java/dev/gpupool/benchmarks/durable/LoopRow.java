package dev.gpupool.benchmarks.durable;

/** A row as the pool would write it: the same columns, with a document of about the same size. */
record LoopRow(String kind, String id, String tenant, String version, String state, String sortKey, String body) {
    private static final String VERSION = "\"1ul55p2fxapt-000\"";
    /** The pool's records remember fifteen versions. */
    private static final String PAST = (VERSION + ",").repeat(14) + VERSION;

    static LoopRow queued(long number, long now) {
        return job(
                number,
                now,
                "Q1d53e8855cba306",
                "10000" + now + "0000",
                "[]",
                "\"QUEUED\"",
                "null,\"result\":null",
                "");
    }

    static LoopRow leased(long number, int worker, long now) {
        String lease = lease(number, worker, now, "true,\"endedBy\":\"\",\"chargedMillis\":0}");
        String past = '[' + VERSION + ']';
        return job(
                number,
                now,
                "R",
                "10000" + now + "0000",
                past,
                "\"RUNNING\"",
                lease + ",\"result\":null",
                "\"1 leased to w0\"");
    }

    static LoopRow done(long number, int worker, long now) {
        String lease = lease(number, worker, now, "false,\"endedBy\":\"COMPLETED\",\"chargedMillis\":3}");
        String past = '[' + VERSION + ',' + VERSION + ']';
        String result =
                ",\"result\":{\"json\":\"1\"},\"ending\":{\"kind\":\"SUCCEEDED\",\"message\":\"\",\"at\":" + now + '}';
        return job(
                number,
                now,
                "ZSUCCEEDED",
                "0000" + now,
                past,
                "\"SUCCEEDED\"",
                lease + result,
                "\"1 leased to w0\",\"1 succeeded\"");
    }

    private static LoopRow job(
            long number, long now, String state, String sortKey, String past, String name, String end, String history) {
        String id = id(number);
        return new LoopRow(
                "JOB",
                id,
                "default",
                version(number, now),
                state,
                sortKey,
                "{\"past\":" + past + ",\"doc\":{\"id\":\"" + id
                        + "\",\"tenant\":\"default\",\"jobKey\":\"rgzyqmuakquu5\","
                        + "\"digest\":\"751e53a6f7d814be286474933fb88fff\",\"spec\":{\"handler\":\"train\",\"payload\":"
                        + "{\"json\":\"null\"},\"requirements\":{\"provider\":null,\"gpuModel\":null,\"memoryMib\":0,"
                        + "\"devices\":0,\"labels\":{}},\"priority\":0,\"limitMillis\":3600000,\"resumable\":false,"
                        + "\"checkpointMillis\":0,\"maxRetries\":3,\"submittedAt\":" + now + "},\"state\":" + name
                        + ",\"age\":" + now
                        + "000,\"dueAt\":0,\"needMillis\":3600000,\"attempt\":1,\"checkpoint\":null,"
                        + "\"retries\":0,\"losses\":[],\"lease\":" + end + ",\"history\":[" + history + "]}}");
    }

    private static String lease(long number, int worker, long now, String end) {
        return "{\"leaseId\":\"sm5a5n7c24gvn." + number + "\",\"claimId\":\"c1pvue6zmqb99\",\"session\":\""
                + session(worker)
                + "\",\"worker\":\"w" + worker + "\",\"account\":\"" + account(worker) + "\",\"startedAt\":" + now
                + ",\"limitMillis\":3600000,\"usefulBefore\":0,\"open\":" + end;
    }

    /** A session, and what it holds for the job that it runs, if any. */
    static LoopRow session(int worker, long job, long now) {
        return new LoopRow(
                "SESSION",
                session(worker),
                "",
                version(worker, now),
                "A",
                "",
                "{\"past\":[" + PAST + "],\"doc\":{\"id\":\"" + session(worker) + "\",\"tenant\":\"\",\"worker\":\"w"
                        + worker
                        + "\",\"epoch\":1,\"account\":\"" + account(worker) + "\",\"host\":\"gpupool~n9yc0qp288aj\","
                        + "\"instanceId\":\"ivwdobt8f8bxp\",\"about\":{\"provider\":\"bench\",\"slots\":1,\"devices\":[],"
                        + "\"labels\":{},\"handlers\":[]},\"state\":\"ACCEPTING\",\"startedAt\":" + now
                        + ",\"usableMillis\":41400000,\"checkpointMillis\":0,\"holds\":[" + hold(job, now)
                        + "],\"drainReason\":\"\",\"lastSeenAt\":" + now + ",\"endedAt\":0}}");
    }

    /** An account, and what it reserves for the job that runs, if any. */
    static LoopRow account(int worker, long job, long now) {
        return new LoopRow(
                "ACCOUNT",
                account(worker),
                "",
                version(worker, now),
                "A",
                "",
                "{\"past\":[" + PAST + "],\"doc\":{\"provider\":\"bench\",\"name\":\"a" + worker + "\",\"tenant\":\"\","
                        + "\"pending\":false,\"joined\":" + now
                        + ",\"ledger\":{\"use\":[{\"bucket\":1995154,\"millis\":[7]}],"
                        + "\"corrections\":[],\"holds\":[" + hold(job, now) + "]},\"overrideAllowance\":0,"
                        + "\"overrideMarginPpm\":0,\"overriddenAt\":0,\"reportedAllowance\":0,\"reportedAt\":0,"
                        + "\"corrections\":[]}}");
    }

    private static String hold(long job, long now) {
        return job < 0
                ? ""
                : "{\"id\":\"sm5a5n7c24gvn." + job + "\",\"jobId\":\"" + id(job) + "\",\"from\":" + now + ",\"until\":"
                        + (now + 3_600_000) + '}';
    }

    private static String id(long number) {
        return "jbd505fbff188856ff3f52" + (1_000_000_000L + number);
    }

    /** The number of a job. */
    static long number(String id) {
        return Long.parseLong(id.substring(id.length() - 9));
    }

    private static String session(int worker) {
        return "s18sxbcomv7b" + worker;
    }

    private static String account(int worker) {
        return "bench/a" + worker;
    }

    private static String version(long number, long now) {
        return Long.toString(now, 36) + '-' + number;
    }
}
