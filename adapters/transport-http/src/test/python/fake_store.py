"""An object store that takes and gives bytes by signed links, each good once, and can be as unreliable as a network.

Whatever comes that no store would take, or that it should not be told, is kept in `mistakes`.
"""

import socket
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler
from typing import Any, Dict, List

from fake_server import FakeServer

DENIED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message><Echo>%s</Echo></Error>"
Json = Dict[str, Any]


class FakeStore:
    def __init__(self) -> None:
        self.objects: Dict[str, bytes] = {}
        self.calls: List[str] = []
        self.ranges: List[Any] = []
        self.mistakes: List[str] = []
        self.signatures: List[str] = []
        self.slow = threading.Event()
        self.slow.set()
        self._faults: List[Any] = []
        self._server = FakeServer(self.serve)
        self.url = self._server.url

    def close(self) -> None:
        self.slow.set()
        self._server.close()

    def fail(self, *how: Any) -> None:
        """What becomes of the next calls: a status answers, `cut` hangs up amid the bytes, `lost` after them, `expired`
        refuses the link, `wrong` gives other bytes, `long` more of them, ("half", n) the first n; None is no fault."""
        self._faults.extend(how)

    def link(self, method: str, checkpoint: Json) -> Json:
        signature = "s3cret%d%s" % (len(self.signatures), method)
        self.signatures.append(signature)
        return {"url": "%s/%s?signature=%s" % (self.url, urllib.parse.quote(checkpoint["uri"]), signature),
                "headers": {"X-Signed": "yes"}, "checkpoint": checkpoint}

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        self.calls.append(handler.command)
        handler.close_connection = True
        url = urllib.parse.urlsplit(handler.path)
        key = urllib.parse.unquote(url.path[1:])
        told = [name for name in handler.headers if name.lower() == "authorization" or "gpupool" in name.lower()]
        size = handler.headers.get("Content-Length")
        if told or handler.headers.get("X-Signed") != "yes" or (handler.command == "PUT" and size is None):
            self.mistakes.append("%s with %s" % (handler.command, dict(handler.headers)))
        signature = dict(urllib.parse.parse_qsl(url.query)).get("signature", "")
        fault = self._faults.pop(0) if self._faults else None
        if fault == "cut" and handler.command == "PUT":
            handler.rfile.read(int(size or 0) // 2)
            self._cut(handler)
            return
        data = handler.rfile.read(int(size or 0))
        self.slow.wait(10)
        if signature not in self.signatures or not signature.endswith(handler.command) or fault == "expired":
            self._answer(handler, 403, DENIED % signature.encode())
        elif isinstance(fault, int):
            self._answer(handler, fault, b"")
        elif handler.command == "PUT":
            self.objects[key] = data
            if fault == "lost":
                self._cut(handler)
            else:
                self._answer(handler, 200, b"")
        else:
            self._give(handler, key, fault)

    def _give(self, handler: BaseHTTPRequestHandler, key: str, fault: Any) -> None:
        wanted = handler.headers.get("Range")
        self.ranges.append(wanted)
        data = self.objects[key]
        first = int(wanted[6:-1]) if wanted else 0
        if fault == "wrong":
            data = b"?" * len(data)
        elif fault == "long":
            data = data * 1000
        rest = data[first:]
        if first and not rest:
            self._answer(handler, 416, b"")
            return
        handler.send_response(206 if wanted else 200)
        if wanted:
            handler.send_header("Content-Range", "bytes %d-%d/%d" % (first, len(data) - 1, len(data)))
        handler.send_header("Content-Length", str(len(rest)))
        handler.end_headers()
        try:
            handler.wfile.write(rest[:fault[1]] if isinstance(fault, tuple) else rest)
            handler.wfile.flush()
        except OSError:
            pass
        self._cut(handler)

    @staticmethod
    def _answer(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    @staticmethod
    def _cut(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
