package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.NewToken;
import dev.gpupool.TokenSpec;
import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.TokenRefused.Reason;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TokenUseProperties {
    /** Each act is of one of six instances: it takes, or gives back; now and then the host starts anew. */
    @Property(tries = 100)
    void shouldBeginAsManySessionsAsATokenIsForAndNoMore(
            @ForAll @IntRange(min = 1, max = 4) int uses,
            @ForAll @Size(min = 5, max = 40) List<@IntRange(min = 0, max = 12) Integer> acts) {
        try (World world = World.create()) {
            Keys keys = new Keys(world);
            NewToken token = keys.create(TokenSpec.pool().uses(uses));
            Bearer.Join join = keys.join(token);
            TreeSet<String> takers = new TreeSet<>();
            for (int act : acts) {
                String instance = "i" + act % 6;
                if (act == 12) {
                    world.restart();
                } else if (act >= 6) {
                    keys.giveBack(join, instance);
                    takers.remove(instance);
                } else if (takers.contains(instance) || takers.size() < uses) {
                    keys.take(join, instance);
                    takers.add(instance);
                } else {
                    assertThat(keys.refusal(keys.taking(join, instance))).isEqualTo(Reason.USED_UP);
                }
                assertThat(keys.listed(join.tokenId()).usesLeft()).isEqualTo(uses - takers.size());
            }
        }
    }
}
