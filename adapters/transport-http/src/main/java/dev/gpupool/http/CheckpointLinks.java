package dev.gpupool.http;

import dev.gpupool.spi.checkpoint.CheckpointRef;
import dev.gpupool.spi.internal.Require;
import dev.gpupool.spi.internal.Sha256;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Links to checkpoint bytes in an object store of the host's, such as presigned URLs of S3 or GCS: the bytes then go from
 * the worker straight there, and not through the pool's host.
 *
 * <p>An implementation guarantees that:
 *
 * <ol>
 *   <li>a link reaches the bytes it was asked for and no others, for long enough to be begun with, a few minutes say;
 *   <li>bytes that were uploaded by a link, once the store has answered with success, survive and are what later links to
 *       the same {@link Bytes} give. It may keep them anywhere, as long as other {@link Bytes} lie elsewhere;
 *   <li>every host of a pool has the same links;
 *   <li>all methods may be called by many threads at once. They may block, for some seconds.
 * </ol>
 *
 * <p>The pool guarantees that it asks for links only for whoever holds the job's last issued lease, and only for bytes of
 * that job: what they are is read from the lease and never from a name that a worker made up. It calls on threads that
 * nothing but links waits for, and holds no lock meanwhile. It does not see the bytes: the worker compares size and digest
 * after a download, so a store should be told to compare the digest at the upload.
 */
public interface CheckpointLinks {
    /**
     * Where the worker sends the bytes: in one {@code PUT} of {@link Bytes#sizeBytes}, with the headers of the link.
     *
     * @param bytes what is to be uploaded; the same may be asked for again, and is the same
     * @return the link; empty if these bytes are to go to the pool's own store
     * @throws IOException if no link can be made now; the worker asks again
     */
    Optional<Link> upload(Bytes bytes) throws IOException;

    /**
     * Where the worker gets bytes that were uploaded by a link, with one {@code GET} or several for parts of them.
     *
     * @param bytes what is to be downloaded
     * @return the link
     * @throws IOException if no link can be made now; the worker asks again
     */
    Link download(Bytes bytes) throws IOException;

    /**
     * Nothing will go on from these bytes: newer ones have replaced them, or the job is completed. They may be deleted; if
     * they were never uploaded there is nothing to delete. Told at best: not of what the pool has not seen since it was
     * started, and perhaps twice of some, so a rule of the store's should delete what is very old.
     *
     * @param bytes what is no longer needed
     * @throws IOException if they could not be deleted; it is logged
     */
    default void obsolete(Bytes bytes) throws IOException {}

    /**
     * The bytes of one checkpoint.
     *
     * @param jobId whose they are
     * @param step how far the job had come
     * @param sha256 their SHA-256, 64 lower-case hexadecimal digits
     * @param sizeBytes how many they are
     */
    record Bytes(String jobId, long step, String sha256, long sizeBytes) {
        private static final int READABLE = 40;

        /**
         * Checks the form.
         *
         * @throws IllegalArgumentException if the id or the digest is not of its form, or the size or the step is
         *     negative
         */
        public Bytes {
            Require.ascii("bytes.jobId", jobId, 100);
            new CheckpointRef("", sha256, sizeBytes, step);
        }

        /**
         * A name for an object: of A-Z a-z 0-9 _ - and one slash, at most 160 characters; no other bytes have it. What comes
         * before the slash is common to a job's checkpoints and no other's.
         *
         * @return such as {@code j-42-8f3c.../8400-e3b0...}
         */
        public String name() {
            String readable =
                    jobId.substring(0, Math.min(READABLE, jobId.length())).replaceAll("[^A-Za-z0-9_-]", "_");
            String whole = Sha256.of(jobId.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
            return readable + '-' + whole + '/' + step + '-' + sha256;
        }

        /** How the pool and its workers refer to them. */
        CheckpointRef reference() {
            return new CheckpointRef("link:" + name(), sha256, sizeBytes, step);
        }
    }

    /**
     * An address that needs no further token. Its query is a secret, which {@link #toString} leaves out.
     *
     * @param url begins with https:// or http:// and has no user and no fragment; at most 8,000 characters
     * @param headers what the request must bear beside it, at most 32; not those that say where a request goes and where
     *     its body ends
     */
    record Link(URI url, Map<String, String> headers) {
        private static final Set<String> SCHEMES = Set.of("http", "https");
        private static final Set<String> RESERVED =
                Set.of("connection", "content-length", "expect", "host", "range", "te", "transfer-encoding", "upgrade");
        private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");

        /**
         * Checks the address and copies the headers.
         *
         * @throws IllegalArgumentException if the address is not http or https with a host, has a user or a fragment,
         *     or is too long, or a header is not allowed
         */
        public Link {
            Require.notNull("link.url", url);
            String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
            if (!SCHEMES.contains(scheme) || url.getHost() == null) {
                throw new IllegalArgumentException(
                        "link.url must begin with https:// or http:// and a host, but was " + shown(url));
            }
            if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
                throw new IllegalArgumentException("link.url must have no user and no fragment, but was " + shown(url));
            }
            if (url.toASCIIString().length() > 8_000) {
                throw new IllegalArgumentException(
                        "link.url must have at most 8000 characters, but was " + shown(url) + " with many more");
            }
            headers = checked(headers);
        }

        /**
         * A link that needs no headers.
         *
         * @param url as above
         * @return the link
         */
        public static Link to(URI url) {
            return new Link(url, Map.of());
        }

        private static Map<String, String> checked(Map<String, String> headers) {
            TreeMap<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            Require.notNull("link.headers", headers).forEach((name, value) -> {
                if (!NAME.matcher(name).matches() || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
                    throw new IllegalArgumentException("link.headers must not have the name \"" + name + '"');
                }
                if (value.length() > 4_000 || !value.matches("[ -~]*")) {
                    throw new IllegalArgumentException(
                            "link.headers[" + name + "] must be printable ASCII of at most 4000 characters");
                }
                copy.put(name, value);
            });
            if (copy.size() > 32) {
                throw new IllegalArgumentException("link.headers must have at most 32 entries, but had " + copy.size());
            }
            return Collections.unmodifiableMap(copy);
        }

        private static String shown(URI url) {
            String host = url.getHost() == null ? "" : url.getHost();
            return url.getScheme() + "://" + host + (url.getRawPath() == null ? "" : url.getRawPath());
        }

        @Override
        public String toString() {
            return shown(url);
        }
    }
}
