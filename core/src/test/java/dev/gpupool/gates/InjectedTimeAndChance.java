package dev.gpupool.gates;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The rules behind promise 9, over compiled classes.
 *
 * <ol>
 *   <li>Every call, constructor call and method reference of a class is held against {@link Forbidden#ALL}.
 *   <li>An adapter may take what it adapts: {@link Adapter#ALL} names the class and the kind, and covers the classes
 *       nested in it.
 *   <li>A class that builds a Caffeine cache must hand it a ticker and an executor, or the cache would take the
 *       system's.
 * </ol>
 */
final class InjectedTimeAndChance {
    private static final String CAFFEINE = "com.github.benmanes.caffeine.cache.Caffeine";

    private InjectedTimeAndChance() {}

    /** What the classes take against the rules, a line each, sorted. */
    static List<String> violations(JavaClasses classes, List<Adapter> adapters) {
        TreeSet<String> found = new TreeSet<>();
        for (JavaClass type : classes) {
            for (JavaCodeUnitAccess<?> access : type.getCodeUnitAccessesFromSelf()) {
                Forbidden.kindOf(access.getTarget())
                        .filter(kind -> adapters.stream().noneMatch(adapter -> adapter.mayTake(kind, type)))
                        .ifPresent(kind -> found.add(kind + ": " + access.getDescription()));
            }
            if (buildsCacheOnSystemTime(type)) {
                found.add(Kind.TIME + ": " + type.getName() + " builds a cache without the pool's ticker and executor");
            }
        }
        return new ArrayList<>(found);
    }

    /** The adapters that are gone, or that no longer take what they are listed for. */
    static List<Adapter> stale(JavaClasses classes, List<Adapter> adapters) {
        return adapters.stream()
                .filter(adapter -> classes.stream()
                        .flatMap(type -> type.getCodeUnitAccessesFromSelf().stream()
                                .filter(access -> Forbidden.kindOf(access.getTarget())
                                        .filter(kind -> adapter.mayTake(kind, type))
                                        .isPresent()))
                        .findAny()
                        .isEmpty())
                .toList();
    }

    private static boolean buildsCacheOnSystemTime(JavaClass type) {
        Set<String> calls = type.getCodeUnitAccessesFromSelf().stream()
                .filter(access -> access.getTargetOwner().getName().equals(CAFFEINE))
                .map(access -> access.getTarget().getName())
                .collect(Collectors.toSet());
        return calls.contains("newBuilder") && !(calls.contains("ticker") && calls.contains("executor"));
    }

    /** What a rule is about. */
    enum Kind {
        /** A clock, a timer or a timed wait. */
        TIME,
        /** A random number or identifier. */
        CHANCE,
        /** A table whose iteration order is that of a hash. */
        HASH_ORDER
    }

    /**
     * A class that may take one kind itself, so that no other must.
     *
     * @param type the name of the class
     * @param kind what it may take
     */
    record Adapter(String type, Kind kind) {
        /** Every one there is. */
        static final List<Adapter> ALL = List.of(
                new Adapter("dev.gpupool.SystemClock", Kind.TIME),
                new Adapter("dev.gpupool.internal.system.SystemRandom", Kind.CHANCE),
                new Adapter("dev.gpupool.internal.util.Lookup", Kind.HASH_ORDER),
                new Adapter("dev.gpupool.internal.util.ConcurrentLookup", Kind.HASH_ORDER));

        boolean mayTake(Kind taken, JavaClass by) {
            return taken == kind && (by.getName().equals(type) || by.getName().startsWith(type + "$"));
        }
    }
}
