package dev.gpupool.internal.engine;

import dev.gpupool.spi.storage.RecordKey;
import java.util.Set;
import java.util.TreeSet;

/** Reads the records that a command cannot be decided without, then has it decided again. */
final class RecordReader {
    private final Kernel kernel;

    RecordReader(Kernel kernel) {
        this.kernel = kernel;
    }

    /** A command with all that was read for it: what it needed before may be forgotten while it waits for more. */
    private record Informed(Command command, TreeSet<RecordKey> keys) implements Command {
        @Override
        public void decide(Decision decision) {
            decision.informed(keys);
            command.decide(decision);
        }

        @Override
        public void refused(RuntimeException failure) {
            command.refused(failure);
        }
    }

    void fetch(Set<RecordKey> missing, Command asking, int tries) {
        TreeSet<RecordKey> keys = new TreeSet<>(missing);
        if (asking instanceof Informed before) {
            keys.addAll(before.keys());
        }
        Informed command = new Informed(asking instanceof Informed before ? before.command() : asking, keys);
        kernel.committer()
                .read(
                        () -> Committer.find(kernel.storage(), keys),
                        found -> kernel.post(new Command() {
                            @Override
                            public void decide(Decision unused) {
                                keys.forEach(key ->
                                        kernel.view().refresh(kernel.view().entry(key), found.get(key)));
                                kernel.decide(command, tries);
                                forgetAbsent(keys);
                            }

                            @Override
                            public void refused(RuntimeException failure) {
                                command.refused(failure);
                            }
                        }));
    }

    /** What does not exist is not worth an entry. */
    private void forgetAbsent(Set<RecordKey> keys) {
        for (RecordKey key : keys) {
            Entry<?> entry = kernel.view().entry(key);
            if (entry.current() == null) {
                kernel.view().forget(entry);
            }
        }
    }
}
