package dev.gpupool.gates.offenders;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Classes that take chance from the system, one way each. They are read, never run. */
@SuppressWarnings("all")
public final class Chance {
    private Chance() {}

    static final class TakesADouble {
        double take() {
            return Math.random();
        }
    }

    static final class MakesARandom {
        Random take() {
            return new Random(1);
        }
    }

    static final class RefersToARandom {
        Supplier<Random> take() {
            return Random::new;
        }
    }

    static final class MakesASplittableRandom {
        SplittableRandom take() {
            return new SplittableRandom();
        }
    }

    static final class MakesASecureRandom {
        SecureRandom take() {
            return new SecureRandom();
        }
    }

    static final class TakesASecureRandom {
        SecureRandom take() throws NoSuchAlgorithmException {
            return SecureRandom.getInstanceStrong();
        }
    }

    static final class TakesTheThreadsRandom {
        int take() {
            return ThreadLocalRandom.current().nextInt();
        }
    }

    static final class TakesTheDefaultGenerator {
        RandomGenerator take() {
            return RandomGenerator.getDefault();
        }
    }

    static final class TakesANamedGenerator {
        RandomGenerator take() {
            return RandomGenerator.of("L64X128MixRandom");
        }
    }

    static final class TakesAGeneratorFactory {
        RandomGeneratorFactory<RandomGenerator> take() {
            return RandomGeneratorFactory.of("L64X128MixRandom");
        }
    }

    static final class MakesAnIdentifier {
        UUID take() {
            return UUID.randomUUID();
        }
    }

    static final class Shuffles {
        void take(List<String> list) {
            Collections.shuffle(list);
        }
    }

    static final class TakesAnAddress {
        int take(Object object) {
            return System.identityHashCode(object);
        }
    }
}
