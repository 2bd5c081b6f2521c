package dev.gpupool.dashboard;

import dev.gpupool.Accounts;
import dev.gpupool.GpuPool;
import dev.gpupool.planning.Forecasts;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stands between a dashboard and its pool, and remembers what the pool told it: what its page shows must be that. */
final class Witness implements InvocationHandler {
    private static final Set<String> HEARD =
            Set.of("status", "jobs", "job", "explain", "explainWorker", "ledger", "start", "forecasts.accounts");
    private static final int MOST = 4_000;

    private final Object target;
    private final Deque<Told> told;

    /** What the pool answered to which question. */
    private record Told(String question, List<Object> details, Object answer) {}

    private Witness(Object target, Deque<Told> told) {
        this.target = target;
        this.told = told;
    }

    static Witness of(GpuPool pool) {
        return new Witness(pool, new ArrayDeque<>());
    }

    GpuPool pool() {
        return as(GpuPool.class);
    }

    private <T> T as(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(Witness.class.getClassLoader(), new Class<?>[] {type}, this));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] details) throws Throwable {
        Object answer;
        try {
            answer = method.invoke(target, details);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (answer instanceof Forecasts || answer instanceof Accounts) {
            Class<?> type = answer instanceof Forecasts ? Forecasts.class : Accounts.class;
            return new Witness(answer, told).as(type);
        }
        String question = target instanceof Forecasts && method.getName().equals("accounts")
                ? "forecasts.accounts"
                : method.getName();
        if (answer != null && HEARD.contains(question)) {
            remember(new Told(question, details == null ? List.of() : Arrays.asList(details), answer));
        }
        return answer;
    }

    private void remember(Told one) {
        synchronized (told) {
            told.addFirst(one);
            if (told.size() > MOST) {
                told.removeLast();
            }
        }
    }

    /** Answers to a question, the newest first. */
    <T> List<T> told(Class<T> type, String question, Object... details) {
        List<Object> wanted = Arrays.asList(details);
        List<T> answers = new ArrayList<>();
        synchronized (told) {
            for (Told one : told) {
                boolean same = one.details().size() >= wanted.size()
                        && one.details().subList(0, wanted.size()).equals(wanted);
                if (one.question().equals(question) && same) {
                    answers.add(type.cast(one.answer()));
                }
            }
        }
        return answers;
    }
}
