package dev.gpupool.benchmarks;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The words after a benchmark's name: {@code --quick}, and options with a value each. */
public final class Options {
    private final boolean quick;
    private final TreeMap<String, String> values;

    private Options(boolean quick, TreeMap<String, String> values) {
        this.quick = quick;
        this.values = values;
    }

    /**
     * Reads them.
     *
     * @param words as on the command line
     * @param known the options that the benchmark takes
     * @throws IllegalArgumentException if a word is not understood
     */
    static Options of(List<String> words, Set<String> known) {
        boolean quick = false;
        TreeMap<String, String> values = new TreeMap<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--quick")) {
                quick = true;
            } else if (word.startsWith("--") && known.contains(word.substring(2)) && i + 1 < words.size()) {
                values.put(word.substring(2), words.get(++i));
            } else {
                throw new IllegalArgumentException("\"" + word + "\" is not one of --quick and "
                        + known.stream()
                                .map(name -> "--" + name + " VALUE")
                                .sorted()
                                .toList());
            }
        }
        return new Options(quick, values);
    }

    /** Whether the short form was asked for. */
    public boolean quick() {
        return quick;
    }

    /** One of a few words; the first of them by default. */
    public String choice(String name, String... allowed) {
        String value = values.getOrDefault(name, allowed[0]);
        if (!List.of(allowed).contains(value)) {
            throw new IllegalArgumentException(
                    "--" + name + " must be one of " + List.of(allowed) + ", but was " + value);
        }
        return value;
    }

    /** A number of at least one. */
    public int count(String name, int otherwise) {
        @Nullable String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[1-9][0-9]{0,6}")) {
            throw new IllegalArgumentException("--" + name + " must be a number of at least 1, but was " + value);
        }
        return Integer.parseInt(value);
    }
}
