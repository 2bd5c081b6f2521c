package dev.gpupool.testkit;

import java.util.ArrayList;
import java.util.List;

/** What a storage was told of one job, write by write. */
final class SimJobRecord {
    final String id;
    final List<String> wrongs = new ArrayList<>();
    String state = "";
    int attempt;
    String leaseId = "";
    int succeeded;
    long checkpointStep = -1;

    SimJobRecord(String id) {
        this.id = id;
    }

    boolean isFinal() {
        return state.startsWith("Z");
    }
}
