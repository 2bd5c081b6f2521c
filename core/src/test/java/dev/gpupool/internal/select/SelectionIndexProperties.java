package dev.gpupool.internal.select;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.internal.select.NaiveSelection.Account;
import dev.gpupool.internal.select.NaiveSelection.Worker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SelectionIndexProperties {
    private static final long[] BANDS = {0, 50_000_000, 1_000_000_000};
    private static final long HOUR = 3_600_000;

    @Property(tries = 1000)
    void shouldAnswerLikeAListThatIsFilteredAndSorted(@ForAll long seed, @ForAll @IntRange(max = 2) int band) {
        Random random = new Random(seed);
        Twins twins = new Twins(BANDS[band], random);
        int steps = 20 + random.nextInt(300);
        int compared = 0;
        for (int i = 0; i < steps; i++) {
            twins.change();
            if (random.nextInt(3) == 0) {
                twins.pick();
            }
            if (random.nextInt(8) == 0) {
                compared += twins.compareAll();
            }
        }
        compared += twins.compareAll();
        assertThat(compared).isNotNegative();
        assertThat(twins.index.openCount()).isEqualTo((int)
                twins.naive.workers.stream().filter(worker -> worker.open).count());
    }

    @Property(tries = 1000)
    void shouldPickEachOfNExactlyKTimesWhileNothingChanges(
            @ForAll @IntRange(min = 1, max = 200) int workers,
            @ForAll @IntRange(min = 1, max = 5) int rounds,
            @ForAll long seed) {
        Random random = new Random(seed);
        SelectionIndex<Integer> index = new SelectionIndex<>(50_000_000);
        List<CapabilityClass<Integer>> classes = classes(index, 3);
        int[] picks = new int[workers];
        for (int i = 0; i < workers; i++) {
            WorkerNode<Integer> node = index.add(i, classes.get(i % 3), index.account("a" + i % 7));
            index.open(node, random.nextInt(20) * HOUR);
            if (random.nextBoolean()) {
                index.picked(node);
            }
        }
        for (int i = 0; i < workers * rounds; i++) {
            picks[pick(index, classes).owner()]++;
        }
        assertThat(picks).containsOnly(rounds);
    }

    @Property(tries = 1000)
    void shouldPickNoOtherTwiceBeforeOneThatStaysEligibleInTheLowestBand(@ForAll long seed) {
        Random random = new Random(seed);
        SelectionIndex<Integer> index = new SelectionIndex<>(50_000_000);
        List<CapabilityClass<Integer>> classes = classes(index, 2);
        List<WorkerNode<Integer>> nodes = new ArrayList<>();
        int workers = 2 + random.nextInt(20);
        for (int i = 0; i < workers; i++) {
            nodes.add(index.add(i, classes.get(i % 2), index.account("a" + i)));
            index.open(nodes.get(i), Long.MAX_VALUE);
        }
        int[] since = new int[workers];
        for (int i = 0; i < 200; i++) {
            WorkerNode<Integer> other = nodes.get(1 + random.nextInt(workers - 1));
            switch (random.nextInt(4)) {
                case 0 -> index.close(other);
                case 1 -> index.open(other, random.nextInt(100) * HOUR);
                default -> index.utilisation(other.account(), random.nextInt(3) * 40_000_000L, 1);
            }
            int picked = pick(index, classes).owner();
            since[picked]++;
            if (picked == 0) {
                since = new int[workers];
            }
            assertThat(since).as("picks since worker 0 was picked").doesNotContain(2);
        }
    }

    @Property(tries = 1000)
    void shouldPickFromTheLowestBand(@ForAll long seed, @ForAll @IntRange(max = 2) int width) {
        Random random = new Random(seed);
        SelectionIndex<Integer> index = new SelectionIndex<>(BANDS[width]);
        List<CapabilityClass<Integer>> classes = classes(index, 3);
        List<WorkerNode<Integer>> nodes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            nodes.add(index.add(i, classes.get(random.nextInt(3)), index.account("a" + i / 2)));
            index.open(nodes.get(i), Long.MAX_VALUE);
        }
        for (int i = 0; i < 60; i++) {
            index.utilisation(index.account("a" + random.nextInt(15)), random.nextInt(1_100_000_000), 0);
            long band = pick(index, classes).account().band();
            assertThat(nodes).allMatch(node -> node.account().band() >= band);
        }
    }

    @Property(tries = 1000)
    void shouldAlternateTheFirstPicksBetweenProviders(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int each) {
        Random random = new Random(seed);
        SelectionIndex<Integer> index = new SelectionIndex<>(50_000_000);
        List<CapabilityClass<Integer>> classes = classes(index, 2);
        int[] left = {each, each};
        while (left[0] + left[1] > 0) {
            int side = left[0] == 0 || (left[1] > 0 && random.nextBoolean()) ? 1 : 0;
            String account = "p" + side + "n" + left[side]--;
            index.open(index.add(side, classes.get(side), index.account(account)), Long.MAX_VALUE);
        }
        int first = pick(index, classes).owner();
        for (int i = 1; i < 2 * each; i++) {
            assertThat(pick(index, classes).owner()).as("pick %d", i).isEqualTo((first + i) % 2);
        }
    }

    @Property(tries = 1000)
    void shouldKeepTheOrderOfManyThatComeBackOneByOneInAnyOrder(
            @ForAll @IntRange(min = 1, max = 120) int workers, @ForAll long seed) {
        Random random = new Random(seed);
        SelectionIndex<Integer> index = new SelectionIndex<>(50_000_000);
        List<CapabilityClass<Integer>> classes = classes(index, 1);
        List<WorkerNode<Integer>> nodes = new ArrayList<>();
        List<WorkerNode<Integer>> open = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            nodes.add(index.add(i, classes.get(0), index.account("a" + i)));
            index.restore(nodes.get(i), random.nextInt(workers));
        }
        for (int i = 0; i < 4 * workers; i++) {
            WorkerNode<Integer> node = nodes.get(random.nextInt(workers));
            if (open.remove(node)) {
                index.close(node);
            } else {
                open.add(node);
                index.open(node, Long.MAX_VALUE);
            }
            open.sort(Comparator.<WorkerNode<Integer>>comparingLong(WorkerNode::pickKey)
                    .thenComparing(WorkerNode::owner));
            if (!open.isEmpty() && random.nextInt(3) == 0) {
                WorkerNode<Integer> first = open.get(0);
                assertThat(index.pick(classes, 0)).isEqualTo(first.owner());
                assertThat(first.pickKey()).isEqualTo(index.nextSequence() - 1);
            }
        }
        open.sort(Comparator.<WorkerNode<Integer>>comparingLong(WorkerNode::pickKey)
                .thenComparing(WorkerNode::owner));
        List<WorkerNode<Integer>> inOrder = new ArrayList<>();
        index.candidates(classes, 0, cls -> 0, node -> Fit.FITS).forEachRemaining(inOrder::add);
        assertThat(inOrder).containsExactlyElementsOf(open);
    }

    @Property(tries = 1000)
    void shouldNeverPickTheShortWayWhatHasNoSafeQuotaAndElseTheSameAsTheLongWay(@ForAll long seed) {
        Random random = new Random(seed);
        SelectionIndex<Integer> index = new SelectionIndex<>(50_000_000, true);
        SelectionIndex<Integer> other = new SelectionIndex<>(50_000_000);
        List<CapabilityClass<Integer>> classes = classes(index, 3);
        List<CapabilityClass<Integer>> otherClasses = classes(other, 3);
        for (int i = 0; i < 30; i++) {
            int cls = random.nextInt(3);
            long end = random.nextInt(200) * HOUR / 60;
            index.open(index.add(i, classes.get(cls), index.account("a" + i / 2)), end);
            other.open(other.add(i, otherClasses.get(cls), other.account("a" + i / 2)), end);
        }
        for (int i = 0; i < 100; i++) {
            String account = "a" + random.nextInt(15);
            long used = random.nextInt(1_000_000_000);
            long free = Math.max(0, 700_000_000 - used);
            index.utilisation(index.account(account), used, free);
            other.utilisation(other.account(account), used, free);
            long minEnd = random.nextInt(150) * HOUR / 60;
            int skip = random.nextInt(4);
            WorkerNode<Integer> expected = other.first(without(otherClasses, skip), minEnd, cls -> 1, node -> Fit.FITS);
            if (expected != null) {
                other.picked(expected);
            }
            assertThat(index.pick(without(classes, skip), minEnd))
                    .isEqualTo(expected == null ? null : expected.owner());
        }
    }

    private static List<CapabilityClass<Integer>> without(List<CapabilityClass<Integer>> classes, int skip) {
        List<CapabilityClass<Integer>> rest = new ArrayList<>(classes);
        rest.removeIf(cls -> cls.index() == skip);
        return rest;
    }

    private static List<CapabilityClass<Integer>> classes(SelectionIndex<Integer> index, int count) {
        List<CapabilityClass<Integer>> classes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            classes.add(index.capabilityClass("c" + i, "p" + i, 100, 70));
        }
        return classes;
    }

    private static WorkerNode<Integer> pick(SelectionIndex<Integer> index, List<CapabilityClass<Integer>> classes) {
        WorkerNode<Integer> node = index.first(classes, 0, cls -> 0, candidate -> Fit.FITS);
        assertThat(node).isNotNull();
        index.picked(node);
        return node;
    }

    /** An index and its naive twin, to which the same happens. */
    private static final class Twins {
        private static final int CLASSES = 4;
        private static final int ACCOUNTS = 12;

        private final Random random;
        private final NaiveSelection naive;
        private final SelectionIndex<Worker> index;
        private final List<WorkerNode<Worker>> nodes = new ArrayList<>();
        private final TreeMap<String, Account> accounts = new TreeMap<>();

        Twins(long bandPpb, Random random) {
            this.random = random;
            naive = new NaiveSelection(bandPpb);
            index = new SelectionIndex<>(bandPpb);
        }

        private CapabilityClass<Worker> cls(int i) {
            return index.capabilityClass("c" + i, "p" + i % 3, 1000, 700);
        }

        void change() {
            int kind = random.nextInt(12);
            if (nodes.isEmpty() || kind == 0) {
                add();
            } else if (kind < 5) {
                utilisation();
            } else {
                change(kind, random.nextInt(nodes.size()));
            }
        }

        private void change(int kind, int at) {
            WorkerNode<Worker> node = nodes.get(at);
            Worker worker = node.owner();
            switch (kind) {
                case 5 -> {
                    index.close(node);
                    worker.open = false;
                }
                case 6 -> reclass(node, random.nextInt(CLASSES));
                case 7 -> restore(node, random.nextInt(60));
                case 8 -> {
                    if (random.nextInt(4) == 0) {
                        index.remove(node);
                        nodes.remove(at);
                        naive.workers.remove(worker);
                    }
                }
                case 9 -> picked(node);
                default -> open(node);
            }
        }

        private void add() {
            String id = "a" + random.nextInt(ACCOUNTS);
            int cls = random.nextInt(CLASSES);
            Account account = accounts.computeIfAbsent(id, any -> new Account());
            Worker worker = new Worker("c" + cls, account, 0);
            WorkerNode<Worker> node = index.add(worker, cls(cls), index.account(id));
            worker.key = node.pickKey();
            assertThat(worker.key).isNegative();
            naive.workers.add(worker);
            nodes.add(node);
            open(node);
        }

        private void open(WorkerNode<Worker> node) {
            long end = random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextInt(5_000) * 1_000L;
            index.open(node, end);
            node.owner().open = true;
            node.owner().end = end;
        }

        private void reclass(WorkerNode<Worker> node, int to) {
            index.reclass(node, cls(to));
            node.owner().cls = "c" + to;
        }

        private void restore(WorkerNode<Worker> node, long key) {
            index.restore(node, key);
            node.owner().key = key;
            naive.sequence = Math.max(naive.sequence, key + 1);
        }

        private void picked(WorkerNode<Worker> node) {
            assertThat(index.nextSequence()).isEqualTo(naive.sequence);
            index.picked(node);
            node.owner().key = naive.sequence++;
            assertThat(node.pickKey()).isEqualTo(node.owner().key);
        }

        private void utilisation() {
            String id = "a" + random.nextInt(ACCOUNTS);
            Account account = accounts.computeIfAbsent(id, any -> new Account());
            account.utilisationPpb = random.nextInt(12) * 30_000_000L;
            account.free = random.nextInt(100);
            index.utilisation(index.account(id), account.utilisationPpb, account.free);
        }

        void pick() {
            Query query = new Query(random);
            WorkerNode<Worker> found =
                    index.first(query.classes(this), query.minEnd, cls -> query.need, node -> query.fit(node.owner()));
            List<Worker> expected = query.expected(naive);
            assertThat(found == null ? null : found.owner()).isSameAs(expected.isEmpty() ? null : expected.get(0));
            if (found != null) {
                picked(found);
            }
        }

        int compareAll() {
            Query query = new Query(random);
            Iterator<WorkerNode<Worker>> found = index.candidates(
                    query.classes(this), query.minEnd, cls -> query.need, node -> query.fit(node.owner()));
            List<Worker> all = new ArrayList<>();
            found.forEachRemaining(node -> all.add(node.owner()));
            assertThat(all).containsExactlyElementsOf(query.expected(naive));
            return all.size();
        }
    }

    /** A question at random. */
    private static final class Query {
        private final Set<String> names = new TreeSet<>();
        private final long minEnd;
        private final long need;
        private final int salt;

        Query(Random random) {
            for (int i = 0; i < Twins.CLASSES; i++) {
                if (random.nextInt(3) > 0) {
                    names.add("c" + i);
                }
            }
            minEnd = random.nextInt(3) == 0 ? 0 : random.nextInt(5_000) * 1_000L;
            need = random.nextInt(3) > 0 ? 0 : random.nextInt(100);
            salt = random.nextInt(6);
        }

        List<CapabilityClass<Worker>> classes(Twins twins) {
            return names.stream()
                    .map(name -> twins.cls(Integer.parseInt(name.substring(1))))
                    .toList();
        }

        Fit fit(Worker worker) {
            long chance = Math.floorMod(worker.end / 1_000 + worker.key * 7, 6);
            return chance == salt ? Fit.SKIP_ACCOUNT : salt < 2 && chance == salt + 1 ? Fit.SKIP_WORKER : Fit.FITS;
        }

        List<Worker> expected(NaiveSelection naive) {
            Function<Worker, Fit> test = this::fit;
            return naive.candidates(names, minEnd, need, test);
        }
    }
}
