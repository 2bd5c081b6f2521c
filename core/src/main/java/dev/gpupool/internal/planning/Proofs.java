package dev.gpupool.internal.planning;

import dev.gpupool.planning.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was proven on the way to a plan. */
final class Proofs {
    private int unreachable = -1;
    private Prover.@Nullable Node whyUnreachable;
    private long shortfall;
    private int shortfallFloor;
    private int[] shortfallDemand = {};
    private Prover.@Nullable Node whyShort;

    /** No plan has so many online always. */
    void minimum(int workers, Prover.Node why) {
        unreachable = workers;
        whyUnreachable = why;
    }

    /** No plan with so many online always falls short by less. */
    void shortfall(long steps, int floor, int[] demand, Prover.@Nullable Node why) {
        shortfall = why == null ? 0 : steps;
        shortfallFloor = floor;
        shortfallDemand = demand;
        whyShort = why;
    }

    int minimumAtMost(Model model) {
        return unreachable < 0 ? model.lanes.size() : unreachable - 1;
    }

    long shortfallAtLeast() {
        return shortfall;
    }

    Certificate certificate(Model model) {
        List<Certificate.Claim> claims = new ArrayList<>();
        if (whyUnreachable != null) {
            int[] constant = new int[model.steps];
            Arrays.fill(constant, unreachable);
            claims.add(new Certificate.Claim(list(constant), 0, 1, proof(model, whyUnreachable)));
        }
        if (whyShort != null && shortfall > 0) {
            claims.add(new Certificate.Claim(list(shortfallDemand), shortfallFloor, shortfall, proof(model, whyShort)));
        }
        return new Certificate(claims);
    }

    private static List<Integer> list(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static Certificate.Proof proof(Model model, Prover.Node node) {
        if (node instanceof Prover.Cases cases) {
            return new Certificate.Branch(
                    model.lanes.get(cases.lane()).worker,
                    cases.step(),
                    proof(model, cases.covered()),
                    proof(model, cases.uncovered()));
        }
        Prover.Priced priced = (Prover.Priced) node;
        Map<String, List<Long>> quota = new TreeMap<>();
        for (int account = 0; account < model.quotas.size(); account++) {
            if (priced.dual().charges(account)) {
                quota.put(
                        model.quotas.get(account).account,
                        Arrays.stream(priced.dual().quota[account]).boxed().toList());
            }
        }
        return new Certificate.Leaf(
                Dual.UNIT, spans(priced.dual().shortage), spans(priced.dual().floor), quota, priced.force());
    }

    private static List<Certificate.PriceSpan> spans(long[] prices) {
        List<Certificate.PriceSpan> spans = new ArrayList<>();
        int from = 0;
        for (int t = 1; t <= prices.length; t++) {
            if (t == prices.length || prices[t] != prices[from]) {
                if (prices[from] != 0) {
                    spans.add(new Certificate.PriceSpan(from, t, prices[from]));
                }
                from = t;
            }
        }
        return spans;
    }
}
