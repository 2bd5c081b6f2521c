package dev.gpupool.http;

import dev.gpupool.spi.internal.Sha256;
import dev.gpupool.spi.worker.Bearer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import tools.jackson.core.io.JsonStringEncoder;

/** What the pool serves to make workers of. */
final class Served {
    private Served() {}

    static HttpAnswer meta(HttpOptions options, Instant now) {
        return Writing.answer(200, now, List.of(), json -> {
            json.writeObjectPropertyStart("protocol");
            json.writeArrayPropertyStart("supported");
            json.writeNumber(1);
            json.writeEndArray();
            json.writeEndObject();
            json.writeObjectPropertyStart("limits");
            json.writeNumberProperty("bodyBytes", JsonExchange.MOST_BYTES);
            json.writeNumberProperty("checkpointBytes", options.maxCheckpointBytes());
            json.writeEndObject();
        });
    }

    static HttpAnswer health(boolean open, Instant now) {
        if (!open) {
            throw Problem.busy("the pool is not there");
        }
        return Writing.answer(200, now, List.of(), json -> json.writeStringProperty("status", "UP"));
    }

    static HttpAnswer agent() {
        byte[] agent = resource("agent.py");
        return new HttpAnswer(200, agent)
                .with("Content-Type", "text/x-python; charset=utf-8")
                .with("Gpupool-Sha256", Sha256.of(agent));
    }

    /** A notebook with the pool's address and a fresh join token filled in. */
    static CompletableFuture<HttpAnswer> notebook(
            String name, HttpCall call, HttpOptions options, Door door, Bearer.Operator operator) {
        if (!Set.of("colab.ipynb", "kaggle.ipynb").contains(name)) {
            throw Problem.notFound("not-found", "there are colab.ipynb and kaggle.ipynb");
        }
        String text = new String(resource(name.replace(".ipynb", "_worker.ipynb")), StandardCharsets.UTF_8);
        URI url = options.publicUrl();
        String address = url == null ? call.base() : url.toString();
        return door.services().tokens().join(operator).thenApply(token -> {
            String filled = text.replace("__GPUPOOL_URL__", quoted(address)).replace("__GPUPOOL_TOKEN__", token);
            return new HttpAnswer(200, filled.getBytes(StandardCharsets.UTF_8))
                    .with("Content-Type", "application/x-ipynb+json")
                    .with("Cache-Control", "no-store")
                    .with("Content-Disposition", "attachment; filename=\"" + name + '"');
        });
    }

    /** For text within a Python literal within a JSON string: anything but what addresses are made of is left out. */
    private static String quoted(String address) {
        String plain = address.replaceAll("[^A-Za-z0-9:/._~@\\[\\]-]", "");
        return new String(JsonStringEncoder.getInstance().quoteAsCharArray(plain));
    }

    private static byte[] resource(String name) {
        try (InputStream bytes = Served.class.getResourceAsStream(name)) {
            if (bytes == null) {
                throw Problem.notFound("not-found", "this build does not serve " + name);
            }
            return bytes.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
