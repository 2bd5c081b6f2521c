package dev.gpupool.micrometer;

import dev.gpupool.GpuPool;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** A pool of which a test sees what it was asked, and that can be made to refuse. */
final class Watched {
    final List<String> calls = new ArrayList<>();
    final GpuPool pool;
    boolean refusing;

    Watched(GpuPool real) {
        this.pool = (GpuPool) Proxy.newProxyInstance(
                Watched.class.getClassLoader(), new Class<?>[] {GpuPool.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    if (refusing) {
                        throw new IllegalStateException("refused by the test");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    long count(String call) {
        return calls.stream().filter(call::equals).count();
    }
}
