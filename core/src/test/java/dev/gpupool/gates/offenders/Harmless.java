package dev.gpupool.gates.offenders;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.gpupool.spi.clock.PoolClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** What the gate must let pass, though it looks like what it refuses. It is read, never run. */
@SuppressWarnings("all")
public final class Harmless {
    private Harmless() {}

    static Instant injectedTime(PoolClock clock, RandomGenerator random) {
        return clock.instant().plusNanos(clock.ticker() + random.nextLong());
    }

    static String injectedWait(PoolClock clock, CompletableFuture<String> future) throws Exception {
        clock.schedule(Duration.ofSeconds(1), () -> {});
        return clock.await(future, Duration.ofSeconds(1)) + future.get() + future.join();
    }

    static long convertedUnits(Duration duration) {
        return TimeUnit.MILLISECONDS.convert(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    static List<String> seededOrder(List<String> list, Random random) {
        Collections.shuffle(list, random);
        return list;
    }

    static Cache<String, String> cacheOnThePoolsTime(Ticker ticker) {
        return Caffeine.newBuilder()
                .ticker(ticker)
                .executor(Runnable::run)
                .expireAfterWrite(1, TimeUnit.SECONDS)
                .build();
    }

    static Set<String> atMostOne(String name) {
        Map<String, String> map = Map.of(name, name);
        return map.isEmpty() ? Set.of() : Set.of(name);
    }

    static Map<Integer, List<String>> orderedTables(List<String> list) {
        Map<String, String> inOrder = new LinkedHashMap<>();
        Set<String> alsoInOrder = new LinkedHashSet<>(list);
        return list.stream().collect(Collectors.groupingBy(String::length, TreeMap::new, Collectors.toList()));
    }
}
