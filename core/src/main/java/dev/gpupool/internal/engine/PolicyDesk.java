package dev.gpupool.internal.engine;

import dev.gpupool.Policies;
import dev.gpupool.PoolEvent;
import dev.gpupool.internal.record.PolicyDoc;
import dev.gpupool.quota.ProviderPolicy;
import dev.gpupool.spi.internal.Require;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The operator's calls about policies. */
final class PolicyDesk implements Policies {
    private final Kernel kernel;
    private final Waits waits;

    PolicyDesk(Kernel kernel, Waits waits) {
        this.kernel = kernel;
        this.waits = waits;
    }

    @Override
    public List<ProviderPolicy> all() {
        return kernel.now(() -> {
            List<ProviderPolicy> policies = new ArrayList<>();
            for (Entry<PolicyDoc> entry : kernel.view().policies().all()) {
                if (entry.current() != null) {
                    policies.add(entry.get().policy());
                }
            }
            return policies;
        });
    }

    @Override
    public Optional<ProviderPolicy> find(String name) {
        Require.notNull("policy.name", name);
        return kernel.now(
                () -> Optional.ofNullable(kernel.view().policies().doc(name)).map(PolicyDoc::policy));
    }

    @Override
    public CompletableFuture<Void> put(ProviderPolicy policy) {
        Require.notNull("policy", policy);
        CompletableFuture<Void> done = new CompletableFuture<>();
        kernel.submit(waits.command(done, decision -> {
            Entry<PolicyDoc> entry = kernel.view().policies().entry(policy.name());
            PolicyDoc known = entry.current();
            decision.put(entry, new PolicyDoc(policy, known == null ? policy : known.builtFrom()));
            decision.act(() -> {
                kernel.emit(PoolEvent.Type.POLICY_CHANGED, "", "", "", policy.name());
                kernel.outside(() -> done.complete(null));
            });
        }));
        return done;
    }
}
