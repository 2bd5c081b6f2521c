package dev.gpupool.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parameters of an address. A servlet's own would read a form from the body, and wait for it. */
final class QueryString implements Function<String, @Nullable String> {
    private final TreeMap<String, String> values = new TreeMap<>();

    QueryString(@Nullable String query) {
        if (query == null) {
            return;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Broken escapes are no value of any parameter; the parameter's own check names it.
            return text;
        }
    }

    @Override
    public @Nullable String apply(String name) {
        return values.get(name);
    }
}
