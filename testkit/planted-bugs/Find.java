import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs test classes against planted bugs, without shrinking what it finds. Ends with 10 if a test failed, which is what
 * is wanted, 0 if all were green, and 1 if nothing ran.
 */
final class Find {
    private Find() {}

    public static void main(String[] classes) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request()
                .configurationParameter("jqwik.shrinking.default", "OFF")
                .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                .configurationParameter("jqwik.reporting.onlyfailures", "true");
        for (String name : classes) {
            request.selectors(selectClass(name));
        }
        LauncherDiscoveryRequest wanted = request.build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(wanted, listener);
        TestExecutionSummary summary = listener.getSummary();
        PrintWriter out = new PrintWriter(System.out, true);
        summary.getFailures().forEach(failure -> {
            String text = String.valueOf(failure.getException().getMessage()).strip();
            String line = text.replaceAll("\\s+", " ");
            out.println(failure.getTestIdentifier().getDisplayName() + ": "
                    + line.substring(0, Math.min(300, line.length())));
        });
        System.exit(summary.getTestsStartedCount() == 0 ? 1 : summary.getFailures().isEmpty() ? 0 : 10);
    }
}
