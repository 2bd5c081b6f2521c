package dev.gpupool.benchmarks.drills;

import dev.gpupool.GpuPool;
import dev.gpupool.JobHandle;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolBusyException;
import dev.gpupool.benchmarks.wire.SocketTransport;
import dev.gpupool.spi.storage.PoolStorage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One of several hosts over one storage. Workers come to it by socket; it submits what its input asks for, and tells on
 * its output what it acknowledged and accepted, as {@link Witness} reads it.
 */
final class SharedHost {
    /** Told when workers may come. */
    static final String READY = "READY";
    /** Read, it ends the host in good order. */
    static final String CLOSE = "close";

    /** Read, it makes the tight accounts tight; told when it is durable. */
    static final String TIGHTEN = "tighten";

    static final String TIGHTENED = "TIGHTENED";

    private static final Executor LATER = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

    private final GpuPool pool;

    private SharedHost(GpuPool pool) {
        this.pool = pool;
    }

    /**
     * Runs one life.
     *
     * @param args the place of the records, the port for workers, the name of the host
     */
    public static void main(String[] args) throws IOException {
        PoolStorage storage = new Place(args[0]).open();
        GpuPool pool = GpuPool.builder()
                .name(args[2])
                .provider(Layout.policy())
                .storage(storage)
                .transport(new SocketTransport(Integer.parseInt(args[1])))
                .settings(Layout.settings())
                .build();
        pool.addListener(event -> Host.told(event, System.out));
        pool.start();
        System.out.println(READY);
        new SharedHost(pool).obey();
        pool.close();
        storage.close();
        System.exit(0);
    }

    private void obey() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null && !line.equals(CLOSE); line = in.readLine()) {
            if (line.equals(TIGHTEN)) {
                tighten();
                continue;
            }
            Order order = Order.of(line);
            for (long number = order.first(); number < order.first() + order.count(); number++) {
                submit(number, order);
            }
        }
    }

    private void tighten() {
        Layout.members().stream()
                .filter(Layout.Member::tight)
                .collect(Collectors.toMap(Layout.Member::account, member -> member, (one, same) -> one))
                .values()
                .forEach(member -> Layout.tighten(pool, member).join());
        System.out.println(TIGHTENED);
    }

    private void submit(long number, Order order) {
        Duration limit = order.isLong() ? Layout.LONG_LIMIT : Layout.SHORT_LIMIT;
        JobRequest request = JobRequest.handler("work")
                .key("job-" + number)
                .payload(Long.toString(order.millis()))
                .priority(order.isLong() ? 1 : 0)
                .limit(limit)
                .build();
        pool.submitAsync(request).whenComplete((job, failure) -> answered(number, order, job, failure));
    }

    private void answered(long number, Order order, @Nullable JobHandle job, @Nullable Throwable failure) {
        if (failure instanceof PoolBusyException) {
            LATER.execute(() -> submit(number, order));
        } else if (job == null) {
            System.err.println("job " + number + " was not taken: " + failure);
        } else {
            System.out.println(Witness.ACKNOWLEDGED + " " + job.id() + " " + number);
        }
    }

    /** What a line of the input asks for: so many jobs that take so long. */
    record Order(long first, int count, long millis) {
        static Order of(String line) {
            String[] words = line.split(" ", -1);
            return new Order(Long.parseLong(words[0]), Integer.parseInt(words[1]), Long.parseLong(words[2]));
        }

        boolean isLong() {
            return millis >= Layout.LONG_MILLIS;
        }

        String line() {
            return first + " " + count + " " + millis;
        }
    }
}
