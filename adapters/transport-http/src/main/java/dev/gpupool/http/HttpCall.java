package dev.gpupool.http;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request, as any server can give it.
 *
 * @param method in upper case
 * @param path below the prefix, decoded, beginning with a slash
 * @param query gives the decoded value of a parameter of the address, or {@code null}
 * @param header gives the value of a header, whatever its case, or {@code null}; asked until the call is answered, by
 *     any thread, so a server that uses its request objects again gives copies
 * @param base the address of the prefix as the client called it, without a slash at its end: what a served notebook is
 *     told unless the host set another
 */
public record HttpCall(
        String method,
        String path,
        Function<String, @Nullable String> query,
        Function<String, @Nullable String> header,
        String base) {}
