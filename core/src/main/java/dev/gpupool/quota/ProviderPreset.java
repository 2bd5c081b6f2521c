package dev.gpupool.quota;

import dev.gpupool.internal.util.PresetFile;
import dev.gpupool.spi.internal.Require;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a real provider, with its sources, as of a day. Providers change: look at the date, and at what the
 * account itself shows. The presets {@code colab} and {@code kaggle} are none of these; they are the seed's own numbers.
 *
 * <p>A value that is not known is missing, never guessed. A preset whose {@code missing} is not empty makes no policy by
 * itself. Limits are no permission: {@code terms} is what the provider's terms say, and is logged when the first worker
 * of the policy registers.
 *
 * @param name such as {@code kaggle-batch-2026}
 * @param verifiedOn when its facts were last gathered
 * @param known the policy as far as it is known; what is missing in it stands at its default
 * @param missing what a policy would need beside that, or empty
 * @param terms what the provider's terms say, a sentence an entry
 * @param facts where each value comes from, by its name in the file
 */
public record ProviderPreset(
        String name,
        LocalDate verifiedOn,
        ProviderPolicy known,
        String missing,
        List<String> terms,
        SortedMap<String, String> facts) {
    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException if the name is not of the form {@code [A-Za-z0-9._@+-]{1,100}}
     */
    public ProviderPreset {
        Require.name("preset.name", name);
        terms = List.copyOf(terms);
        facts = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(facts));
    }

    /**
     * Every preset of this release.
     *
     * @return in the order of the file
     */
    public static List<ProviderPreset> all() {
        return PresetFile.read();
    }

    /**
     * One preset.
     *
     * @param name its name
     * @return the preset
     * @throws IllegalArgumentException if there is none of the name; names all
     */
    public static ProviderPreset named(String name) {
        List<ProviderPreset> all = all();
        return all.stream()
                .filter(preset -> preset.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("preset.name must be one of "
                        + all.stream().map(ProviderPreset::name).toList() + ", but was " + name));
    }

    /**
     * The policy.
     *
     * @return a policy of the preset's name
     * @throws IllegalStateException if something is missing; says what
     */
    public ProviderPolicy policy() {
        if (!missing.isEmpty()) {
            throw new IllegalStateException("preset " + name + " makes no policy by itself; missing is the " + missing
                    + ". Give your own: policy(allowance, window)");
        }
        return known;
    }

    /**
     * The policy with an allowance of the operator's own, where the provider publishes none or counts otherwise.
     *
     * @param allowance how much an account may use in a window
     * @param window the window, or {@code null} for the preset's
     * @return a policy of the preset's name
     */
    public ProviderPolicy policy(Duration allowance, @Nullable QuotaWindow window) {
        ProviderPolicy.Builder policy = known.toBuilder().allowance(allowance);
        return window == null ? policy.build() : policy.window(window).build();
    }
}
