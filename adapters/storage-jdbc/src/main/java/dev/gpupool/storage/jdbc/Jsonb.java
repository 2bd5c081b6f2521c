package dev.gpupool.storage.jdbc;

/**
 * JSON text that PostgreSQL's JSONB takes. It refuses the character U+0000, which JSON allows as an escape. Where a
 * document has one, it is written as U+E000 followed by a zero, and U+E000 itself, a character for private use, as
 * itself followed by an e.
 */
final class Jsonb {
    private static final char MARK = '\ue000';
    private static final String NUL = "\\u0000";
    private static final String MARK_ESCAPE = "\\ue000";

    private Jsonb() {}

    static String encode(String json) {
        if (json.indexOf('\\') < 0 && json.indexOf(MARK) < 0) {
            return json;
        }
        if (!json.contains(NUL) && json.indexOf(MARK) < 0 && !containsIgnoreCase(json)) {
            return json;
        }
        StringBuilder out = new StringBuilder(json.length() + 16);
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == MARK) {
                out.append(MARK).append('e');
            } else if (c != '\\') {
                out.append(c);
            } else if (json.startsWith(NUL, i)) {
                out.append(MARK).append('0');
                i += NUL.length() - 1;
            } else if (json.regionMatches(true, i, MARK_ESCAPE, 0, MARK_ESCAPE.length())) {
                out.append(MARK).append('e');
                i += MARK_ESCAPE.length() - 1;
            } else {
                out.append(c).append(json.charAt(++i)); // so that an escaped backslash begins no escape
            }
        }
        return out.toString();
    }

    private static boolean containsIgnoreCase(String json) {
        return json.contains(MARK_ESCAPE) || json.contains("\\uE000");
    }

    static String decode(String stored) {
        if (stored.indexOf(MARK) < 0) {
            return stored;
        }
        StringBuilder out = new StringBuilder(stored.length() + 16);
        for (int i = 0; i < stored.length(); i++) {
            char c = stored.charAt(i);
            if (c != MARK) {
                out.append(c);
            } else {
                out.append(stored.charAt(++i) == '0' ? NUL : String.valueOf(MARK));
            }
        }
        return out.toString();
    }
}
