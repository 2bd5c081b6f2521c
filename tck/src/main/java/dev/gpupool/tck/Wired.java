package dev.gpupool.tck;

import static org.assertj.core.api.Assertions.fail;

import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.WorkerTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** A transport between a scripted pool and the workers of a test. */
final class Wired implements TransportUnderTest {
    private final TransportTck suite;
    private final Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
    private final TransportFixture fixture;
    private final ScriptedGateway gateway = new ScriptedGateway();
    private final List<WorkerDriver> workers = new ArrayList<>();
    private boolean started;

    Wired(TransportTck suite) throws Exception {
        this.suite = suite;
        this.fixture = suite.createFixture();
    }

    @Override
    public ScriptedGateway gateway() {
        return gateway;
    }

    @Override
    public WorkerTransport transport() {
        return fixture.transport();
    }

    @Override
    public synchronized void start() {
        if (!started) {
            started = true;
            transport().start(gateway);
        }
    }

    @Override
    public WorkerDriver connect(Registration identity) {
        try {
            WorkerDriver worker = fixture.connect(identity);
            synchronized (this) {
                workers.add(worker);
            }
            return worker;
        } catch (Exception e) {
            throw new AssertionError("the fixture cannot connect " + identity, e);
        }
    }

    @Override
    public <T> T answerTo(CompletableFuture<T> call) {
        try {
            return suite.await(call);
        } catch (TimeoutException e) {
            throw new AssertionError("a call was not answered in time", e);
        } catch (Exception e) {
            throw new AssertionError("a call failed that should be answered: " + e, e);
        }
    }

    @Override
    public Throwable failureOf(CompletableFuture<?> call) {
        try {
            return fail("a call that should fail was answered with " + suite.await(call));
        } catch (TimeoutException e) {
            throw new AssertionError("nothing became of a call that should fail", e);
        } catch (ExecutionException | CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (CancellationException e) {
            return e;
        } catch (Exception e) {
            throw new AssertionError("the wait for a failure was disturbed", e);
        }
    }

    @Override
    public List<Thread> leftBehind() throws Exception {
        close();
        List<Thread> left = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!threadsBefore.contains(thread) && fixture.owns(thread)) {
                thread.join(suite.longest().toMillis());
                if (thread.isAlive()) {
                    left.add(thread);
                }
            }
        }
        return left;
    }

    @Override
    public TransportUnderTest another() {
        return suite.another();
    }

    void close() throws Exception {
        try {
            transport().close();
        } finally {
            List<WorkerDriver> open;
            synchronized (this) {
                open = List.copyOf(workers);
                workers.clear();
            }
            open.forEach(WorkerDriver::close);
            fixture.close();
        }
    }
}
