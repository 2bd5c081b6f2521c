"""A pool of one process that follows docs/protocol.md, remembers every call, and can be as unreliable as a network.

It is strict: whatever a worker sends that the page does not allow is kept in `mistakes`.
"""

import hashlib
import json
import re
import socket
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler
from typing import Any, Dict, List, Optional, Tuple

from fake_server import FakeServer

PREFIX = "/gpupool/v1"
JOIN = "gpj-join-token-of-the-test"
NAME = re.compile(r"[A-Za-z0-9._@+-]{1,100}")
Json = Dict[str, Any]
Reply = Tuple[int, Dict[str, str], bytes]


class Problem(Exception):
    def __init__(self, status: int, kind: str, wait: Optional[str] = None, **more: Any) -> None:
        super().__init__(kind)
        self.status = status
        self.wait = wait
        self.body = {"type": kind, "title": kind, "status": status, "detail": "of the test", **more}


class Call:
    def __init__(self, name: str, method: str, path: str, query: Dict[str, str], headers: Any, data: bytes) -> None:
        self.name = name
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.data = data
        self.at = time.monotonic()
        self.body: Any = None

    def __repr__(self) -> str:
        return "%s %s %s" % (self.name, self.path, self.body if self.body is not None else len(self.data))


class Fault:
    """`drop` loses the request, `lost` its answer, `slow` delays it; a Problem or a raw reply answers in its place."""

    def __init__(self, name: str, how: Any, times: int, after: int) -> None:
        self.name = name
        self.how = how
        self.times = times
        self.after = after


