package dev.gpupool.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonbProperties {
    @Provide
    Arbitrary<String> documents() {
        return Arbitraries.of(
                        "a", "0", "e", "\ue000", "\\u0000", "\\ue000", "\\uE000", "\\\\", "\\\"", "\\n", "u0000", "é")
                .list()
                .ofMaxSize(12)
                .map(parts -> "{\"k\":\"" + String.join("", parts) + "\"}");
    }

    @Property(tries = 1_000)
    void shouldKeepEveryCharacterAndNeverSayNul(@ForAll("documents") String json) {
        String stored = Jsonb.encode(json);

        assertThat(unescaped(stored)).doesNotContain("\0");
        assertThat(unescaped(Jsonb.decode(stored))).isEqualTo(unescaped(json));
    }

    /** The characters that a document stands for. */
    private static String unescaped(String json) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '\\' && json.charAt(i + 1) == 'u') {
                out.append((char) Integer.parseInt(json.substring(i + 2, i + 6), 16));
                i += 5;
            } else if (c == '\\') {
                out.append(c).append(json.charAt(++i));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
