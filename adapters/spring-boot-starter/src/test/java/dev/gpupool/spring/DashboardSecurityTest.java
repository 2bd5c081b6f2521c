package dev.gpupool.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.dashboard.DashboardAccess;
import dev.gpupool.dashboard.DashboardViewer;
import dev.gpupool.spring.app.TestApplication;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** What {@code docs/spring-boot.md} says about Spring Security. */
@SpringBootTest(
        classes = {TestApplication.class, DashboardSecurityTest.Security.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "gpupool.storage.type=memory",
            "gpupool.workers.box-1.handler=train",
            "gpupool.dashboard.enabled=true",
            "spring.datasource.url=jdbc:sqlite::memory:"
        })
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class DashboardSecurityTest {
    @Value("${local.server.port}")
    private int port;

    @Configuration(proxyBeanMethods = false)
    @EnableWebSecurity
    static class Security {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.requestMatchers("/gpupool/v1/**")
                            .permitAll()
                            .requestMatchers("/gpupool/dashboard/**")
                            .hasAnyRole("GPU", "GPU_ADMIN")
                            .anyRequest()
                            .authenticated())
                    .csrf(csrf -> csrf.ignoringRequestMatchers("/gpupool/v1/**", "/gpupool/dashboard/**"))
                    .headers(headers -> headers.contentSecurityPolicy(
                            policy -> policy.policyDirectives("script-src 'self' https://cdn.example.org")))
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        DashboardAccess access() {
            return request -> {
                if (request.getUserPrincipal() == null) {
                    return null;
                }
                String name = request.getUserPrincipal().getName();
                return request.isUserInRole("GPU_ADMIN")
                        ? DashboardViewer.operator(name)
                        : DashboardViewer.reader(name);
            };
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    user("clerk", "GPU"), user("boss", "GPU_ADMIN"), user("guest", "WEB"));
        }

        private static org.springframework.security.core.userdetails.UserDetails user(String name, String role) {
            return User.withUsername(name).password("{noop}" + name).roles(role).build();
        }
    }

    private DashboardBrowser as(String user) {
        String login = Base64.getEncoder().encodeToString((user + ':' + user).getBytes(StandardCharsets.UTF_8));
        return new DashboardBrowser(port, "/gpupool/dashboard", "Authorization", "Basic " + login);
    }

    private DashboardBrowser anonymous() {
        return new DashboardBrowser(port, "/gpupool/dashboard", "Viewer", "boss");
    }

    @Test
    void shouldLeaveTheLoginToTheApplication() throws Exception {
        assertThat(anonymous().get("/").statusCode()).isEqualTo(401);
        assertThat(as("guest").get("/").statusCode()).isEqualTo(403);
        assertThat(as("clerk").get("/").statusCode()).isEqualTo(200);
        assertThat(as("clerk").json("/api/me").get("name").asString()).isEqualTo("clerk");
    }

    @Test
    void shouldLetThoseActWhoseRoleTheBeanKnows() throws Exception {
        DashboardBrowser clerk = as("clerk");
        DashboardBrowser boss = as("boss");

        assertThat(clerk.act(clerk.origin(), "/api/workers/box-1/drain").statusCode())
                .isEqualTo(403);
        assertThat(boss.act(boss.origin(), "/api/workers/box-1/drain").statusCode())
                .isEqualTo(200);
        assertThat(boss.act("https://evil.example.org", "/api/workers/box-1/drain")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void shouldKeepThePagesOwnPolicyAndStream() throws Exception {
        HttpResponse<String> page = as("clerk").get("/");

        assertThat(page.headers().allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .startsWith("default-src 'none'");
        assertThat(page.headers().allValues("X-Frame-Options")).containsExactly("DENY");
        assertThat(as("clerk").stream().poll(30, TimeUnit.SECONDS)).contains("\"whole\":true");
    }

    @Test
    void shouldLetWorkersShowTheirOwnTokens() throws Exception {
        HttpResponse<String> refused = anonymous().post("/gpupool/v1/sessions", "{}");

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(scheme -> assertThat(scheme).startsWith("Bearer"));
    }
}
