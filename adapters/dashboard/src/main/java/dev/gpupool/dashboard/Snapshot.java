package dev.gpupool.dashboard;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The pool at one moment, as it is sent. Immutable; of each form the text is made once, for all pages together.
 */
final class Snapshot {
    private final Instant at;
    private final ObjectNode head;
    private final TreeMap<String, ObjectNode> workers;
    private final TreeMap<String, ObjectNode> accounts;
    private @Nullable String whole;

    Snapshot(Instant at, ObjectNode head, TreeMap<String, ObjectNode> workers, TreeMap<String, ObjectNode> accounts) {
        this.at = at;
        this.head = head;
        this.workers = workers;
        this.accounts = accounts;
    }

    /** All of it. */
    synchronized String whole() {
        if (whole == null) {
            ObjectNode all = message(true);
            changed(all.putObject("workers"), workers, new TreeMap<>());
            changed(all.putObject("accounts"), accounts, new TreeMap<>());
            whole = Json.text(all);
        }
        return whole;
    }

    /** What a page must hear that knows another. */
    String since(Snapshot known) {
        ObjectNode news = message(false);
        changed(news.putObject("workers"), workers, known.workers);
        changed(news.putObject("accounts"), accounts, known.accounts);
        gone(news, "workersGone", workers, known.workers);
        gone(news, "accountsGone", accounts, known.accounts);
        return Json.text(news);
    }

    private ObjectNode message(boolean everything) {
        ObjectNode message = Json.object().put("whole", everything).put("at", at.toEpochMilli());
        message.set("head", head);
        return message;
    }

    private static void changed(ObjectNode to, Map<String, ObjectNode> now, Map<String, ObjectNode> then) {
        now.forEach((name, node) -> {
            if (!node.equals(then.get(name))) {
                to.set(name, node);
            }
        });
    }

    private static void gone(ObjectNode to, String field, Map<String, ObjectNode> now, Map<String, ObjectNode> then) {
        ArrayNode names = to.putArray(field);
        then.keySet().stream().filter(name -> !now.containsKey(name)).forEach(names::add);
    }
}
