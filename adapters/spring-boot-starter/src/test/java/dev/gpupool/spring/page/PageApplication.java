package dev.gpupool.spring.page;

import dev.gpupool.JobHandler;
import dev.gpupool.dashboard.DashboardAccess;
import dev.gpupool.dashboard.DashboardViewer;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** The application that {@code docs/spring-boot.md} shows in pieces. */
@SpringBootApplication
@EnableWebSecurity
@EnableTransactionManagement
class PageApplication {
    @Bean
    JobHandler train() {
        return job -> "{\"loss\": 0.1}";
    }

    @Bean
    DashboardAccess dashboardAccess() {
        return request -> {
            if (request.getUserPrincipal() == null) {
                return null; // 403
            }
            String name = request.getUserPrincipal().getName();
            return request.isUserInRole("GPU_ADMIN") ? DashboardViewer.operator(name) : DashboardViewer.reader(name);
        };
    }

    @Bean
    SecurityFilterChain security(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.requestMatchers("/gpupool/v1/**")
                        .permitAll()
                        .requestMatchers("/gpupool/dashboard/**")
                        .hasAnyRole("GPU", "GPU_ADMIN")
                        .anyRequest()
                        .authenticated())
                .csrf(csrf -> csrf.ignoringRequestMatchers("/gpupool/v1/**", "/gpupool/dashboard/**"))
                .httpBasic(Customizer.withDefaults())
                .build();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("clerk").password("{noop}clerk").roles("GPU").build());
    }

    @Bean
    CountedTransactions transactions() {
        return new CountedTransactions();
    }
}
