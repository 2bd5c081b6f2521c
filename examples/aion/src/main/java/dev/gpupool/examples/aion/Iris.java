package dev.gpupool.examples.aion;

import java.util.List;

/** Fisher's 150 iris flowers (1936, public domain): four measurements in centimetres and one of three species. */
record Iris(List<double[]> measurements, List<Integer> species) {
    private static final List<String> NAMES = List.of("setosa", "versicolor", "virginica");

    static Iris load() {
        List<List<String>> rows = Resource.rows("iris.csv");
        return new Iris(
                rows.stream()
                        .map(row -> row.subList(0, 4).stream()
                                .mapToDouble(Double::parseDouble)
                                .toArray())
                        .toList(),
                rows.stream().map(row -> NAMES.indexOf(row.get(4))).toList());
    }

    int size() {
        return species.size();
    }
}
