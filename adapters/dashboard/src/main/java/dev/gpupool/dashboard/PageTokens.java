package dev.gpupool.dashboard;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that an action comes from the page and not from another site in the viewer's browser.
 *
 * <ol>
 *   <li>The page asks who it is, and gets a cookie with a random session, which scripts cannot read and other sites do not
 *       send, and a token: the HMAC of session and viewer under a key that only this process has.
 *   <li>An action bears the token in a header, which makes other origins ask first, and is refused; and its origin is the
 *       page's own.
 *   <li>The token is worthless with another session's cookie, for another viewer, and after a restart.
 * </ol>
 */
final class PageTokens {
    static final String HEADER = "Gpupool-Action";
    private static final String COOKIE = "gpupool-page";
    private static final String HMAC = "HmacSHA256";

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec key;
    private final @Nullable String origin;

    PageTokens(@Nullable String origin) {
        this.key = new SecretKeySpec(bytes(32), HMAC);
        this.origin = origin;
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The token of the page's session, which is begun if there is none. */
    String issue(HttpServletRequest request, HttpServletResponse response, DashboardViewer viewer) {
        String session = session(request);
        if (session == null) {
            session = HexFormat.of().formatHex(bytes(16));
            Cookie cookie = new Cookie(COOKIE, session);
            cookie.setHttpOnly(true);
            cookie.setSecure(own(request).startsWith("https:"));
            // Without a path: the browser takes the folder of this call as it knows it, whatever prefix a proxy shows.
            cookie.setAttribute("SameSite", "Strict");
            response.addCookie(cookie);
        }
        return token(session, viewer);
    }

    private static @Nullable String session(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(COOKIE) && cookie.getValue().matches("[0-9a-f]{32}")) {
                    return cookie.getValue();
                }
            }
        }
        return null;
    }

    private String token(String session, DashboardViewer viewer) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            String bound = session + '\n' + viewer.tenant() + '\n' + viewer.name();
            return HexFormat.of().formatHex(mac.doFinal(bound.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }

    /**
     * Lets an action through.
     *
     * @throws Refusal if it does not come from the page
     */
    void require(HttpServletRequest request, DashboardViewer viewer) {
        String from = request.getHeader("Origin");
        if (from == null || !from.equals(own(request))) {
            throw Refusal.forbidden("an action must come from the page's own origin");
        }
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin")) {
            throw Refusal.forbidden("an action must come from the page itself");
        }
        String session = session(request);
        String shown = request.getHeader(HEADER);
        if (session == null || shown == null || !same(shown, token(session, viewer))) {
            throw new Refusal(403, "page-outdated", "the page is of another session; load it again");
        }
    }

    private String own(HttpServletRequest request) {
        return origin == null ? request.getScheme() + "://" + request.getHeader("Host") : origin;
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
