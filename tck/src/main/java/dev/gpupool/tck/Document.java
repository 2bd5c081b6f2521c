package dev.gpupool.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A reader of JSON text that tells whether two documents are equal: objects whatever the order of their members,
 * numbers by their value. The suite brings its own, so that it binds adapters to no JSON library.
 */
final class Document {
    private static final String NULL = "null";

    private final String text;
    private int at;

    private Document(String text) {
        this.text = text;
    }

    /** The value as nested maps, lists, strings, decimals and booleans. */
    static Object parse(byte[] json) {
        Document document = new Document(new String(json, UTF_8));
        Object value = document.value();
        document.space();
        if (document.at != document.text.length()) {
            throw document.malformed();
        }
        return value;
    }

    private Object value() {
        space();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word(NULL, List.of(NULL, Document.class));
            default -> number();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new TreeMap<>();
        expect('{');
        space();
        while (peek() != '}') {
            space();
            String name = string();
            space();
            expect(':');
            members.put(name, value());
            space();
            comma('}');
        }
        at++;
        return members;
    }

    private List<Object> array() {
        List<Object> elements = new ArrayList<>();
        expect('[');
        space();
        while (peek() != ']') {
            elements.add(value());
            space();
            comma(']');
        }
        at++;
        return elements;
    }

    private void comma(char end) {
        if (peek() != end) {
            expect(',');
        }
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        expect('"');
        while (peek() != '"') {
            char c = text.charAt(at++);
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> c;
        };
    }

    private BigDecimal number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == start) {
            throw malformed();
        }
        return new BigDecimal(text.substring(start, at)).stripTrailingZeros();
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw malformed();
        }
        at += word.length();
        return value;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw malformed();
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw malformed();
        }
        at++;
    }

    private AssertionError malformed() {
        String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
        return new AssertionError("not a JSON document at character " + at + ": " + shown);
    }
}
