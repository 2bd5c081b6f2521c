package dev.gpupool.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gpupool.http.jetty.Rig.Reply;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A registered worker, in the words of docs/protocol.md. */
record Member(Rig rig, String sessionId, String token) {
    /** A job that runs here. */
    record Lease(String jobId, int attempt, String leaseId, JsonNode granted) {
        ObjectNode body() {
            return Json.object().put("jobId", jobId).put("attempt", attempt);
        }

        String path(String what) {
            return "/leases/" + leaseId + "/" + what;
        }

        String bytes(long step, String sha256) {
            return path("checkpoint") + "?jobId=" + jobId + "&attempt=" + attempt + "&step=" + step + "&sha256="
                    + sha256;
        }

        String bytes() {
            return path("checkpoint") + "?jobId=" + jobId + "&attempt=" + attempt;
        }
    }

    Reply session(String what, String body) {
        return rig.send(rig.post("/sessions/" + sessionId + "/" + what, token, body));
    }

    CompletableFuture<Reply> claimLater(String claimId, double wait) {
        return rig.sendLater(rig.post(
                "/sessions/" + sessionId + "/claim",
                token,
                Json.object().put("claimId", claimId).put("waitSeconds", wait).toString()));
    }

    Lease claim(String claimId) {
        return lease(Rig.done(claimLater(claimId, 10)));
    }

    static Lease lease(Reply reply) {
        reply.ok(200);
        JsonNode granted = reply.json().path("lease");
        assertThat(granted.isObject()).as(reply.text()).isTrue();
        return new Lease(
                granted.path("jobId").stringValue(),
                granted.path("attempt").intValue(),
                granted.path("leaseId").stringValue(),
                granted);
    }

    Reply beat(int seq, Lease... leases) {
        ObjectNode body = Json.object().put("seq", seq).put("sessionAgeSeconds", seq);
        for (Lease lease : leases) {
            body.withArray("leases").add(lease.body().put("leaseId", lease.leaseId()));
        }
        return session("heartbeat", body.toString());
    }

    Reply report(Lease lease, String what, ObjectNode body) {
        return rig.send(rig.post(lease.path(what), token, body.toString()));
    }

    Reply complete(Lease lease, String result) {
        return rig.send(rig.post(
                lease.path("complete"),
                token,
                "{\"jobId\":\"" + lease.jobId() + "\",\"attempt\":" + lease.attempt() + ",\"result\":" + result
                        + ",\"ranSeconds\":1.5}"));
    }

    Reply release(Lease lease, String reason) {
        return report(lease, "release", lease.body().put("reason", reason).put("ranSeconds", 1));
    }

    Reply put(Lease lease, long step, byte[] bytes) {
        return putAs(lease.bytes(step, Rig.sha256(bytes)), bytes);
    }

    Reply putAs(String path, byte[] bytes) {
        return rig.send(rig.request("PUT", path, bytes).header("Authorization", "Bearer " + token));
    }

    /** The bytes from one index up to another. */
    Reply piece(Lease lease, long step, byte[] all, int from, int to) {
        return rig.send(rig.request("PUT", lease.bytes(step, Rig.sha256(all)), Arrays.copyOfRange(all, from, to))
                .header("Authorization", "Bearer " + token)
                .header("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + all.length));
    }

    Reply probe(Lease lease, long step, byte[] all) {
        return rig.send(rig.request("PUT", lease.bytes(step, Rig.sha256(all)), Rig.NOTHING)
                .header("Authorization", "Bearer " + token)
                .header("Content-Range", "bytes */" + all.length));
    }

    Reply commit(Lease lease, JsonNode checkpoint) {
        ObjectNode body = lease.body().put("tookSeconds", 1);
        body.set("checkpoint", checkpoint);
        return report(lease, "checkpoint", body);
    }

    /** Uploads and commits. */
    JsonNode save(Lease lease, long step, byte[] bytes) {
        JsonNode checkpoint = put(lease, step, bytes).ok(200).json().path("checkpoint");
        commit(lease, checkpoint).ok(200);
        return checkpoint;
    }

    Reply download(Lease lease) {
        return rig.send(rig.get(lease.bytes(), token));
    }
}
