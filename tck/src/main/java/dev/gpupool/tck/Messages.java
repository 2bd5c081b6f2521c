package dev.gpupool.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.worker.ClaimAnswer;
import dev.gpupool.spi.worker.Content;
import dev.gpupool.spi.worker.Device;
import dev.gpupool.spi.worker.Directive;
import dev.gpupool.spi.worker.LeaseGrant;
import dev.gpupool.spi.worker.LeaseReport;
import dev.gpupool.spi.worker.LeaseToken;
import dev.gpupool.spi.worker.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What workers and pools say in the tests of transports: the ordinary, the least and the most. */
final class Messages {
    /** Longer than any test waits for what must happen soon, and no longer than a wire can be held. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Text that is damaged by a wrong encoding, by missing or doubled escapes, or by a line-wise protocol. */
    static final String TEXT =
            "ação, füße, 量子, עברית, 🚀🧪; \"quoted\" \\ 'single' {0} %s <a href=\"#\">&amp;</a>\r\n\t"
                    + "\u0000\u0001\u007f\u2028 é is not e\u0301";

    /** More than a double can hold. */
    static final long LARGE = (1L << 53) + 1;

    private Messages() {}

    static Registration registration(String name) {
        return new Registration(
                "default",
                "colab",
                "account-of-" + name,
                name,
                "instance-of-" + name,
                Duration.ofMillis(1_234),
                null,
                1,
                List.of(new Device("Tesla T4", 15_360)),
                Map.of("zone", "a"),
                List.of("train"));
    }

    static Registration leastRegistration() {
        return new Registration("", "p", "a", "w", "i", Duration.ZERO, null, 1, List.of(), Map.of(), List.of());
    }

    static Registration mostRegistration() {
        String longest = "n".repeat(93) + ".-_@+Z9";
        List<Device> devices = new ArrayList<>();
        TreeMap<String, String> labels = new TreeMap<>();
        List<String> handlers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            devices.add(new Device("Device \"" + i + "\" {~}", i == 0 ? 0 : 100_000_000 - i));
            labels.put("label-" + i, i == 0 ? "" : " =&;," + "v".repeat(150 + i % 40));
            handlers.add("handler-" + (63 - i));
        }
        return new Registration(
                "tenant",
                longest,
                longest,
                longest,
                longest,
                Duration.ofMillis(43_199_999),
                Duration.ofMillis(41_400_001),
                16,
                devices,
                labels,
                handlers);
    }

    static LeaseToken lease(String id) {
        return new LeaseToken("job-" + id, 2, "lease-" + id);
    }

    static CheckpointRef checkpoint(long step) {
        return new CheckpointRef("s3://bucket/job 1/" + step + "?a=b&c=%20", "0123456789abcdef".repeat(4), LARGE, step);
    }

    static LeaseGrant grant(LeaseToken lease) {
        return new LeaseGrant(lease, "train", Content.json("{\"n\":1}"), null, false, Duration.ofHours(1), null);
    }

    static LeaseGrant fullGrant(LeaseToken lease, Content payload) {
        return new LeaseGrant(
                lease,
                "handler.of-the_job@1",
                payload,
                checkpoint(LARGE),
                true,
                Duration.ofMillis(5_400_001),
                Duration.ofMillis(41_400_999));
    }

    /** Contents of every kind and of the largest size. */
    static List<Content> contents() {
        String unit = "量🚀";
        int room = Content.MAX_INLINE_BYTES - 2;
        int unitBytes = unit.getBytes(UTF_8).length;
        String largest = '"' + unit.repeat(room / unitBytes) + "x".repeat(room % unitBytes) + '"';
        return List.of(
                Content.NONE,
                Content.json("{}"),
                Content.json("\"\""),
                Content.json("{\"a\":[1,-0.000000123,9223372036854775807,true,null,{\"ключ\":\"🚀 \\u0000 \\n\"}]}"),
                Content.json(" [ 1 ,\n\t2 ] "),
                Content.json(largest),
                Content.json('"' + "a".repeat(room) + '"'),
                Content.reference("s3://bucket/" + "r".repeat(1_988)));
    }

    /** Every kind of order, with and without a lease, a reason and a time. */
    static List<Directive> directives(LeaseToken lease) {
        List<Directive> directives = new ArrayList<>();
        for (Directive.Type type : Directive.Type.values()) {
            directives.add(new Directive(type, null, "DEADLINE", null));
            directives.add(new Directive(type, lease.leaseId(), "QUOTA", Duration.ZERO));
            directives.add(new Directive(type, lease.leaseId(), "OPERATOR", Duration.ofMillis(899_001)));
        }
        return directives;
    }

    /** A message as a value that can be compared: contents are equal if their documents are. */
    static Object shown(@Nullable Object message) {
        if (message instanceof LeaseReport.Completed completed) {
            return List.of(completed.lease(), shown(completed.result()), completed.ran());
        }
        if (message instanceof ClaimAnswer answer) {
            LeaseGrant grant = answer.grant();
            return grant == null ? answer : List.of(shown(grant), answer.directives());
        }
        if (message instanceof LeaseGrant grant) {
            return Arrays.asList(
                    grant.lease(),
                    grant.handler(),
                    shown(grant.payload()),
                    grant.checkpoint(),
                    grant.resumable(),
                    grant.limit(),
                    grant.sessionRemaining());
        }
        if (message instanceof Content content) {
            String json = content.json();
            return json == null ? content : Document.parse(json.getBytes(UTF_8));
        }
        return message == null ? "null" : message;
    }
}
