package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.GpuPool;
import dev.gpupool.JobQuery;
import dev.gpupool.JobRequest;
import dev.gpupool.PoolSettings;
import dev.gpupool.UnknownJobException;
import dev.gpupool.UnknownTenantException;
import dev.gpupool.UnknownWorkerException;
import dev.gpupool.WorkerSpec;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.quota.QuotaWindow;
import dev.gpupool.selection.WorkerSelector;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BadInputTest {
    private static final Duration BELOW_ZERO = Duration.ofSeconds(-1);

    private static void refused(String field, String value, ThrowingCallable call) {
        assertThatIllegalArgumentException()
                .isThrownBy(call)
                .withMessageContaining(field)
                .withMessageContaining(value);
    }

    @Test
    void shouldRefuseNonsenseInAJobRequest() {
        JobRequest.Builder request = JobRequest.handler("x");
        refused("request.handler", "a b", () -> JobRequest.handler("a b"));
        refused("request.handler", "\"\"", () -> JobRequest.handler(""));
        refused("request.tenant", "a/b", () -> request.tenant("a/b"));
        refused("request.limit", "PT0S", () -> request.limit(Duration.ZERO));
        refused("request.limit", "PT-1S", () -> request.limit(BELOW_ZERO));
        refused("request.checkpointTime", "PT-1S", () -> request.resumable(BELOW_ZERO));
        refused("request.retries", "-1", () -> request.retries(-1));
        refused("request.key", "é", () -> request.key("é"));
        refused("content.json", "262144", () -> request.payload("\"" + "x".repeat(262_144) + "\""));
    }

    @Test
    void shouldRefuseNonsenseInAPolicy() {
        ProviderPolicy.Builder policy = ProviderPolicy.builder("p");
        refused("policy.name", "p p", () -> ProviderPolicy.builder("p p"));
        refused("policy.allowance", "PT0S", () -> policy.allowance(Duration.ZERO));
        refused("policy.margin", "0.0", () -> policy.margin(0));
        refused("policy.margin", "1.01", () -> policy.margin(1.01));
        refused("policy.margin", "NaN", () -> policy.margin(Double.NaN));
        refused("policy.sessionCap", "PT-1S", () -> policy.sessionCap(BELOW_ZERO));
        refused(
                "policy.shutdownMargin",
                "PT2H",
                () -> policy.sessionCap(Duration.ofHours(1))
                        .shutdownMargin(Duration.ofHours(2))
                        .build());
        refused("window.zone", "null", () -> QuotaWindow.weekly(DayOfWeek.MONDAY, LocalTime.MIDNIGHT, null));
        refused("selector.band", "101", () -> WorkerSelector.leastUtilized(101));
    }

    @Test
    void shouldRefuseNonsenseInAWorkerAndInSettings() {
        WorkerSpec.Builder worker = WorkerSpec.named("w");
        refused("worker.name", "w w", () -> WorkerSpec.named("w w"));
        refused("worker.account", "\"\"", () -> worker.account("colab", ""));
        refused("worker.slots", "0", () -> worker.slots(0));
        refused("device.memoryMib", "-1", () -> worker.device("T4", -1));
        refused("worker.sessionAge", "PT-1S", () -> worker.sessionAge(BELOW_ZERO));
        refused("worker.maxRuntime", "PT0S", () -> worker.maxRuntime(Duration.ZERO));
        refused(
                "settings.heartbeatInterval",
                "PT0S",
                () -> PoolSettings.custom().heartbeatInterval(Duration.ZERO));
        refused("builder.name", "a b", () -> GpuPool.builder().name("a b"));
        refused("builder.tenant", "a b", () -> GpuPool.builder().tenant("a b"));
    }

    @Test
    void shouldChangeNothingForAnUnknownTenantWorkerJobOrAccount() {
        try (World world = World.create()) {
            JobRequest request = JobRequest.handler("x").tenant("nobody").build();
            assertThatThrownBy(() -> world.pool().submit(request))
                    .isInstanceOf(UnknownTenantException.class)
                    .hasMessageContaining("nobody");
            assertThatThrownBy(() -> world.pool().cancel("jnone"))
                    .isInstanceOf(UnknownJobException.class)
                    .hasMessageContaining("jnone");
            assertThatThrownBy(() -> world.pool().quotas().quota("none"))
                    .isInstanceOf(UnknownWorkerException.class)
                    .hasMessageContaining("none");
            refused("none", "colab", () -> world.pool().accounts().quota("colab", "none"));
            assertThat(world.pool().jobs(JobQuery.ALL).jobs()).isEmpty();
            assertThat(world.pool().accounts().all()).isEmpty();
            assertThat(world.events()).isEmpty();
        }
    }
}
