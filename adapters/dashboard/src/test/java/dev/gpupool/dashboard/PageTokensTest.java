package dev.gpupool.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Behind a proxy that speaks TLS the server is asked over http, and must know better. */
class PageTokensTest {
    private static final DashboardViewer ANA = DashboardViewer.operator("ana");
    private final List<Cookie> cookies = new ArrayList<>();
    private final HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {HttpServletResponse.class}, (proxy, call, details) -> {
                cookies.add((Cookie) details[0]);
                return null;
            });

    private HttpServletRequest request(Map<String, String> headers) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, call, details) -> answer(call.getName(), details, headers));
    }

    private @Nullable Object answer(String call, Object @Nullable [] details, Map<String, String> headers) {
        return switch (call) {
            case "getHeader" -> headers.get(String.valueOf(details == null ? "" : details[0]));
            case "getScheme" -> "http";
            case "getCookies" -> cookies.toArray(new Cookie[0]);
            default -> throw new UnsupportedOperationException(call);
        };
    }

    private Map<String, String> action(String origin, String token) {
        return new TreeMap<>(Map.of("Host", "inside:8080", "Origin", origin, PageTokens.HEADER, token));
    }

    @Test
    void shouldTakeTheNamedOriginAndNoOtherAndSendItsCookieOverTlsOnly() {
        PageTokens tokens = new PageTokens("https://pool.example.org");
        String token = tokens.issue(request(Map.of("Host", "inside:8080")), response, ANA);

        assertThat(cookies).hasSize(1);
        assertThat(cookies.get(0).getSecure()).isTrue();
        assertThat(cookies.get(0).getPath()).isNull();
        tokens.require(request(action("https://pool.example.org", token)), ANA);
        for (String origin : List.of("http://inside:8080", "http://pool.example.org", "https://evil.example")) {
            assertThatThrownBy(() -> tokens.require(request(action(origin, token)), ANA))
                    .isInstanceOf(Refusal.class);
        }
    }

    @Test
    void shouldTakeTheOriginOfTheRequestIfNoneIsNamed() {
        PageTokens tokens = new PageTokens(null);
        String token = tokens.issue(request(Map.of("Host", "inside:8080")), response, ANA);

        assertThat(cookies.get(0).getSecure()).isFalse();
        tokens.require(request(action("http://inside:8080", token)), ANA);
        assertThatThrownBy(() ->
                        tokens.require(request(action("http://inside:8080", token)), DashboardViewer.operator("rui")))
                .isInstanceOf(Refusal.class);
    }
}
