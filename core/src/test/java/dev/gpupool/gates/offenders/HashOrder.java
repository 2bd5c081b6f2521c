package dev.gpupool.gates.offenders;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Classes that make a table whose order is that of a hash, one way each. They are read, never run. */
@SuppressWarnings("all")
public final class HashOrder {
    private HashOrder() {}

    static final class MakesAHashMap {
        Map<String, String> take() {
            return new HashMap<>();
        }
    }

    @SuppressWarnings("serial")
    static final class ExtendsAHashMap extends HashMap<String, String> {}

    static final class MakesAHashSet {
        Set<String> take() {
            return new HashSet<>();
        }
    }

    static final class CollectsToAHashSet {
        Set<String> take(List<String> list) {
            return list.stream().collect(Collectors.toCollection(HashSet::new));
        }
    }

    static final class MakesAnIdentityMap {
        Map<String, String> take() {
            return new IdentityHashMap<>();
        }
    }

    static final class MakesAWeakMap {
        Map<String, String> take() {
            return new WeakHashMap<>();
        }
    }

    static final class MakesAHashtable {
        Map<String, String> take() {
            return new Hashtable<>();
        }
    }

    static final class MakesAConcurrentMap {
        Map<String, String> take() {
            return new ConcurrentHashMap<>();
        }
    }

    static final class MakesAKeySet {
        Set<String> take() {
            return ConcurrentHashMap.newKeySet();
        }
    }

    static final class ListsASet {
        Set<String> take() {
            return Set.of("a", "b");
        }
    }

    static final class SpreadsASet {
        Set<String> take(String... names) {
            return Set.of(names);
        }
    }

    static final class CopiesASet {
        Set<String> take(Collection<String> names) {
            return Set.copyOf(names);
        }
    }

    static final class ListsAMap {
        Map<String, String> take() {
            return Map.of("a", "b", "c", "d");
        }
    }

    static final class ListsEntries {
        Map<String, String> take() {
            return Map.ofEntries(Map.entry("a", "b"));
        }
    }

    static final class CopiesAMap {
        Map<String, String> take(Map<String, String> map) {
            return Map.copyOf(map);
        }
    }

    static final class CollectsToASet {
        Set<String> take(List<String> list) {
            return list.stream().collect(Collectors.toSet());
        }
    }

    static final class CollectsToAnUnmodifiableSet {
        Set<String> take(List<String> list) {
            return list.stream().collect(Collectors.toUnmodifiableSet());
        }
    }

    static final class CollectsToAMap {
        Map<String, Integer> take(List<String> list) {
            return list.stream().collect(Collectors.toMap(name -> name, String::length));
        }
    }

    static final class MergesIntoAMap {
        Map<String, Integer> take(List<String> list) {
            return list.stream().collect(Collectors.toMap(name -> name, String::length, Math::max));
        }
    }

    static final class CollectsToAnUnmodifiableMap {
        Map<String, Integer> take(List<String> list) {
            return list.stream().collect(Collectors.toUnmodifiableMap(name -> name, String::length));
        }
    }

    static final class Groups {
        Map<Integer, List<String>> take(List<String> list) {
            return list.stream().collect(Collectors.groupingBy(String::length));
        }
    }

    static final class GroupsAndCounts {
        Map<Integer, Long> take(List<String> list) {
            return list.stream().collect(Collectors.groupingBy(String::length, Collectors.counting()));
        }
    }

    static final class ListsACache {
        Map<String, String> take(Cache<String, String> cache) {
            return cache.asMap();
        }
    }
}
