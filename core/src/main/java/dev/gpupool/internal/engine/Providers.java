package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.Account;
import dev.gpupool.internal.record.Doc;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.quota.ProviderPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which policies there are accounts of, and whose: what a job can run on depends on no more than that, so no submit has
 * to look at every account. The caller holds the pool's lock.
 */
final class Providers implements View.Index {
    private record Owner(String provider, String tenant) implements Comparable<Owner> {
        static Owner of(Account account) {
            return new Owner(account.provider(), account.tenant());
        }

        @Override
        public int compareTo(Owner other) {
            int byProvider = provider.compareTo(other.provider);
            return byProvider != 0 ? byProvider : tenant.compareTo(other.tenant);
        }
    }

    private final View view;
    private final TreeMap<Owner, Integer> accounts = new TreeMap<>();

    Providers(View view) {
        this.view = view;
    }

    @Override
    public void changed(Entry<? extends Doc> entry, @Nullable Doc before) {
        Owner was = before instanceof Account account ? Owner.of(account) : null;
        Owner is = entry.current() instanceof Account account ? Owner.of(account) : null;
        if (Objects.equals(was, is)) {
            return;
        }
        if (was != null) {
            accounts.computeIfPresent(was, (owner, count) -> count == 1 ? null : count - 1);
        }
        if (is != null) {
            accounts.merge(is, 1, Integer::sum);
        }
    }

    /** The policies of known accounts that a tenant may use, or all policies while there are none; by name. */
    List<ProviderPolicy> of(String tenant, @Nullable String provider) {
        List<ProviderPolicy> all = new ArrayList<>();
        for (Owner owner : accounts.keySet()) {
            if (owner.tenant.isEmpty() || owner.tenant.equals(tenant)) {
                add(all, view.policies().doc(owner.provider), provider);
            }
        }
        if (all.isEmpty()) {
            view.policies().all().forEach(entry -> add(all, entry.current(), provider));
        }
        return all;
    }

    private static void add(List<ProviderPolicy> all, @Nullable PolicyDoc doc, @Nullable String provider) {
        if (doc != null && (provider == null || provider.equals(doc.policy().name()))) {
            all.add(doc.policy());
        }
    }
}
