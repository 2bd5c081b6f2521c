package dev.gpupool.benchmarks.drills;

import dev.gpupool.GpuPool;
import dev.gpupool.PoolSettings;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The fleet of several hosts: 14 workers, two accounts that four of them share each, which are made tight on the way, and
 * three with plenty that two share each. Neighbours have different homes, so the hosts contend for every account.
 */
final class Layout {
    static final int HOSTS = 3;
    static final int WORKERS = 14;
    static final Duration INTERVAL = Duration.ofSeconds(1);
    static final Duration SHORT_LIMIT = Duration.ofSeconds(5);
    static final Duration LONG_LIMIT = Duration.ofSeconds(30);

    /** From here on a job is a long one. */
    static final long LONG_MILLIS = 5_000;

    /** What a tight account may use from the moment on at which it is made tight: room for two short jobs at first. */
    static final Duration TIGHT_ROOM = Duration.ofSeconds(14);

    static final double MARGIN = 0.7;

    private static final String PROVIDER = "fleet";
    private static final int TIGHT_WORKERS = 8;

    /** A worker, and which host it prefers. */
    record Member(String name, String provider, String account, int home) {
        String accountId() {
            return provider + "/" + account;
        }

        boolean tight() {
            return account.startsWith("t");
        }
    }

    private Layout() {}

    static List<Member> members() {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            String account = i < TIGHT_WORKERS ? "t" + i / 4 : "r" + i / 2;
            members.add(new Member("w" + i, PROVIDER, account, i % HOSTS));
        }
        return members;
    }

    static ProviderPolicy policy() {
        return ProviderPolicy.builder(PROVIDER)
                .allowance(Duration.ofHours(10))
                .window(QuotaWindow.none())
                .margin(MARGIN)
                .build();
    }

    /** Leaves an account its room above what it has used. */
    static CompletableFuture<Void> tighten(GpuPool pool, Member member) {
        Duration used =
                pool.accounts().quota(member.provider(), member.account()).used();
        long allowance = (long) (used.plus(TIGHT_ROOM).toMillis() / MARGIN);
        return pool.accounts().override(member.provider(), member.account(), Duration.ofMillis(allowance), MARGIN);
    }

    static PoolSettings settings() {
        return PoolSettings.custom()
                .heartbeatInterval(INTERVAL)
                .refreshInterval(INTERVAL)
                .brakeHold(INTERVAL.multipliedBy(5))
                .storageRetry(Duration.ofMillis(100))
                .build();
    }

    /** How long a host is stopped: by far longer than the silence after which it would give up a worker. */
    static Duration longerThanOffline() {
        return settings().offlineAfter().multipliedBy(2);
    }
}
