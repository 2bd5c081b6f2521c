package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.JobHandle;
import dev.gpupool.TokenInfo;
import dev.gpupool.TokenSpec;
import dev.gpupool.quota.QuotaView;
import dev.gpupool.spi.worker.Device;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every action, by itself: who may not do it, whence it may not come, and on whose things it may not act. */
class DashboardActionsTest {
    private static LiveDashboard live;
    private static Things ours;
    private static Things theirs;

    /** On which the actions of a test would act, if they could. */
    private record Things(String tenant, String worker, String running, String account, String token) {}

    @BeforeAll
    static void open() throws Exception {
        live = new LiveDashboard();
        Device device = new Device("Tesla T4", 15_360);
        live.fleet.join("other", "Other-1", "colab", "theirs@example.org", device, Duration.ZERO);
        ours = things("default", "Colab-1", "gpu1@example.org");
        theirs = things("other", "Other-1", "theirs@example.org");
    }

    private static Things things(String tenant, String worker, String account) throws Exception {
        JobHandle job = live.submit(tenant, "train", "target");
        String token = live.pool
                .tokens()
                .create(tenant.equals("default") ? TokenSpec.pool() : TokenSpec.tenant(tenant))
                .get(10, TimeUnit.SECONDS)
                .info()
                .id();
        return new Things(tenant, worker, job.id(), account, token);
    }

    @AfterAll
    static void close() throws Exception {
        live.close();
    }

    /** Exhaustive: an action that is new does not compile until it is named here. */
    private static String path(Action action, Things on) {
        return switch (action) {
            case DRAIN -> "api/workers/" + on.worker() + "/drain";
            case CANCEL -> "api/jobs/" + on.running() + "/cancel";
            case AGAIN -> "api/jobs/" + on.running() + "/again";
            case OVERRIDE -> "api/accounts/colab/" + on.account() + "/override";
            case REPORT -> "api/accounts/colab/" + on.account() + "/report";
            case CREATE_TOKEN -> "api/tokens";
            case REVOKE_TOKEN -> "api/tokens/" + on.token() + "/revoke";
            case NOTEBOOK -> "api/notebooks/colab";
        };
    }

    private static String body(Action action) {
        return switch (action) {
            case DRAIN, CANCEL, REVOKE_TOKEN, NOTEBOOK -> "{}";
            case AGAIN -> "{\"key\":\"again-1\"}";
            case OVERRIDE -> "{\"allowanceHours\":1,\"marginPercent\":1}";
            case REPORT -> "{\"usedHours\":9}";
            case CREATE_TOKEN -> "{\"hours\":1}";
        };
    }

    /** What would be otherwise if an action had been done. */
    private static List<Object> state() {
        List<Object> state = new ArrayList<>();
        for (Things things : List.of(ours, theirs)) {
            live.pool.status(things.tenant()).workers().stream()
                    .filter(worker -> worker.worker().equals(things.worker()))
                    .forEach(worker -> state.add(worker.draining()));
            state.add(live.pool.job(things.running()).orElseThrow().ending());
            QuotaView quota = live.pool.accounts().quota("colab", things.account());
            state.add(List.of(quota.allowance(), quota.safe()));
            state.add(live.pool
                    .accounts()
                    .ledger("colab", things.account())
                    .corrections()
                    .size());
        }
        List<TokenInfo> tokens = live.pool.tokens().list();
        tokens.forEach(token -> state.add(token.id() + token.revokedAt()));
        assertThat(state).hasSizeGreaterThan(8);
        return state;
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void shouldRefuseAnActionToWhoHasEveryRightButItsOwn(Action action) throws Exception {
        List<Object> before = state();
        EnumSet<DashboardRight> others = EnumSet.complementOf(EnumSet.of(action.right()));
        List<String> viewers = new ArrayList<>(List.of("reader"));
        others.forEach(right -> viewers.add(right.name()));
        for (String viewer : viewers) {
            HttpResponse<String> answer = new Browserless(live, viewer).hello().act(path(action, ours), body(action));
            assertThat(answer.statusCode()).as(viewer).isEqualTo(403);
            assertThat(answer.body()).contains("this needs the right " + action.right());
        }
        assertThat(state()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void shouldRefuseAnActionThatDoesNotComeFromThePage(Action action) throws Exception {
        List<Object> before = state();
        Browserless own = new Browserless(live, action.right().name()).hello();
        Browserless stranger = new Browserless(live, "other").hello();
        HttpRequest.Builder full = own.action(path(action, ours), body(action));
        HttpRequest.Builder bare =
                own.request(path(action, ours)).POST(HttpRequest.BodyPublishers.ofString(body(action)));
        HttpRequest.Builder here = bare.copy().header("Origin", live.origin());

        List<HttpRequest.Builder> forged = List.of(
                full.copy(),
                full.copy().header("Origin", "https://evil.example"),
                full.copy().header("Origin", "null"),
                full.copy().header("Origin", live.origin() + ".evil.example"),
                full.copy().header("Origin", live.origin().replace("http:", "https:")),
                full.copy().header("Origin", live.origin()).header("Sec-Fetch-Site", "cross-site"),
                full.copy().header("Origin", live.origin()).header("Sec-Fetch-Site", "same-site"),
                here.copy(),
                here.copy().header(PageTokens.HEADER, own.token()),
                here.copy().header("Cookie", own.cookie()),
                here.copy().header("Cookie", own.cookie()).header(PageTokens.HEADER, ""),
                here.copy().header("Cookie", stranger.cookie()).header(PageTokens.HEADER, own.token()),
                here.copy().header("Cookie", stranger.cookie()).header(PageTokens.HEADER, stranger.token()));
        for (HttpRequest.Builder request : forged) {
            assertThat(own.send(request).statusCode())
                    .as(request.build().headers().toString())
                    .isEqualTo(403);
        }
        assertThat(state()).isEqualTo(before);
    }

    /** As if they were not: whoever is told that they may not touch a thing has learned that there is one. */
    @ParameterizedTest
    @EnumSource(
            value = Action.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CREATE_TOKEN", "NOTEBOOK"})
    void shouldNotFindTheThingsOfAnotherTenant(Action action) throws Exception {
        List<Object> before = state();
        Things nobodys = new Things("", "Nobody-1", "j0", "nobody@example.org", "gpj-0");
        Browserless own = new Browserless(live, action.right().name()).hello();
        HttpResponse<String> answer = own.act(path(action, theirs), body(action));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body())
                .isEqualTo(own.act(path(action, nobodys), body(action)).body());
        assertThat(state()).isEqualTo(before);
    }

    /** Each button of the page calls an action that is named above, and each action has a button. */
    @org.junit.jupiter.api.Test
    void shouldFindEveryActionInThePageAndNoOther() throws IOException {
        Path page = Path.of(System.getProperty("basedir", "."), "src/main/resources/dev/gpupool/dashboard/page");
        Pattern call = Pattern.compile("\\bact\\((?:path\\(([^)]*)\\)|'(\\w+)')");
        EnumSet<Action> found = EnumSet.noneOf(Action.class);
        try (Stream<Path> files = Files.list(page)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".js")).toList()) {
                Matcher matcher = call.matcher(Files.readString(file));
                while (matcher.find()) {
                    String steps = matcher.group(1) == null ? "'" + matcher.group(2) + "'" : matcher.group(1);
                    found.add(Action.at(Stream.of(steps.split(",\\s*", -1))
                            .map(step -> step.replace("'", ""))
                            .toList()));
                }
            }
        }
        assertThat(found).isEqualTo(EnumSet.allOf(Action.class));
    }
}
