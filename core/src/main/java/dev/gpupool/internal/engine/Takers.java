package dev.gpupool.internal.engine;

import dev.gpupool.Requirements;
import dev.gpupool.internal.select.CapabilityClass;
import dev.gpupool.internal.util.Lookup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which capability classes can take what a host asks for: found once for each tenant and requirements, then only looked
 * up, and added to as classes come. The caller holds the pool's lock.
 */
final class Takers {
    private static final int KEPT = 1_000;

    private record Asked(String tenant, Requirements requirements) {}

    private static final class Taking {
        private final Asked asked;
        private final List<CapabilityClass<Spot>> classes = new ArrayList<>(1);
        private int seen;

        Taking(Asked asked) {
            this.asked = asked;
        }
    }

    private final Fleet fleet;
    private final Tenants tenants;
    private final Lookup<Asked, Taking> known = new Lookup<>();
    private @Nullable Taking last;

    Takers(Fleet fleet, Tenants tenants) {
        this.fleet = fleet;
        this.tenants = tenants;
    }

    /**
     * The classes that can take it, in the order of the index.
     *
     * @throws dev.gpupool.UnknownTenantException if there is no such tenant
     */
    List<CapabilityClass<Spot>> of(String tenant, Requirements requirements) {
        Taking taking = find(tenant, requirements);
        if (taking.seen < fleet.capabilities().size()) {
            addNew(taking);
        }
        return taking.classes;
    }

    @SuppressWarnings("ReferenceEquality") // the same objects are equal ones, and most hosts ask with the same
    private Taking find(String tenant, Requirements requirements) {
        Taking newest = last;
        if (newest != null && newest.asked.tenant == tenant && newest.asked.requirements == requirements) {
            return newest;
        }
        tenants.require(tenant);
        Asked asked = new Asked(tenant, requirements);
        Taking taking = known.get(asked);
        if (taking == null) {
            if (known.size() >= KEPT) {
                known.clear();
            }
            taking = new Taking(asked);
            known.put(asked, taking);
        }
        last = taking;
        return taking;
    }

    private void addNew(Taking taking) {
        for (; taking.seen < fleet.capabilities().size(); taking.seen++) {
            Capability capability = fleet.capabilities().get(taking.seen);
            if (capability.takes(taking.asked.tenant, "", taking.asked.requirements)) {
                taking.classes.add(fleet.online().classes().get(taking.seen));
            }
        }
    }
}
