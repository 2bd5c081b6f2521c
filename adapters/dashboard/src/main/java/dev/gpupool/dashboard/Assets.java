package dev.gpupool.dashboard;

import dev.gpupool.spi.internal.Sha256;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The files of the page, from the jar: these and no others. They hold nothing of any pool. */
final class Assets {
    private static final List<String> NAMES = List.of(
            "index.html",
            "page.css",
            "icon.svg",
            "app.js",
            "store.js",
            "dom.js",
            "i18n.js",
            "format.js",
            "actions.js",
            "view-pool.js",
            "view-workers.js",
            "view-timeline.js",
            "view-jobs.js",
            "view-accounts.js",
            "view-join.js",
            "messages.en.js",
            "messages.pt-BR.js",
            "uplot/uPlot.esm.js",
            "uplot/uPlot.min.css");

    private final TreeMap<String, Asset> byPath = new TreeMap<>();

    private static final class Asset {
        private final byte[] bytes;
        private final String type;
        private final String tag;

        Asset(String name) {
            bytes = read("page/" + name);
            type = type(name);
            tag = '"' + Sha256.of(bytes).substring(0, 32) + '"';
        }
    }

    Assets() {
        NAMES.forEach(name -> byPath.put("/" + name, new Asset(name)));
        byPath.put("/", byPath.get("/index.html"));
    }

    /** Serves a file. Tells whether there is such a one. */
    boolean serve(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Asset asset = byPath.get(path);
        if (asset == null) {
            return false;
        }
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("ETag", asset.tag);
        if (asset.tag.equals(request.getHeader("If-None-Match"))) {
            response.setStatus(304);
            return true;
        }
        response.setContentType(asset.type);
        response.setContentLength(asset.bytes.length);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write(asset.bytes);
        }
        return true;
    }

    /** A notebook that is not filled in yet. */
    static @Nullable String notebook(String kind) {
        return List.of("colab", "kaggle").contains(kind)
                ? new String(read("notebooks/" + kind + "_worker.ipynb"), java.nio.charset.StandardCharsets.UTF_8)
                : null;
    }

    private static byte[] read(String name) {
        try (InputStream bytes = Assets.class.getResourceAsStream(name)) {
            if (bytes == null) {
                throw new IllegalStateException("this build of the dashboard lacks " + name);
            }
            return bytes.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String type(String name) {
        String end = name.substring(name.lastIndexOf('.') + 1);
        return switch (end) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            default -> "image/svg+xml";
        };
    }
}
