package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gpupool.JobState;
import dev.gpupool.TokenSpec;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What callers may try who are not the page, and hosts that do not answer as they should. */
class DashboardAttackTest {
    private static LiveDashboard live;
    private static String ended;
    private static String secret;

    @BeforeAll
    static void open() throws Exception {
        live = new LiveDashboard();
        ended = live.submit("quick", "ended").id();
        live.pool.handle(ended).result().get(20, TimeUnit.SECONDS);
        secret = live.pool
                .tokens()
                .create(TokenSpec.pool())
                .get(10, TimeUnit.SECONDS)
                .secret();
    }

    @AfterAll
    static void close() throws Exception {
        live.answerable.countDown();
        live.close();
    }

    private static void assertBound(HttpResponse<?> answer) {
        assertThat(answer.headers().allValues("Content-Security-Policy")).containsExactly(DashboardServlet.POLICY);
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("X-Frame-Options")).hasValue("DENY");
    }

    private static int pages() throws Exception {
        JsonNode status = Browserless.json(new Browserless(live, "reader").get("api/status"));
        return status.path("head").path("pages").intValue();
    }

    @Test
    void shouldBindEveryAnswerToEveryMethodAndOpenNoStreamButForGet() throws Exception {
        Browserless reader = new Browserless(live, "reader");
        List<String> paths = List.of("", "app.js", "none", "api/status", "api/events", "api/jobs/x/cancel", "api/none");
        for (String method : List.of("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND", "ODD", "get")) {
            for (String path : paths) {
                HttpResponse<String> answer =
                        reader.send(reader.request(path).method(method, HttpRequest.BodyPublishers.noBody()));
                assertBound(answer);
                boolean read = method.equals("HEAD") && !path.equals("api/events");
                assertThat(answer.statusCode())
                        .as(method + " " + path)
                        .satisfies(status -> assertThat(status == 405).isEqualTo(!read));
                assertThat(answer.headers().firstValue("Allow").isPresent()).isEqualTo(!read);
            }
        }
        for (int i = 0; i < 10; i++) {
            reader.send(reader.request("api/events").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        }
        // At most those of other tests, which end once they are found to be gone.
        assertThat(pages()).isLessThan(10);
    }

    @Test
    void shouldServeNoFileThatIsNotOfThePageHoweverItIsWritten() throws Exception {
        Browserless reader = new Browserless(live, "reader");
        for (String path : List.of(
                "../app.js",
                "./../DashboardServlet.class",
                "..%2fDashboardServlet.class",
                "%2e%2e/DashboardServlet.class",
                "..;/DashboardServlet.class",
                "uplot/../../DashboardServlet.class",
                "uplot/LICENSE",
                "uplot//uPlot.min.css",
                "app.js%00.css",
                "app.js/",
                "APP.JS",
                "/etc/passwd",
                "WEB-INF/web.xml",
                "META-INF/MANIFEST.MF",
                "notebooks/colab_worker.ipynb")) {
            HttpResponse<String> answer = reader.get(path);
            assertThat(answer.statusCode()).as(path).isBetween(400, 404);
            assertThat(answer.body()).doesNotContain("import ", "root:", "nbformat");
        }
    }

    @Test
    void shouldCallWhatItCannotTakeInvalidAndNeverFail() throws Exception {
        Browserless tokens = new Browserless(live, "TOKENS").hello();
        Browserless jobs = new Browserless(live, "JOBS").hello();
        Browserless accounts = new Browserless(live, "ACCOUNTS").hello();
        String digits = "1" + "0".repeat(400);
        for (String body : List.of(
                "[]",
                "7",
                "{\"hours\":",
                "[".repeat(8_000),
                "{\"hours\":1e999}",
                "{\"hours\":" + digits + "}",
                "{\"hours\":-1}",
                "{\"hours\":\"1\"}",
                "{\"hours\":1,\"uses\":" + digits + "}",
                "{\"hours\":1,\"uses\":-1}",
                "{\"hours\":1,\"uses\":1e999}",
                "{\"hours\":1,\"note\":\"\\ud800\"}",
                "{\"hours\":1,\"note\":\"\\u0000\"}",
                "{\"hours\":1,\"note\":{}}",
                "{\"hours\":1,\"note\":\"" + "x".repeat(5_000) + "\"}",
                "{\"hours\":1,\"provider\":\"nowhere\",\"account\":\"x\"}",
                "{\"hours\":1,\"provider\":\"../colab\",\"account\":\"<b>\"}",
                "\u0000\u0001")) {
            HttpResponse<String> answer = tokens.act("api/tokens", body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertBound(answer);
        }
        assertThat(tokens.act("api/tokens", " ".repeat(1 << 20)).statusCode()).isEqualTo(413);
        for (String key : List.of("", "\\ud800", "\\u0000", "x".repeat(10_000))) {
            assertThat(jobs.act("api/jobs/" + ended + "/again", "{\"key\":\"" + key + "\"}")
                            .statusCode())
                    .as(key)
                    .isEqualTo(400);
        }
        String colab = "api/accounts/colab/gpu1@example.org/override";
        for (String margin : List.of("null", "0", "-5", "1e999", digits, "\"50\"")) {
            assertThat(accounts.act(colab, "{\"allowanceHours\":1,\"marginPercent\":" + margin + "}")
                            .statusCode())
                    .as(margin)
                    .isEqualTo(400);
        }
        for (String path : List.of(
                "api/jobs?state=NO",
                "api/jobs?after=x",
                "api/jobs?after=%00%0d%0a",
                "api/jobs?after=" + "x".repeat(4_000),
                "api/jobs/" + "x".repeat(4_000),
                "api/jobs/%0d%0aSet-Cookie:x=y",
                "api/workers/%3Cscript%3E",
                "api/accounts/colab/%22")) {
            HttpResponse<String> answer = jobs.get(path);
            assertThat(answer.statusCode()).as(path).isBetween(200, 404);
            assertThat(answer.headers().map()).doesNotContainKey("set-cookie");
        }
    }

    @Test
    void shouldSayThatAKeyIsTakenByAnotherJob() throws Exception {
        live.submit("train", "taken");
        Browserless jobs = new Browserless(live, "JOBS").hello();

        HttpResponse<String> answer = jobs.act("api/jobs/" + ended + "/again", "{\"key\":\"taken\"}");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(live.pool.job(ended))
                .hasValueSatisfying(job -> assertThat(job.state()).isEqualTo(JobState.SUCCEEDED));
    }

    @Test
    void shouldTellNobodyAPayloadAResultOrTheSecretOfAToken() throws Exception {
        Browserless operator = new Browserless(live, "JOBS").hello();
        StringBuilder all = new StringBuilder();
        for (String path : List.of(
                "",
                "app.js",
                "api/me",
                "api/status",
                "api/jobs",
                "api/jobs/" + ended,
                "api/timeline",
                "api/workers/Colab-1",
                "api/accounts/colab/gpu1@example.org")) {
            HttpResponse<String> answer = operator.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            all.append(answer.body()).append(answer.headers());
        }
        all.append(new Browserless(live, "TOKENS").get("api/tokens").body());
        try (Stream<String> lines = operator.stream("api/events")) {
            lines.filter(line -> line.startsWith("data:")).limit(3).forEach(all::append);
        }

        assertThat(live.pool.request(ended).payload().toString()).contains(LiveDashboard.PAYLOAD);
        assertThat(String.valueOf(live.pool.job(ended).orElseThrow().result())).contains(LiveFleet.RESULT);
        assertThat(all)
                .hasSizeGreaterThan(10_000)
                .contains(ended)
                .doesNotContain(
                        LiveDashboard.PAYLOAD, LiveFleet.RESULT, secret, secret.substring(secret.indexOf('.') + 1));
    }

    @Test
    void shouldSayNothingOfAnErrorOfTheHost() throws Exception {
        for (String path : List.of("", "api/me", "api/events", "none")) {
            HttpResponse<String> answer = new Browserless(live, "breaks").get(path);
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).doesNotContain("private-error", "Error", "at dev.");
            assertBound(answer);
        }
    }

    @Test
    void shouldServeOthersWhileTheHostCannotSayWhoOneIs() throws Exception {
        Browserless waiting = new Browserless(live, "waits");
        var answer = waiting.sendAsync(waiting.request("api/status"));
        Browserless reader = new Browserless(live, "reader");
        assertThat(reader.get("api/status").statusCode()).isEqualTo(200);
        try (Stream<String> lines = reader.stream("api/events")) {
            assertThat(lines.filter(line -> line.startsWith("data:")).limit(2)).hasSize(2);
        }
        assertThat(answer).isNotDone();
        live.answerable.countDown();
        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldHoldNoStreamForATenantThatThereIsNot() throws Exception {
        Browserless stranger = new Browserless(live, "stranger");
        for (String path : List.of("api/events", "api/status", "api/timeline", "api/jobs")) {
            assertThat(stranger.get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void shouldGiveThePageACookieThatScriptsAndOtherSitesDoNotGet() throws Exception {
        String cookie = new Browserless(live, "reader")
                .get("api/me")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        assertThat(cookie)
                .contains("HttpOnly", "SameSite=Strict")
                // Behind a proxy that shows another prefix, a path of ours would hide it from the page.
                .doesNotContain("Path=", "Domain=");
    }

    @Test
    void shouldTakeNoAddressThatAShellOrANotebookWouldTakeForSomethingElse() {
        DashboardOptions options = DashboardOptions.ofDefaults();
        for (String url : List.of(
                "ftp://pool.example.org",
                "https://user:secret@pool.example.org/v1",
                "https://pool.example.org/$(reboot)",
                "https://pool.example.org/';reboot;'",
                "https://pool.example.org/v1?a=b&c",
                "mailto:a")) {
            assertThatThrownBy(() -> options.workersUrl(URI.create(url)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("dashboard.workersUrl")
                    .hasMessageContaining(url);
        }
        assertThat(options.workersUrl(URI.create("http://[::1]:8080/gpupool/v1"))
                        .workersUrl())
                .isNotNull();
    }
}
