package dev.gpupool.planning;

import java.util.ArrayList;
import java.util.List;

/** Writes the elements of a drawing. Everything that is said goes through {@link #escape}. */
final class SvgText {
    /**
     * The colours of Okabe and Ito, which colour-blind people tell apart, in an order that keeps neighbours apart in
     * brightness too. M. Okabe, K. Ito, "Color Universal Design", 2002.
     */
    static final int PROVIDERS = 6;

    private static final String STYLE = """
            <style>
            .plan{--bg:#fff;--ink:#1b1f24;--dim:#59636e;--line:#d5dae0;--day:#8b949e;--band:#f3f5f7;--open:#e3e8ee;--alarm:#a40e26;--alarm-bg:#ffe3e0;--cell:#eaf2ee;--area:#9fb6c9;--hatch:#fff;
            --p0:#0072b2;--i0:#fff;--p1:#e69f00;--i1:#1b1f24;--p2:#009e73;--i2:#fff;--p3:#cc79a7;--i3:#1b1f24;--p4:#56b4e9;--i4:#1b1f24;--p5:#d55e00;--i5:#fff}
            @media (prefers-color-scheme:dark){.plan{--bg:#12161b;--ink:#e6eaef;--dim:#9aa5b1;--line:#2b333c;--day:#6b7682;--band:#1a2027;--open:#26303a;--alarm:#ff9d8f;--alarm-bg:#4a1e1c;--cell:#1c2b28;--area:#41586b;--hatch:#12161b;
            --p0:#4aa8e0;--i0:#0b1015;--p1:#f0b429;--i1:#0b1015;--p2:#2fc79a;--i2:#0b1015;--p3:#e09ac0;--i3:#0b1015;--p4:#8fd0f5;--i4:#0b1015;--p5:#f08040;--i5:#0b1015}}
            .plan text{font-family:system-ui,-apple-system,"Segoe UI","Liberation Sans",Arial,sans-serif;font-size:12px;fill:var(--ink)}
            .plan .h{font-size:20px;font-weight:600}.plan .g{font-size:12px;font-weight:600}.plan .dim{fill:var(--dim)}.plan .s{font-size:11px}
            .plan .n{font-size:11px;text-anchor:middle}.plan .e{text-anchor:end}.plan .a{fill:var(--alarm)}.plan .b{font-weight:600}
            .plan .bg{fill:var(--bg)}.plan .band{fill:var(--band)}.plan .open{fill:var(--open)}.plan .cell{fill:var(--cell)}.plan .low{fill:var(--alarm-bg)}.plan .area{fill:var(--area)}
            .plan .line{stroke:var(--line);stroke-width:1}.plan .day{stroke:var(--day);stroke-width:1}.plan .edge{stroke:var(--ink);stroke-width:1.5;fill:none}
            .plan .want{stroke:var(--alarm);stroke-width:2;stroke-dasharray:6 4;fill:none}.plan .start{stroke:var(--ink);stroke-width:2}
            .plan .f0{fill:var(--p0)}.plan .f1{fill:var(--p1)}.plan .f2{fill:var(--p2)}.plan .f3{fill:var(--p3)}.plan .f4{fill:var(--p4)}.plan .f5{fill:var(--p5)}
            .plan .t0{fill:var(--i0)}.plan .t1{fill:var(--i1)}.plan .t2{fill:var(--i2)}.plan .t3{fill:var(--i3)}.plan .t4{fill:var(--i4)}.plan .t5{fill:var(--i5)}
            .plan .stripe{stroke:var(--hatch);stroke-width:2.5}
            </style>
            """;

    private final StringBuilder body = new StringBuilder();

    /** The heading and some sentences, wrapped to the width; returns where it ends. */
    double heading(SvgLayout layout, String title, List<String> lines) {
        text(20, 34, "h", title);
        double y = 58;
        for (String line : lines) {
            String style = line.startsWith("Target missed") ? "a" : "";
            for (String part : wrap(line, (int) ((layout.width() - 40) / 6.6))) {
                text(20, y, style, part);
                y += 18;
            }
        }
        return y + 6;
    }

    /** Lines of at most so many characters, broken at spaces where there are any. */
    static List<String> wrap(String text, int most) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > most) {
            int cut = rest.lastIndexOf(' ', most);
            int end = cut <= 0 ? most : cut;
            lines.add(rest.substring(0, end));
            rest = rest.substring(end).strip();
        }
        lines.add(rest);
        return lines;
    }

    void text(double x, double y, String style, String words) {
        body.append("<text x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append('"');
        style(style);
        body.append('>').append(escape(words)).append("</text>\n");
    }

    /** A rectangle, with words for who points at it; none if they are empty. */
    void box(double x, double y, double width, double height, String style, String words) {
        body.append("<rect x=\"").append(number(x)).append("\" y=\"").append(number(y));
        body.append("\" width=\"").append(number(Math.max(0, width)));
        body.append("\" height=\"").append(number(height)).append('"');
        style(style);
        if (words.isEmpty()) {
            body.append("/>\n");
        } else {
            body.append("><title>").append(escape(words)).append("</title></rect>\n");
        }
    }

    /** A rectangle with stripes over it. */
    void hatched(double x, double y, double width, double height, String style, String words) {
        box(x, y, width, height, style, words);
        body.append("<rect x=\"").append(number(x)).append("\" y=\"").append(number(y));
        body.append("\" width=\"").append(number(Math.max(0, width)));
        body.append("\" height=\"")
                .append(number(height))
                .append("\" fill=\"url(#plan-hatch)\" pointer-events=\"none\"/>\n");
    }

    void line(double x1, double y1, double x2, double y2, String style) {
        body.append("<line x1=\"").append(number(x1)).append("\" y1=\"").append(number(y1));
        body.append("\" x2=\"")
                .append(number(x2))
                .append("\" y2=\"")
                .append(number(y2))
                .append('"');
        style(style);
        body.append("/>\n");
    }

    void path(String data, String style) {
        body.append("<path d=\"").append(data).append('"');
        style(style);
        body.append("/>\n");
    }

    String document(double width, double height, String title, String description) {
        String w = number(width);
        String h = number(height);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plan\" role=\"img\" aria-labelledby=\"plan-title plan-desc\""
                + " width=\"" + w + "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " + h + "\">\n"
                + "<title id=\"plan-title\">" + escape(title) + "</title>\n"
                + "<desc id=\"plan-desc\">" + escape(description) + "</desc>\n"
                + STYLE
                + "<defs><pattern id=\"plan-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\""
                + " patternTransform=\"rotate(45)\"><line class=\"stripe\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/></pattern></defs>\n"
                + "<rect class=\"bg\" width=\"" + w + "\" height=\"" + h + "\"/>\n"
                + body
                + "</svg>\n";
    }

    private void style(String style) {
        if (!style.isEmpty()) {
            body.append(" class=\"").append(style).append('"');
        }
    }

    static String number(double value) {
        double rounded = Math.round(value * 100) / 100.0;
        return rounded == Math.rint(rounded) ? String.valueOf((long) rounded) : String.valueOf(rounded);
    }

    private static String escape(String words) {
        return words.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
