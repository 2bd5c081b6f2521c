package dev.gpupool.testkit.cases;

import dev.gpupool.HeartbeatMonitor;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.PoolEvent;
import dev.gpupool.PoolSettings;
import dev.gpupool.Requirements;
import dev.gpupool.UnplaceableJobException;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.Metering;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import dev.gpupool.selection.WorkerSelector;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.testkit.SimJob;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A random fleet with a random queue at a random moment, hours before the quotas are reset. */
final class Puzzle implements AutoCloseable {
    private static final List<String> MODELS = List.of("T4", "A100");
    private static final List<String> HANDLERS = List.of("train", "infer");

    /** A worker with what it stands for. */
    record Member(Hand hand, String provider, String account) {
        String accountId() {
            return provider + "/" + account;
        }
    }

    /** A submitted job, in the order of submission. */
    record Wish(int number, JobHandle handle, JobRequest request) {
        boolean isBefore(Wish other) {
            int byPriority = Integer.compare(other.request.priority(), request.priority());
            return byPriority != 0 ? byPriority < 0 : number < other.number;
        }
    }

    private final Random random;
    private final List<ProviderPolicy> policies = new ArrayList<>();
    private final World world;
    private final List<Member> members = new ArrayList<>();
    private final List<Wish> wishes = new ArrayList<>();