class FakePool:
    def __init__(self, heartbeat: float = 0.1, stops_in: Optional[float] = None) -> None:
        self.heartbeat = heartbeat
        self.stops_in = stops_in
        self.calls: List[Call] = []
        self.mistakes: List[str] = []
        self.sessions: Dict[str, Json] = {}
        self.jobs: Dict[str, Json] = {}
        self.orders: List[Json] = []
        self.verdicts: Dict[str, str] = {}
        self.files: Dict[str, bytes] = {}
        self.links: Any = None  # a FakeStore, to hand out links to
        self.changed = threading.Condition()
        self._faults: List[Fault] = []
        self._claims: Dict[str, Json] = {}
        self._keys: Dict[str, Tuple[bytes, Json]] = {}
        self._uploads: Dict[str, bytearray] = {}
        self._counter = 0
        self._server = FakeServer(self.serve)
        self.url = self._server.url

    def close(self) -> None:
        self._server.close()

    # --- for tests

    def submit(self, job: str = "j-1", handler: str = "train", payload: Any = None, **lease: Any) -> Json:
        with self.changed:
            self.jobs[job] = {"id": job, "handler": handler, "payload": payload, "state": "QUEUED", "attempt": 0,
                              "lease": None, "reports": [], "checkpoint": None, "bytes": b"", "more": lease}
            self.changed.notify_all()
            return self.jobs[job]

    def fail(self, name: str, how: Any, times: int = 1, after: int = 0) -> None:
        with self.changed:
            self._faults.append(Fault(name, how, times, after))

    def order(self, kind: str, **more: Any) -> None:
        """An order that stands in every answer from now on."""
        with self.changed:
            self.orders.append({"type": kind, "reason": None, "leaseId": None, "inSeconds": None, **more})

    def named(self, name: str) -> List[Call]:
        with self.changed:
            return [call for call in self.calls if call.name == name]

    def wait(self, what: Any, seconds: float = 10.0) -> Any:
        until = time.monotonic() + seconds
        with self.changed:
            while True:
                value = what()
                if value:
                    return value
                left = until - time.monotonic()
                if left <= 0:
                    raise AssertionError("waited %.0f s in vain; calls: %s" % (seconds, self.calls[-12:]))
                self.changed.wait(min(left, 0.1))

    def wait_state(self, state: str, job: str = "j-1", seconds: float = 10.0) -> Json:
        self.wait(lambda: self.jobs[job]["state"] == state, seconds)
        return self.jobs[job]

    def wait_call(self, name: str, count: int = 1) -> Call:
        self.wait(lambda: len([call for call in self.calls if call.name == name]) >= count)
        return self.named(name)[count - 1]

    def forget_sessions(self) -> None:
        with self.changed:
            self.sessions.clear()

    def expire_tokens(self) -> None:
        with self.changed:
            for session in self.sessions.values():
                session["token"] = "expired"

    def requeue(self, job: str) -> None:
        """What the pool does when a lease has ended without a word."""
        with self.changed:
            self.jobs[job].update(state="QUEUED", lease=None)
            self.changed.notify_all()

    # --- the server

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        data = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        url = urllib.parse.urlsplit(handler.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        call = Call(self._name(handler.command, url.path), handler.command, url.path, query, handler.headers, data)
        fault = self._fault(call)
        if fault == "drop":
            self._cut(handler)
            return
        if isinstance(fault, tuple) and fault[0] == "slow":
            time.sleep(fault[1])
        if isinstance(fault, Problem):
            self._remember(call)
            status, headers, body = self._refusal(fault)
        elif isinstance(fault, tuple) and fault[0] == "raw":
            self._remember(call)
            status, headers, body = fault[1:]
        else:
            status, headers, body = self._answer(call)
        if fault == "lost":
            self._cut(handler)
            return
        if isinstance(fault, tuple) and fault[0] == "half":
            handler.wfile.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n" % (status, len(body)))
            for name, value in headers.items():
                handler.wfile.write(("%s: %s\r\n" % (name, value)).encode())
            handler.wfile.write(b"\r\n" + body[:fault[1]])
            handler.wfile.flush()
            self._cut(handler)
            return
        try:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            handler.close_connection = True

    def _cut(self, handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        try:
            handler.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    @staticmethod
    def _name(method: str, path: str) -> str:
        last = path.rpartition("/")[2]
        if last == "checkpoint" and method != "POST":
            return method.lower()
        return "register" if last == "sessions" else last

    def _fault(self, call: Call) -> Any:
        with self.changed:
            for fault in self._faults:
                if fault.name == call.name and fault.times > 0:
                    if fault.after > 0:
                        fault.after -= 1
                        continue
                    fault.times -= 1
                    return fault.how
        return None

    def _remember(self, call: Call) -> None:
        with self.changed:
            if call.headers.get("Content-Type") == "application/json":
                call.body = json.loads(call.data.decode("utf-8"))
            self.calls.append(call)
            self.changed.notify_all()

    def _answer(self, call: Call) -> Reply:
        self._remember(call)
        try:
            with self.changed:
                self._check(call)
                return self._route(call)
        except Problem as problem:
            return self._refusal(problem)
        except Exception as mistake:
            self.mistakes.append("%r: %r" % (call, mistake))
            return self._refusal(Problem(400, "invalid"))

    def _refusal(self, problem: Problem) -> Reply:
        headers = {"Content-Type": "application/problem+json"}
        if problem.wait is not None:
            headers["Retry-After"] = problem.wait
        with self.changed:
            orders = list(self.orders)
        return problem.status, headers, json.dumps({"directives": orders, **problem.body}).encode()

    def _json(self, status: int = 200, **body: Any) -> Reply:
        answer = {"serverTime": "2031-02-03T04:05:06Z", "directives": list(self.orders), "unknownField": 1, **body}
        return status, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    def _check(self, call: Call) -> None:
        if call.path in self.files:
            return
        headers = call.headers
        if headers.get("Gpupool-Protocol") != "1":
            self.mistakes.append("%r: no protocol version" % call)
        if not (headers.get("Authorization") or "").startswith("Bearer "):
            self.mistakes.append("%r: no token" % call)
        if call.method == "POST" and (call.body is None or len(call.data) > 1 << 20):
            self.mistakes.append("%r: not JSON, or too long" % call)
        key = headers.get("Idempotency-Key")
        if key is not None and not re.fullmatch(r"[!-~]{1,100}", key):
            self.mistakes.append("%r: the key is %r" % (call, key))
        if "token" in call.path.lower() or "token" in str(call.query).lower():
            self.mistakes.append("%r: a token in the address" % call)

    def _route(self, call: Call) -> Reply:
        if call.path in self.files:
            data = self.files[call.path]
            return 200, {"Content-Type": "text/plain", "Gpupool-Sha256": hashlib.sha256(data).hexdigest()}, data
        if not call.path.startswith(PREFIX + "/"):
            raise Problem(404, "not-found")
        parts = call.path[len(PREFIX) + 1:].split("/")
        if parts == ["sessions"]:
            return self._register(call)
        session = self._session(call, parts)
        key = call.headers.get("Idempotency-Key")
        if key is not None and key in self._keys:
            before, reply = self._keys[key]
            if before != call.data:
                raise Problem(422, "idempotency-mismatch")
            return self._json(**reply)
        if parts[0] == "sessions":
            return getattr(self, "_" + parts[2])(call, session)
        if parts[2] == "checkpoint" and call.method != "POST":
            lease = self._lease(parts[1], call.query["jobId"], int(call.query["attempt"]))
            return self._put(call, lease) if call.method == "PUT" else self._get(call, lease)
        reply = self._report(call, parts)
        if key is not None:
            self._keys[key] = (call.data, reply)
        return self._json(**reply)

    def _session(self, call: Call, parts: List[str]) -> Json:
        token = call.headers["Authorization"][7:]
        mine = next((session for session in self.sessions.values() if session["token"] == token), None)
        if parts[0] == "sessions":
            if parts[1] not in self.sessions:
                raise Problem(404, "session-unknown")
            if mine is None:
                raise Problem(401, "token-expired")
            if mine["id"] != parts[1]:
                raise Problem(403, "forbidden")
        elif mine is None:
            raise Problem(401, "token-unknown")
        return mine or {}

    def _register(self, call: Call) -> Reply:
        if call.headers["Authorization"] != "Bearer " + JOIN:
            raise Problem(401, "token-unknown")
        body = call.body
        for name in [body["worker"]["name"], body["provider"], *body["handlers"], *filter(None, [body.get("account")])]:
            if not NAME.fullmatch(name):
                self.mistakes.append("a name that is none: %r" % name)
        instance = body["worker"]["instanceId"]
        known = next((one for one in self.sessions.values() if one["instance"] == instance), None)
        if known is None:
            self._counter += 1
            known = {"id": "s%d" % self._counter, "instance": instance, "seq": 0, "body": body, "ended": False}
        known["token"] = "gps-%d-%d" % (len(self.calls), self._counter)
        status = 200 if known["id"] in self.sessions else 201
        self.sessions[known["id"]] = known
        return self._json(status, sessionId=known["id"], sessionToken=known["token"],
                          heartbeatSeconds=self.heartbeat, stopsInSeconds=self.stops_in)

    def _heartbeat(self, call: Call, session: Json) -> Reply:
        if call.body["seq"] <= session["seq"]:
            self.mistakes.append("seq %d after %d" % (call.body["seq"], session["seq"]))
        session["seq"] = call.body["seq"]
        verdicts = []
        for lease in call.body["leases"]:
            job = self.jobs.get(lease["jobId"])
            holds = job is not None and job["lease"] == lease["leaseId"] and job["attempt"] == lease["attempt"]
            token = {key: lease[key] for key in ("jobId", "attempt", "leaseId")}
            verdicts.append({**token, "verdict": self.verdicts.get(lease["jobId"], "OK" if holds else "LOST")})
        return self._json(leases=verdicts, stopsInSeconds=None)

    def _claim(self, call: Call, session: Json) -> Reply:
        wish = call.body["claimId"]
        if wish in self._claims:
            return self._json(lease=self._claims[wish])
        until = time.monotonic() + min(call.body["waitSeconds"], 0.3)
        while True:
            job = next((one for one in self.jobs.values() if one["state"] == "QUEUED"), None)
            left = until - time.monotonic()
            if job is not None or left <= 0 or self.orders or session["ended"]:
                break
            self.changed.wait(left)
        if job is None or session["ended"] or any(order["type"] in ("DRAIN", "STOP") for order in self.orders):
            return self._json(lease=None)
        self._counter += 1
        job.update(state="LEASED", attempt=job["attempt"] + 1, lease="%s.k%d" % (session["id"], self._counter))
        lease = {"jobId": job["id"], "attempt": job["attempt"], "leaseId": job["lease"], "handler": job["handler"],
                 "payload": job["payload"], "payloadRef": None, "resumable": True, "limitSeconds": 30,
                 "sessionRemainingSeconds": 1000, "checkpoint": job["checkpoint"], **job["more"]}
        self._claims[wish] = lease
        return self._json(lease=lease)

    def _lease(self, lease: str, name: str, attempt: int) -> Json:
        job = self.jobs.get(name)
        if job is None:
            raise Problem(404, "job-unknown")
        if job["state"] in ("DONE", "FAILED"):
            raise Problem(409, "already-final")
        if (job["lease"], job["attempt"]) != (lease, attempt):
            raise Problem(409, "lease-lost")
        return job

    def _report(self, call: Call, parts: List[str]) -> Json:
        body = call.body
        job = self._lease(parts[1], body["jobId"], body["attempt"])
        kind = parts[2]
        job["reports"].append((kind, body))
        if kind == "progress":
            job["progress"] = body
        elif kind == "checkpoint" or (kind == "release" and body["checkpoint"] is not None):
            job["checkpoint"] = body["checkpoint"]
            uri = body["checkpoint"]["uri"]
            job["bytes"] = self.links.objects[uri] if uri.startswith("link:") else bytes(self._uploads[uri])
        if kind == "complete":
            job.update(state="DONE", result=body["result"])
        elif kind == "fail":
            job.update(state="FAILED", failure=body)
        elif kind == "release":
            job.update(state="RELEASED", lease=None, release=body)
            self.orders = [order for order in self.orders if order["leaseId"] != parts[1]]
        self.changed.notify_all()
        return {"accepted": True}

    def _put(self, call: Call, job: Json) -> Reply:
        digest, step = call.query["sha256"], int(call.query["step"])
        uri = "job_%s-%s.checkpoint" % (job["id"], digest[:8])
        match = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)", call.headers.get("Content-Range") or "")
        if match is None:
            raise Problem(400, "invalid")
        size = int(match.group(3))
        stored = self._uploads.setdefault(uri, bytearray())
        if match.group(1) is not None:
            first, last = int(match.group(1)), int(match.group(2))
            if last - first + 1 != len(call.data):
                self.mistakes.append("%r: %s" % (call, match.group()))
            if first != len(stored):
                raise Problem(409, "upload-mismatch", receivedBytes=len(stored))
            stored += call.data
        if self.links is not None and match.group(1) is None and not stored:
            link = {"uri": "link:" + uri, "sha256": digest, "sizeBytes": size, "step": step}
            return self._json(202, receivedBytes=0, upload=self.links.link("PUT", link))
        if len(stored) < size:
            return self._json(202, receivedBytes=len(stored))
        if hashlib.sha256(stored).hexdigest() != digest:
            del self._uploads[uri]
            raise Problem(400, "invalid")
        return self._json(receivedBytes=size, checkpoint={"uri": uri, "sha256": digest, "sizeBytes": size,
                                                          "step": step})

    def _get(self, call: Call, job: Json) -> Reply:
        if job["checkpoint"] is None:
            raise Problem(404, "not-found")
        data: bytes = job["bytes"]
        if job["checkpoint"]["uri"].startswith("link:"):
            if call.query.get("link") != "true":
                raise Problem(406, "link-only")
            return self._json(download=self.links.link("GET", job["checkpoint"]))
        headers = {"Content-Type": "application/octet-stream", "Gpupool-Sha256": job["checkpoint"]["sha256"],
                   "Gpupool-Step": str(job["checkpoint"]["step"])}
        match = re.fullmatch(r"bytes=(\d+)-", call.headers.get("Range") or "")
        if match is None:
            return 200, headers, data
        first = int(match.group(1))
        headers["Content-Range"] = "bytes %d-%d/%d" % (first, len(data) - 1, len(data))
        return 206, headers, data[first:]

    def _drain(self, call: Call, session: Json) -> Reply:
        session["drain"] = call.body
        return self._json()

    def _bye(self, call: Call, session: Json) -> Reply:
        session["ended"] = True
        return self._json()
