package dev.gpupool.internal.util;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Lookup} that many threads may use at once; each method is atomic.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class ConcurrentLookup<K, V> {
    private final ConcurrentHashMap<K, V> table = new ConcurrentHashMap<>();

    public @Nullable V get(K key) {
        return table.get(key);
    }

    /** Returns the value that was there before, or {@code null}. */
    public @Nullable V put(K key, V value) {
        return table.put(key, value);
    }

    /** Returns the value that was there, which stays, or {@code null} if the new one was put. */
    public @Nullable V putIfAbsent(K key, V value) {
        return table.putIfAbsent(key, value);
    }

    /** Returns the value that was there, or {@code null}. */
    public @Nullable V remove(K key) {
        return table.remove(key);
    }

    public boolean containsKey(K key) {
        return table.containsKey(key);
    }

    public int size() {
        return table.size();
    }

    public void clear() {
        table.clear();
    }
}
