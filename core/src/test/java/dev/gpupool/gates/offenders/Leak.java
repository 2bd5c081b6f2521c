package dev.gpupool.gates.offenders;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** A public class that shows in its signatures what a host must not see. It is read, never run. */
@SuppressWarnings("all")
public abstract class Leak {
    private static final Logger HIDDEN = LoggerFactory.getLogger(Leak.class);

    protected Logger logger = HIDDEN;

    public abstract List<JsonNode> nodes();

    public <T extends Cache<String, String>> void keep(T cache) {}

    public void take(Inside inside) {}

    static final class Inside {}
}
