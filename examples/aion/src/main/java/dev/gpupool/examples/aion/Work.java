package dev.gpupool.examples.aion;

import dev.gpupool.GpuPool;
import dev.gpupool.JobInfo;
import dev.gpupool.JobRequest;
import dev.gpupool.JobState;
import dev.gpupool.Requirements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The work of the week: 500 short inference jobs a day, evenly spread, and long training jobs, each of which takes
 * several sessions. Some training jobs ask for the other provider's accelerator. Each has a key, so that a process that
 * was killed and started again submits it once more and gets the same job.
 */
final class Work {
    static final int INFERENCE_PER_DAY = 500;

    private final World world;
    private final GpuPool pool;
    private final Map<String, Training> trainings = new LinkedHashMap<>();
    private final List<String> jobs = new ArrayList<>();
    private int submitted;
    private int expected;
    private int trainingsPlanned;

    Work(World world, GpuPool pool) {
        this.world = world;
        this.pool = pool;
    }

    /** Plans all submissions from now on. */
    void plan(Options options) {
        int inferences = (int) Math.round(INFERENCE_PER_DAY * options.days());
        for (int i = 0; i < inferences; i++) {
            int number = i;
            at(24.0 * i / INFERENCE_PER_DAY, () -> inference(number));
        }
        if (options.allAtOnce()) {
            plan(28, Math.min(3, 12 * options.days()), 0, 0);
        } else if (options.days() >= 4) {
            plan(6, 28, 0, 0);
            plan(8, 28, 24, 12);
        } else {
            plan(6, 12 * options.days(), 0, 0);
        }
    }

    private void plan(int count, double hours, double from, double every) {
        for (int i = 0; i < count; i++) {
            int number = trainingsPlanned++;
            at(from + i * every, () -> training(number, hours));
        }
    }

    private void at(double hour, Runnable submit) {
        expected++;
        world.at(hour, submit);
    }

    private void inference(int number) {
        submit(
                JobRequest.handler("infer")
                        .key("infer-" + number)
                        .priority(5)
                        .limit(world.minutes(5))
                        .build(),
                id -> {});
    }

    private void training(int number, double hours) {
        Training training = new Training(number, 0.01, (int) Math.round(hours * Training.EPOCHS_PER_HOUR));
        Requirements needs = number % 3 == 2 ? new Requirements(null, "Tesla P100", 0, 0, Map.of()) : Requirements.NONE;
        submit(
                JobRequest.handler("train")
                        .key("train-" + number)
                        .payload(training.toJson())
                        .requirements(needs)
                        .limit(world.hours(3 * hours))
                        .resumable(world.minutes(0.1))
                        .build(),
                id -> trainings.put(id, training));
    }

    /** What the pool cannot take now is submitted again after a while. */
    private void submit(JobRequest request, Consumer<String> then) {
        pool.submitAsync(request)
                .whenCompleteAsync(
                        (handle, failure) -> {
                            if (failure != null) {
                                world.later(world.minutes(1), () -> submit(request, then));
                                return;
                            }
                            submitted++;
                            jobs.add(handle.id());
                            then.accept(handle.id());
                        },
                        world.executor());
    }

    /** Whether all are done, as the pool's records say: an event of the end may have been lost with a process. */
    boolean allDone(Set<String> told) {
        for (String id : jobs) {
            if (!told.contains(id) && pool.job(id).map(JobInfo::state).orElse(null) != JobState.SUCCEEDED) {
                return false;
            }
        }
        return allSubmitted();
    }

    boolean allSubmitted() {
        return submitted == expected;
    }

    List<String> jobs() {
        return jobs;
    }

    Map<String, Training> trainings() {
        return trainings;
    }
}
