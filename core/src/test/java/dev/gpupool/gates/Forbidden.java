package dev.gpupool.gates;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import dev.gpupool.gates.InjectedTimeAndChance.Kind;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One way to take time, chance or the order of a hash table from the JDK.
 *
 * @param kind what it takes
 * @param owner which types' method or constructor it is
 * @param name a regular expression for the method's name; {@code <init>} is a constructor
 * @param parameters which parameter lists
 */
record Forbidden(Kind kind, Predicate<JavaClass> owner, Pattern name, Predicate<List<JavaClass>> parameters) {
    private static final String NEW = "<init>";
    private static final String TIME_UNIT = "java.util.concurrent.TimeUnit";

    static final List<Forbidden> ALL = List.of(
            // Reading a clock.
            call(Kind.TIME, "java.time.Instant", "now"),
            call(Kind.TIME, "java.time.chrono.ChronoLocalDate", "now"),
            call(Kind.TIME, "java.time.chrono.ChronoLocalDateTime", "now"),
            call(Kind.TIME, "java.time.chrono.ChronoZonedDateTime", "now"),
            call(Kind.TIME, "java.time.LocalTime", "now"),
            call(Kind.TIME, "java.time.OffsetDateTime", "now"),
            call(Kind.TIME, "java.time.OffsetTime", "now"),
            call(Kind.TIME, "java.time.Year", "now"),
            call(Kind.TIME, "java.time.YearMonth", "now"),
            call(Kind.TIME, "java.time.MonthDay", "now"),
            call(Kind.TIME, "java.time.chrono.Chronology", "dateNow"),
            call(Kind.TIME, "java.time.Clock", "system.*|tick(Millis|Seconds|Minutes)"),
            call(Kind.TIME, "java.time.InstantSource", "system"),
            call(Kind.TIME, "java.lang.System", "currentTimeMillis|nanoTime"),
            call(Kind.TIME, "java.util.Calendar", "getInstance"),
            call(Kind.TIME, "java.util.Date", NEW).with(List::isEmpty),
            call(Kind.TIME, "java.util.GregorianCalendar", NEW).with(List::isEmpty),
            call(Kind.TIME, "com.github.benmanes.caffeine.cache.Ticker", "systemTicker"),
            // Waiting, which belongs to the clock.
            call(Kind.TIME, "java.lang.Thread", "sleep"),
            call(Kind.TIME, "java.lang.Thread", "join").with(parameters -> !parameters.isEmpty()),
            call(Kind.TIME, "java.lang.Object", "wait"),
            call(Kind.TIME, "java.util.concurrent.locks.LockSupport", "parkNanos|parkUntil"),
            call(Kind.TIME, "java.util.concurrent.locks.Condition", "await.*"),
            call(Kind.TIME, "java.util.concurrent.TimeUnit", "sleep|timedJoin|timedWait"),
            // Future.get, orTimeout, completeOnTimeout, delayedExecutor, latches, queues, locks, semaphores,
            // awaitTermination, invokeAll, schedule: whatever takes a time and its unit waits or makes others wait.
            new Forbidden(
                    Kind.TIME,
                    Forbidden::isOfTheJdk,
                    Pattern.compile("(?!<init>|convert).*"),
                    Forbidden::takesTimeAndUnit),
            call(Kind.TIME, "java.lang.ref.ReferenceQueue", "remove").with(parameters -> !parameters.isEmpty()),
            // Timers.
            call(Kind.TIME, "java.util.Timer", NEW),
            call(Kind.TIME, "java.util.concurrent.DelayQueue", NEW),
            call(Kind.TIME, "java.util.concurrent.ScheduledThreadPoolExecutor", NEW),
            call(Kind.TIME, "java.util.concurrent.Executors", "new.*Scheduled.*"),
            call(Kind.TIME, "com.github.benmanes.caffeine.cache.Scheduler", "systemScheduler|forScheduled.*"),
            // Chance.
            call(Kind.CHANCE, "java.lang.Math", "random"),
            call(Kind.CHANCE, "java.lang.StrictMath", "random"),
            call(Kind.CHANCE, "java.util.Random", NEW),
            call(Kind.CHANCE, "java.util.SplittableRandom", NEW),
            call(Kind.CHANCE, "java.security.SecureRandom", "getInstance.*"),
            call(Kind.CHANCE, "java.util.concurrent.ThreadLocalRandom", "current"),
            call(Kind.CHANCE, "java.util.random.RandomGenerator", "getDefault|of"),
            call(Kind.CHANCE, "java.util.random.RandomGeneratorFactory", "getDefault|of|all"),
            call(Kind.CHANCE, "java.util.UUID", "randomUUID"),
            call(Kind.CHANCE, "java.util.Collections", "shuffle").with(parameters -> parameters.size() == 1),
            call(Kind.CHANCE, "java.lang.System", "identityHashCode"),
            // Tables that are iterated in the order of a hash. LinkedHashMap and the like are not among them.
            exactly("java.util.HashMap", NEW + "|newHashMap"),
            exactly("java.util.HashSet", NEW + "|newHashSet"),
            exactly("java.util.IdentityHashMap", NEW),
            exactly("java.util.WeakHashMap", NEW + "|newWeakHashMap"),
            exactly("java.util.Hashtable", NEW),
            exactly("java.util.Properties", NEW),
            exactly("java.util.concurrent.ConcurrentHashMap", NEW + "|newKeySet"),
            call(Kind.HASH_ORDER, "com.github.benmanes.caffeine.cache.Cache", "asMap"),
            exactly("java.util.Set", "copyOf"),
            exactly("java.util.Set", "of").with(parameters -> !atMost(1, parameters)),
            exactly("java.util.Map", "copyOf|ofEntries"),
            exactly("java.util.Map", "of").with(parameters -> !atMost(2, parameters)),
            exactly("java.util.stream.Collectors", "toSet|toUnmodifiableSet|toUnmodifiableMap"),
            exactly("java.util.stream.Collectors", "toMap|toConcurrentMap").with(parameters -> parameters.size() < 4),
            exactly("java.util.stream.Collectors", "groupingBy.*").with(parameters -> parameters.size() < 3));

