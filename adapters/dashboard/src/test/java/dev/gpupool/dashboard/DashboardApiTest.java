package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.JobState;
import dev.gpupool.TokenSpec;
import dev.gpupool.status.PoolStatus;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The calls behind the page, over a real server, with a live fleet. */
class DashboardApiTest {
    private static final String COLAB_1 = "api/accounts/colab/gpu1@example.org";
    private static LiveDashboard live;
    private static JobHandle ended;

    @BeforeAll
    static void open() throws Exception {
        live = new LiveDashboard();
        ended = live.submit("quick", "ended");
        ended.result().get(20, TimeUnit.SECONDS);
    }

    @AfterAll
    static void close() throws Exception {
        live.close();
    }

    @Test
    void shouldShowThePoolAsItsStatusHasIt() throws Exception {
        JsonNode shown = Browserless.json(new Browserless(live, "reader").get("api/status"));
        PoolStatus status = live.pool.status();

        assertThat(shown.path("head").path("total").intValue())
                .isEqualTo(status.health().total())
                .isEqualTo(14);
        assertThat(shown.path("workers").propertyNames())
                .containsExactlyInAnyOrderElementsOf(
                        status.workers().stream().map(worker -> worker.worker()).toList());
        assertThat(shown.path("accounts").propertyNames()).hasSize(14);
        JsonNode worker = shown.path("workers").path("Colab-1");
        assertThat(worker.path("devices").path(0).path("model").stringValue()).isEqualTo("Tesla T4");
        assertThat(worker.path("usable").longValue())
                .isEqualTo(Duration.ofMinutes(690).toMillis());
        // Forecasts are made beside it, and told once they are.
        JsonNode account = shown.path("accounts").path("colab/gpu1@example.org");
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!account.path("forecast").isObject()) {
            assertThat(System.nanoTime()).isLessThan(until);
            shown = Browserless.json(new Browserless(live, "reader").get("api/status"));
            account = shown.path("accounts").path("colab/gpu1@example.org");
        }
    }

    @Test
    void shouldCallOffWhoMayNotEvenLook() throws Exception {
        Browserless nobody = new Browserless(live, "nobody");
        for (String path : List.of("", "api/status", "api/events", "api/me", "api/jobs", "app.js")) {
            assertThat(nobody.get(path).statusCode()).as(path).isEqualTo(403);
        }
        assertThat(new Browserless(live, "JOBS").get("api/tokens").statusCode()).isEqualTo(403);
    }

    @Test
    void shouldSayNothingOfWhyTheHostCouldNotTellWhoCalls() throws Exception {
        HttpResponse<String> answer = new Browserless(live, "NO_RIGHT").get("api/me");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("NO_RIGHT");
    }

    @Test
    void shouldShowAnotherTenantNeitherJobsNorTokensOfThis() throws Exception {
        String id = live.pool
                .tokens()
                .create(TokenSpec.pool())
                .get(10, TimeUnit.SECONDS)
                .info()
                .id();
        Browserless other = new Browserless(live, "other").hello();

        assertThat(Browserless.json(other.get("api/jobs")).path("jobs")).isEmpty();
        assertThat(other.get("api/jobs/" + ended.id()).statusCode()).isEqualTo(404);
        assertThat(other.act("api/jobs/" + ended.id() + "/again", "{\"key\":\"x\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(Browserless.json(other.get("api/tokens")).path("tokens")).isEmpty();
        assertThat(other.act("api/tokens/" + id + "/revoke", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldBindEveryAnswerByAStrictPolicyAndHoldNoPayloadInAnyOfThem() throws Exception {
        Browserless viewer = new Browserless(live, "JOBS");
        for (String path : List.of(
                "",
                "app.js",
                "page.css",
                "uplot/uPlot.esm.js",
                "messages.pt-BR.js",
                "api/status",
                "api/jobs",
                "api/jobs/" + ended.id(),
                "api/timeline",
                COLAB_1,
                "api/none",
                "none")) {
            HttpResponse<String> answer = viewer.get(path);
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .as(path)
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .startsWith("default-src 'none'")
                            .contains("script-src 'self'", "frame-ancestors 'none'", "form-action 'none'")
                            .doesNotContain("unsafe", "http:", "*"));
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.body()).as(path).doesNotContain(LiveDashboard.PAYLOAD);
        }
        assertThat(viewer.get("").body()).doesNotContain("<script>", "style=", "onclick", "token");
    }

    @Test
    void shouldServeNothingButItsOwnFiles() throws Exception {
        Browserless reader = new Browserless(live, "reader");
        for (String path : List.of(
                "page/app.js",
                "..%2fDashboard.class",
                "uplot/LICENSE",
                "api/",
                "api/jobs/a/b",
                "api/accounts/colab",
                "api/workers/none",
                "api/jobs/none")) {
            assertThat(reader.get(path).statusCode()).as(path).isBetween(400, 404);
        }
        HttpResponse<String> asset = reader.get("app.js");
        String tag = asset.headers().firstValue("ETag").orElseThrow();
        assertThat(reader.send(reader.request("app.js").header("If-None-Match", tag))
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void shouldRunAnEndedJobAgainAsOneNewJobHoweverOftenTheCallIsSent() throws Exception {
        Browserless operator = new Browserless(live, "JOBS").hello();
        JsonNode first = Browserless.json(operator.act("api/jobs/" + ended.id() + "/again", "{\"key\":\"once-1\"}"));
        JsonNode second = Browserless.json(operator.act("api/jobs/" + ended.id() + "/again", "{\"key\":\"once-1\"}"));

        String id = first.path("id").stringValue();
        assertThat(id).isEqualTo(second.path("id").stringValue()).isNotEqualTo(ended.id());
        assertThat(live.pool.request(id).payload())
                .isEqualTo(live.pool.request(ended.id()).payload());
        live.pool.handle(id).result().get(20, TimeUnit.SECONDS);
        assertThat(live.pool.job(id))
                .hasValueSatisfying(job -> assertThat(job.state()).isEqualTo(JobState.SUCCEEDED));
    }

    @Test
    void shouldNameTheFieldAndTheValueOfWhatItCannotTake() throws Exception {
        Browserless operator = new Browserless(live, "ACCOUNTS").hello();
        HttpResponse<String> answer =
                operator.act(COLAB_1 + "/override", "{\"allowanceHours\":10,\"marginPercent\":170}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("margin").contains("1.7");
        assertThat(operator.act(COLAB_1 + "/override", "no json").statusCode()).isEqualTo(400);
        assertThat(operator.act(COLAB_1 + "/override", "x".repeat(20_000)).statusCode())
                .isEqualTo(413);
        assertThat(operator.act("api/accounts/colab/nobody/report", "{\"usedHours\":1}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldKeepALedgerInStepWithWhatTheProviderSaysAndWhatTheOperatorSets() throws Exception {
        Browserless operator = new Browserless(live, "ACCOUNTS").hello();
        String account = "api/accounts/kaggle/gpu14@example.org";
        Browserless.json(operator.act(account + "/report", "{\"usedHours\":3.5}"));
        Browserless.json(operator.act(account + "/override", "{\"allowanceHours\":20,\"marginPercent\":50}"));

        JsonNode ledger = Browserless.json(operator.get(account));
        assertThat(ledger.path("quota").path("used").longValue())
                .isEqualTo(Duration.ofMinutes(210).toMillis());
        assertThat(ledger.path("quota").path("safe").longValue())
                .isEqualTo(Duration.ofHours(10).toMillis());
        assertThat(ledger.path("corrections").path(0).path("source").stringValue())
                .isEqualTo("PROVIDER");
    }

    @Test
    void shouldFillANotebookWithAddressAndTokenAndTellATokenOnlyOnce() throws Exception {
        Browserless operator = new Browserless(live, "TOKENS").hello();
        HttpResponse<String> notebook = operator.act("api/notebooks/colab", "{}");
        assertThat(notebook.statusCode()).isEqualTo(200);
        assertThat(notebook.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(notebook.body())
                .contains("https://pool.example.org/gpupool/v1")
                .doesNotContain("__GPUPOOL_URL__", "__GPUPOOL_TOKEN__");

        JsonNode made = Browserless.json(operator.act("api/tokens", "{\"hours\":2,\"uses\":3,\"note\":\"box\"}"));
        String secret = made.path("secret").stringValue();
        String list = operator.get("api/tokens").body();
        assertThat(list).contains(made.path("token").path("id").stringValue()).doesNotContain(secret);
    }
}
