package dev.gpupool.internal.util;

import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/**
 * A hash table that can only be looked up in: it has no iteration, so no decision can depend on its order. Not
 * thread-safe.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class Lookup<K, V> {
    private final HashMap<K, V> table = new HashMap<>();

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