    /** The kind of the first rule that a target breaks. */
    static Optional<Kind> kindOf(CodeUnitAccessTarget target) {
        return ALL.stream()
                .filter(rule -> rule.matches(target))
                .map(Forbidden::kind)
                .findFirst();
    }

    private boolean matches(CodeUnitAccessTarget target) {
        return name.matcher(target.getName()).matches()
                && owner.test(target.getOwner())
                && parameters.test(target.getRawParameterTypes());
    }

    private Forbidden with(Predicate<List<JavaClass>> wanted) {
        return new Forbidden(kind, owner, name, wanted);
    }

    private static Forbidden call(Kind kind, String owner, String name) {
        return new Forbidden(kind, type -> type.isAssignableTo(owner), Pattern.compile(name), any -> true);
    }

    private static Forbidden exactly(String owner, String name) {
        Predicate<JavaClass> itself = type -> type.getName().equals(owner);
        return new Forbidden(Kind.HASH_ORDER, itself, Pattern.compile(name), any -> true);
    }

    /** A set or map of one has no order to depend on. */
    private static boolean atMost(int count, List<JavaClass> parameters) {
        return parameters.size() <= count && parameters.stream().noneMatch(JavaClass::isArray);
    }

    private static boolean isOfTheJdk(JavaClass type) {
        return type.getPackageName().startsWith("java.");
    }

    private static boolean takesTimeAndUnit(List<JavaClass> parameters) {
        for (int i = 1; i < parameters.size(); i++) {
            if (parameters.get(i).getName().equals(TIME_UNIT)
                    && parameters.get(i - 1).getName().equals("long")) {
                return true;
            }
        }
        return false;
    }
}
