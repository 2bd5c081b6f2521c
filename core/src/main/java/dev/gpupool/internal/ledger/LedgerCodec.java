package dev.gpupool.internal.ledger;

import java.util.ArrayList;
import java.util.List;

/** Turns the parts of a ledger into those of its stored form, and back. */
final class LedgerCodec {
    private LedgerCodec() {}

    static LedgerDoc encode(Usage usage, Corrections corrections, Holds holds) {
        List<LedgerDoc.HoldDoc> open = new ArrayList<>();
        for (Hold hold : holds.list()) {
            open.add(new LedgerDoc.HoldDoc(hold.id(), hold.kind().name(), hold.session(), hold.from(), hold.to()));
        }
        return new LedgerDoc(runs(usage), corrections.entries(), open);
    }

    static Usage usage(LedgerDoc doc) {
        Usage usage = Usage.EMPTY;
        for (LedgerDoc.Run run : doc.use()) {
            usage = usage.add(run.bucket(), run.millis());
        }
        return usage;
    }

    static Corrections corrections(LedgerDoc doc) {
        Corrections corrections = Corrections.EMPTY;
        for (Correction correction : doc.corrections()) {
            corrections = corrections.add(correction.at(), correction.millis());
        }
        return corrections;
    }

    static Holds holds(LedgerDoc doc) {
        Holds holds = Holds.EMPTY;
        for (LedgerDoc.HoldDoc hold : doc.holds()) {
            HoldKind kind = HoldKind.valueOf(hold.kind());
            holds = holds.add(new Hold(hold.id(), kind, hold.session(), hold.from(), hold.to()));
        }
        return holds;
    }

    private static List<LedgerDoc.Run> runs(Usage usage) {
        List<LedgerDoc.Run> runs = new ArrayList<>();
        List<Long> open = new ArrayList<>();
        long start = 0;
        for (DayPage page : usage.pages()) {
            for (int slot = 0; slot < Millis.BUCKETS_PER_DAY; slot++) {
                long millis = page.get(slot);
                long bucket = page.firstBucket() + slot;
                if (!open.isEmpty() && (millis == 0 || bucket != start + open.size())) {
                    runs.add(new LedgerDoc.Run(start, open));
                    open.clear();
                }
                if (millis != 0) {
                    start = open.isEmpty() ? bucket : start;
                    open.add(millis);
                }
            }
        }
        if (!open.isEmpty()) {
            runs.add(new LedgerDoc.Run(start, open));
        }
        return runs;
    }
}
