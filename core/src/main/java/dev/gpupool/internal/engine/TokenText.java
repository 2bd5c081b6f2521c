package dev.gpupool.internal.engine;

import dev.gpupool.internal.record.TokenDoc;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The text of a token: its id, a dot, and 256 random bits. What the storage holds of it is the SHA-256 of the whole. */
final class TokenText {
    private static final char BETWEEN = '.';
    private static final int SECRET_BYTES = 32;
    private static final Pattern ID = Pattern.compile("gp[jso]-[a-z0-9]{1,60}");
    private static final Pattern WHOLE = Pattern.compile("gp[jso]-[a-z0-9]{1,60}\\.[A-Za-z0-9_-]{43}");
    /** No text has this digest: what is not known is compared all the same. */
    private static final List<String> NONE = List.of("0".repeat(64));

    private TokenText() {}

    /** A token as it was shown, without its secret. */
    record Shown(String id, String digest) {}

    static String make(String id, RandomGenerator random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return id + BETWEEN + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** What was shown, or {@code null} if no token of ours looks so. */
    static @Nullable Shown read(String token) {
        return WHOLE.matcher(token).matches()
                ? new Shown(token.substring(0, token.indexOf(BETWEEN)), digest(token))
                : null;
    }

    /** An id. What is none may be a whole token, so the message repeats nothing behind the dot. */
    static String id(String field, String value) {
        if (ID.matcher(Require.notNull(field, value)).matches()) {
            return value;
        }
        int dot = value.indexOf(BETWEEN);
        String shown = dot >= 0 ? value.substring(0, dot) + BETWEEN + "..." : value;
        throw new IllegalArgumentException(field + " must be a token's id, such as gpj-4k2, without the dot and what"
                + " follows it, but was \"" + (shown.length() > 80 ? shown.substring(0, 80) : shown) + '"');
    }

    static String digest(String token) {
        return Sha256.of(token.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether what was shown opens a token; takes as long whether or not it does. */
    static boolean opens(@Nullable TokenDoc doc, Shown shown) {
        byte[] said = shown.digest().getBytes(StandardCharsets.US_ASCII);
        boolean opens = false;
        for (String digest : doc == null ? NONE : doc.digests()) {
            opens |= MessageDigest.isEqual(digest.getBytes(StandardCharsets.US_ASCII), said);
        }
        return opens && doc != null;
    }
}
