package dev.gpupool.http.jetty;

import dev.gpupool.http.CheckpointLinks;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Links to a bucket of S3, or of what speaks like it, by AWS Signature Version 4 in the query; docs/workers.md tells more. */
record S3Links(String bucketHost, String region, String keyId, String secret, Clock clock, int expiresSeconds)
        implements CheckpointLinks {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    @Override
    public Optional<Link> upload(Bytes bytes) {
        // S3 compares the digest, since the header is signed: a link takes these bytes and no others.
        String digest = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(bytes.sha256()));
        return Optional.of(sign("PUT", "gpupool/" + bytes.name(), Map.of("x-amz-checksum-sha256", digest)));
    }

    @Override
    public Link download(Bytes bytes) {
        return sign("GET", "gpupool/" + bytes.name(), Map.of());
    }

    Link sign(String method, String key, Map<String, String> headers) {
        Instant now = clock.instant();
        String time = TIME.format(now);
        String scope = time.substring(0, 8) + '/' + region + "/s3/aws4_request";
        TreeMap<String, String> signed = new TreeMap<>(headers);
        signed.put("host", bucketHost);
        String query =
                "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + encoded(keyId + '/' + scope) + "&X-Amz-Date="
                        + time + "&X-Amz-Expires=" + expiresSeconds + "&X-Amz-SignedHeaders="
                        + encoded(String.join(";", signed.keySet()));
        String request = method + "\n/" + key + '\n' + query + '\n'
                + signed.entrySet().stream()
                        .map(each -> each.getKey() + ':' + each.getValue() + '\n')
                        .collect(Collectors.joining())
                + '\n' + String.join(";", signed.keySet()) + "\nUNSIGNED-PAYLOAD";
        String signature = signature("AWS4-HMAC-SHA256\n" + time + '\n' + scope + '\n' + sha256(request), scope);
        return new Link(
                URI.create("https://" + bucketHost + '/' + key + '?' + query + "&X-Amz-Signature=" + signature),
                headers);
    }

    private String signature(String text, String scope) {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, text));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