    Puzzle(long seed) {
        random = new Random(seed);
        for (int i = 0; i <= random.nextInt(3); i++) {
            policies.add(policy("p" + i));
        }
        boolean own = random.nextInt(5) == 0;
        WorkerSelector stock = WorkerSelector.leastUtilized(pick(List.of(0, 5, 5, 100)));
        WorkerSelector selector = own ? (job, candidates) -> candidates.first() : stock;
        PoolSettings settings = PoolSettings.custom()
                .backoff(Duration.ofMinutes(10))
                .maxBackoff(Duration.ofHours(1))
                .build();
        world = World.create(builder -> {
            policies.forEach(builder::provider);
            return builder.selector(selector).settings(settings).tenant("team");
        });
        populate();
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private Duration minutes(int least, int most) {
        return Duration.ofMinutes(least + random.nextInt(most - least + 1));
    }

    private ProviderPolicy policy(String name) {
        LocalTime reset = LocalTime.MIDNIGHT.plusMinutes(15L * (1 + random.nextInt(16)));
        boolean capped = random.nextInt(3) > 0;
        return ProviderPolicy.builder(name)
                .metering(random.nextInt(6) == 0 ? Metering.SESSION_TIME : Metering.JOB_TIME)
                .allowance(minutes(60, 900))
                .margin(pick(List.of(0.5, 0.7, 1.0)))
                .window(QuotaWindow.weekly(DayOfWeek.MONDAY, reset, ZoneOffset.UTC))
                .sessionCap(capped ? minutes(200, 720) : null)
                .shutdownMargin(capped ? minutes(0, 30) : Duration.ZERO)
                .build();
    }

    private void populate() {
        int count = random.nextInt(9);
        for (int i = 0; i < count; i++) {
            enlist("w" + i);
        }
        world.minutes(random.nextInt(4));
        int jobs = 1 + random.nextInt(7);
        for (int i = 0; i < jobs; i++) {
            submit(i);
            if (random.nextInt(2) == 0) {
                failOne();
            }
        }
        members.forEach(this::mishap);
        world.minutes(
                2 + random.nextInt(3)); // who fell silent is suspect by then; that a beat stays out is foretold nowhere
        takeUp();
    }

    private void enlist(String name) {
        ProviderPolicy policy = pick(policies);
        String account = "a" + random.nextInt(2);
        Hand hand = world.hand(policy.name(), account, name).says(spec(name));
        Duration usable = policy.usableSession();
        int oldest = usable == null ? 300 : (int) usable.toMinutes() - 1;
        hand.register(random.nextInt(3) > 0 ? Duration.ZERO : minutes(0, oldest));
        hand.beatOn();
        members.add(new Member(hand, policy.name(), account));
        if (random.nextInt(3) > 0) {
            // Mostly close to the margin, so that jobs wait for the reset.
            int percent = random.nextInt(4) == 0 ? random.nextInt(101) : 90 + random.nextInt(11);
            Duration used = policy.safeAllowance().multipliedBy(percent).dividedBy(100);
            world.await(world.pool().accounts().report(policy.name(), account, used, World.MONDAY));
        }
        if (random.nextInt(8) > 0) {
            hand.claim();
        }
    }

    private WorkerSpec.Builder spec(String name) {
        WorkerSpec.Builder spec = WorkerSpec.named(name).slots(1 + random.nextInt(2));
        for (int i = 0; i < random.nextInt(3); i++) {
            spec.device(pick(MODELS), pick(List.of(8_000, 16_000)));
        }
        if (random.nextInt(8) == 0) {
            spec.handler(pick(HANDLERS));
        }
        if (random.nextInt(3) == 0) {
            spec.label("disk", pick(List.of("ssd", "hdd")));
        }
        return random.nextInt(12) == 0 ? spec.tenant("team") : spec;
    }

    private void submit(int number) {
        JobRequest.Builder request = JobRequest.handler(pick(HANDLERS))
                .payload(SimJob.ofMillis(60_000).toJson())
                .priority(random.nextInt(3) - 1)
                .requirements(requirements())
                .limit(minutes(5, 240));
        if (random.nextInt(3) == 0) {
            request.resumable(minutes(0, 5));
        }
        if (random.nextInt(6) == 0) {
            request.tenant("team");
        }
        try {
            JobRequest made = request.build();
            wishes.add(new Wish(number, world.pool().submit(made), made));
        } catch (UnplaceableJobException e) {
            // Such a job never waits, so there is nothing to explain.
        }
        world.settle();
    }

    private Requirements requirements() {
        if (random.nextInt(3) > 0) {
            return Requirements.NONE;
        }
        return new Requirements(
                random.nextInt(4) == 0 ? pick(policies).name() : null,
                random.nextInt(4) == 0 ? pick(MODELS) : null,
                random.nextInt(4) == 0 ? 16_000 : 0,
                random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0,
                random.nextInt(4) == 0 ? Map.of("disk", "ssd") : Map.of());
    }

    private void failOne() {
        Member member = members.isEmpty() ? null : pick(members);
        LeaseGrant given = member == null ? null : member.hand().given();
        if (member != null && given != null) {
            member.hand().fail(given.lease(), Duration.ZERO);
            if (random.nextInt(4) > 0) {
                member.hand().claim();
            }
        }
    }

    private void mishap(Member member) {
        boolean idle = member.hand().given() == null;
        switch (random.nextInt(12)) {
            case 0 -> world.pool().workers().drain(member.hand().name());
            case 1 -> {
                if (idle) {
                    member.hand().fallSilent();
                }
            }
            default -> {}
        }
    }

    /** Workers take up what they were given, so that they go on to name it in their beats. */
    void takeUp() {
        members.forEach(member -> member.hand().given());
    }

    World world() {
        return world;
    }

    List<Member> members() {
        return members;
    }

    boolean live(Member member) {
        return world.pool().workers().names().contains(member.hand().name())
                && world.pool().heartbeats().state(member.hand().name()) != HeartbeatMonitor.State.OFFLINE;
    }

    Random random() {
        return random;
    }

    JobState state(Wish wish) {
        return world.job(wish.handle()).state();
    }

    boolean waits(Wish wish) {
        return state(wish) == JobState.QUEUED || state(wish) == JobState.DELAYED;
    }

    List<Wish> waiting() {
        return wishes.stream().filter(this::waits).toList();
    }

    /** The jobs that were leased since then. */
    List<Wish> leased(int since) {
        List<String> ids = world.events().subList(since, world.events().size()).stream()
                .filter(event -> event.type() == PoolEvent.Type.JOB_LEASED)
                .map(PoolEvent::jobId)
                .toList();
        return wishes.stream().filter(wish -> ids.contains(wish.handle().id())).toList();
    }

    /** Whether something happened since then that no explanation could foresee. */
    boolean disturbed(int since) {
        return world.events().subList(since, world.events().size()).stream().anyMatch(Puzzle::unforeseen);
    }

    private static boolean unforeseen(PoolEvent event) {
        return switch (event.type()) {
            case JOB_LEASED, WORKER_SUSPECT, WORKER_STOPPED -> false;
            case WORKER_DRAINING -> !event.message().equals("DEADLINE");
            default -> true;
        };
    }

    /** A new worker that meets a job's every wish, on an account of its own with plenty of quota. */
    @Nullable Hand recruit(Wish wish) {
        Requirements asked = wish.request().requirements();
        Duration limit = java.util.Objects.requireNonNull(wish.request().limit());
        for (ProviderPolicy policy : policies) {
            boolean asProvider = asked.provider() == null || asked.provider().equals(policy.name());
            Duration usable = policy.usableSession();
            if (asProvider && (usable == null || usable.compareTo(limit) >= 0)) {
                String name = "new" + members.size();
                Hand hand = world.hand(policy.name(), name, name).says(wanted(name, wish));
                world.await(world.pool().accounts().report(policy.name(), name, Duration.ZERO, World.MONDAY));
                world.await(world.pool().accounts().override(policy.name(), name, Duration.ofHours(9_000), 1));
                members.add(new Member(hand, policy.name(), name));
                return hand.online();
            }
        }
        return null;
    }

    private static WorkerSpec.Builder wanted(String name, Wish wish) {
        Requirements asked = wish.request().requirements();
        WorkerSpec.Builder spec = WorkerSpec.named(name);
        for (int i = 0; i < Math.max(1, asked.devices()); i++) {
            spec.device(asked.gpuModel() == null ? "T4" : asked.gpuModel(), 16_000);
        }
        new TreeMap<>(asked.labels()).forEach(spec::label);
        return wish.request().tenant().equals("team") ? spec.tenant("team") : spec;
    }

    @Override
    public void close() {
        world.close();
    }
}
