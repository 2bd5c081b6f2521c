// expect: warnings found and -Werror specified
package dev.gpupool.planted;

import java.util.List;

/** Gives the compiler a reason to warn. */
public final class RawType {
    private RawType() {}

    /** The size of a list. */
    public static int size(List list) {
        return list.size();
    }
}
