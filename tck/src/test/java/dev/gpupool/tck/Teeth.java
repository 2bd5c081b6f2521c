package dev.gpupool.tck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs a suite inside a test and tells what became of its tests, by name without parentheses. */
final class Teeth {
    private Teeth() {}

    static Map<String, TestExecutionResult.Status> run(Class<?> suite) {
        return run(List.of(selectClass(suite)));
    }

    static Map<String, TestExecutionResult.Status> run(Class<?> suite, List<String> tests) {
        return run(tests.stream().map(test -> selectMethod(suite, test)).toList());
    }

    private static Map<String, TestExecutionResult.Status> run(List<? extends DiscoverySelector> selectors) {
        TreeMap<String, TestExecutionResult.Status> results = new TreeMap<>();
        TestExecutionListener listener = new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    results.put(test.getDisplayName().replace("()", ""), result.getStatus());
                }
            }
        };
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectors)
                                .build(),
                        listener);
        return results;
    }
}
