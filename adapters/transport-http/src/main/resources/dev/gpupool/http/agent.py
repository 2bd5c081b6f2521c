#!/usr/bin/env python3
"""The GpuPool agent: runs a pool's jobs on this machine. One file, Python 3.8 or later, nothing else to install.

In a notebook, where the cell that runs it blocks until the session ends:

    from agent import Agent
    agent = Agent(worker="Colab-1", account="ana@example.org")   # address and token: GPUPOOL_URL, GPUPOOL_TOKEN

    @agent.handler("train")
    def train(job):
        for step in range(job.checkpoint_step or 0, job.payload["steps"]):
            ...
            if job.should_stop:
                job.save_checkpoint(weights, step + 1)
                return job.stopped()
        return {"loss": 0.1}

    agent.run()

As a script: python agent.py --url URL --worker NAME --handlers my_handlers.py, where that module says
"from agent import handler" and decorates its functions with @handler("train").

How it works:
 1. Before any thread starts it forks one small process per slot (a nursery), which forks one process per job. A handler
    may crash, hang, fork or fill the memory: the nursery ends all that is left of it, and the agent goes on.
 2. Beats, the wait for work, reports and each slot have a thread of their own, so no job can silence the worker.
 3. Reports are on disk before they are sent, and are sent until the pool has answered with a verdict, by the next
    process if need be.
 4. Only the monotonic timer decides anything. The wall clock is printed and nothing more.
The protocol is described in docs/protocol.md of GpuPool.
"""

import argparse
import atexit
import ctypes
import faulthandler
import hashlib
import http.client
import importlib.util
import json
import os
import queue
import random
import re
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import urllib.request
import uuid
import weakref
from array import array
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

try:
    import fcntl
except ImportError:  # not a Unix; run() says so
    fcntl = None  # type: ignore[assignment]

__all__ = ["Agent", "AgentError", "BadInput", "CheckpointRefused", "EnvironmentProblem", "Job", "JobFailure",
           "OutOfMemory", "Stopped", "Timing", "detect_provider", "handler", "probe_devices"]

VERSION = "1.0.0"
PROTOCOL = "1"
PREFIX = "/gpupool/v1"
RESULT_BYTES = 256 * 1024
MESSAGE_BYTES = 16 * 1024
ANSWER_BYTES = 4 * 1024 * 1024
NAME = re.compile(r"[A-Za-z0-9._@+-]{1,100}")
UNMETERED = ("onprem",)

Json = Dict[str, Any]
Handler = Callable[["Job"], Any]


class Timing(NamedTuple):
    """Seconds and sizes that nobody needs to change but tests."""

    call: float = 20.0
    claim_wait: float = 25.0
    claim_margin: float = 15.0
    claim_pause: float = 1.0
    backoff: float = 1.0
    backoff_cap: float = 60.0
    beat_repeats: Tuple[float, ...] = (5.0, 10.0, 20.0)
    progress: float = 10.0
    give_up: float = 900.0
    pending: float = 45.0
    drain: float = 600.0
    drain_lead: float = 300.0
    save: float = 300.0
    grace: float = 10.0
    notice: float = 20.0
    patience: float = 120.0
    bye: float = 3.0
    tick: float = 0.2
    piece: int = 8 * 1024 * 1024


# ---------------------------------------------------------------------------------------------------------------------
# What a handler may raise


class JobFailure(Exception):
    """The job failed; `kind` says whom that counts against, `retryable` whether another attempt could help."""

    kind = "JOB_ERROR"
    retryable = True


class BadInput(JobFailure):
    """The payload is wrong: no worker could do it."""

    kind = "BAD_INPUT"
    retryable = False


class EnvironmentProblem(JobFailure):
    """This machine is at fault (a missing driver, a full disk): another worker may well do it."""

    kind = "ENVIRONMENT"


class OutOfMemory(JobFailure):
    """The job does not fit the memory of this machine or of its GPU."""

    kind = "OUT_OF_MEMORY"


class Stopped(Exception):
    """The handler stopped because `job.should_stop` was true. The same as returning `job.stopped()`."""


class CheckpointRefused(Exception):
    """The pool will never take this checkpoint, for example because it is too large."""


class AgentError(Exception):
    """The agent cannot run; the text says what to do."""


class _Over(Exception):
    """The agent ends, with this outcome."""

    def __init__(self, outcome: str, text: str) -> None:
        super().__init__(text)
        self.outcome = outcome


# ---------------------------------------------------------------------------------------------------------------------
# Words on the screen


class _Log:
    """One line per event, never with a token in it."""

    def __init__(self) -> None:
        self._secrets: List[str] = []

    def hide(self, secret: str) -> None:
        if len(secret) >= 8 and secret not in self._secrets:
            self._secrets.append(secret)

    def __call__(self, text: str) -> None:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        try:
            # one write, so that lines of two threads do not mix
            sys.stdout.write("gpupool %s %s\n" % (time.strftime("%H:%M:%S"), text))
            sys.stdout.flush()
        except (OSError, ValueError):
            pass  # nobody reads any more; that is no reason to stop


def _span(seconds: float) -> str:
    whole = int(max(0.0, seconds))
    if whole < 60:
        return "%d s" % whole
    if whole < 3600:
        return "%d min" % (whole // 60)
    return "%d h %02d min" % (whole // 3600, whole % 3600 // 60)


def _cut(text: str, limit: int) -> str:
    """The end of a text, at most so many bytes of UTF-8."""
    data = text.encode("utf-8", "replace")
    return text if len(data) <= limit else data[-limit:].decode("utf-8", "ignore")


def _seconds(value: Any) -> Optional[float]:
    """A number of seconds from an answer, or None for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value:
        return float(value)
    return None


# ---------------------------------------------------------------------------------------------------------------------
# The wire


class Unanswered(Exception):
    """There was no answer of the pool: repeat the call. `wait` is what the pool asked for, if it did."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


class Refused(Exception):
    """The pool said no, and a repeat would not help."""

    def __init__(self, status: int, body: Json) -> None:
        self.status = status
        self.body = body
        self.type = str(body.get("type"))
        self.reason = str(body.get("reason") or "")
        super().__init__("%d %s %s: %s" % (status, self.type, self.reason, body.get("detail") or body.get("title")))


class _Backoff:
    """Waits that double up to a cap, with full jitter, beside what the pool asks for."""

    def __init__(self, base: float, cap: float) -> None:
        self._base = base
        self._cap = cap
        self._delay = base

    def reset(self) -> None:
        self._delay = self._base

    def next(self, asked: float = 0.0) -> float:
        delay = self._delay
        self._delay = min(self._cap, delay * 2)
        return asked + random.uniform(0.0, delay)


class _Wire:
    """One connection that is kept open. Each thread has its own."""

    living: "weakref.WeakSet[_Wire]" = weakref.WeakSet()

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self._tls = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._tls else 80)
        self._proxy = self._find_proxy(parts.scheme)
        self._target = url if self._proxy and not self._tls else parts.path
        self._connection: Optional[http.client.HTTPConnection] = None
        _Wire.living.add(self)

    def _find_proxy(self, scheme: str) -> Optional[urllib.parse.SplitResult]:
        proxy = urllib.request.getproxies().get(scheme)
        if not proxy or urllib.request.proxy_bypass(self._host):
            return None
        return urllib.parse.urlsplit(proxy if "//" in proxy else "http://" + proxy)

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        host, port = self._host, self._port
        if self._proxy is not None:
            host, port = self._proxy.hostname or "", self._proxy.port or 80
        if not self._tls:
            return http.client.HTTPConnection(host, port, timeout=timeout)
        connection = http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
        if self._proxy is not None:
            connection.set_tunnel(self._host, self._port)
        return connection

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def abandon(self) -> None:
        """Closes the socket in a forked process, and nothing else: another thread may have held a lock at the fork."""
        sock = None if self._connection is None else self._connection.sock
        if sock is not None and sock.fileno() >= 0:
            os.close(sock.detach())

    def send(self, method: str, path: str, headers: Dict[str, str], body: Union[bytes, Iterator[bytes], None],
             timeout: float) -> http.client.HTTPResponse:
        """Sends, and waits for the head of the answer. A kept connection that was cut meanwhile is opened anew, except
        for bytes that may have arrived."""
        while True:
            kept = self._connection is not None
            connection = self._connection or self._connect(timeout)
            self._connection = connection
            try:
                if connection.sock is not None:
                    connection.sock.settimeout(timeout)
                connection.request(method, self._target + path, body=body, headers=headers)
                return connection.getresponse()
            except (OSError, http.client.HTTPException, ValueError) as problem:
                self.close()
                if not kept or method == "PUT" or isinstance(problem, socket.timeout):
                    raise Unanswered("%s: %s" % (type(problem).__name__, problem)) from problem

    def read(self, response: http.client.HTTPResponse, limit: int) -> bytes:
        try:
            data = response.read(limit + 1)
        except (OSError, http.client.HTTPException) as problem:
            self.close()
            raise Unanswered("the answer was cut: %s" % problem) from problem
        if len(data) > limit:
            self.close()
            raise Unanswered("an answer of more than %d bytes" % limit)
        return data


class _Client:
    """Calls to the pool, told apart into answers, refusals and silence."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise AgentError("The pool's address is %r. It must look like https://pool.example.org" % url)
        if parts.username or parts.password or parts.query or parts.fragment:
            raise AgentError("The pool's address %s must have no user, password, '?' or '#'" % parts.hostname)
        path = parts.path.rstrip("/") or PREFIX
        self.url = urllib.parse.urlunsplit((parts.scheme, parts.netloc, path, "", ""))
        self._local = threading.local()

    def close(self) -> None:
        """Closes this thread's connection."""
        wire = getattr(self._local, "wire", None)
        if wire is not None:
            wire.close()

    def open(self, method: str, path: str, token: str, body: Optional[bytes], timeout: float,
             headers: Dict[str, str]) -> Tuple[_Wire, http.client.HTTPResponse]:
        """The answer with its body unread, if it is a 2xx; raises what it is otherwise."""
        wire = getattr(self._local, "wire", None)
        if wire is None:
            wire = self._local.wire = _Wire(self.url)
        sent = {"Authorization": "Bearer " + token, "Gpupool-Protocol": PROTOCOL,
                "Gpupool-Agent": "python/" + VERSION, **headers}
        response = wire.send(method, path, sent, body, timeout)
        if response.status < 300:
            return wire, response
        raise self._problem(response, wire.read(response, ANSWER_BYTES))

    def _problem(self, response: http.client.HTTPResponse, data: bytes) -> Exception:
        status = response.status
        if status < 400:
            return Unanswered("status %d leads to %s: give that as the pool's address"
                              % (status, response.getheader("Location")))
        problem = _parse(data)
        if problem is None or not isinstance(problem.get("type"), str):
            # A proxy or a dead tunnel says 404, too, and must not make us throw a report away.
            return Unanswered("status %d, but not from the pool: %r" % (status, data[:100]))
        if status == 429 or (status >= 500 and problem["type"] != "storage-full"):
            wait = response.getheader("Retry-After") or ""
            return Unanswered(str(Refused(status, problem)), float(wait) if re.fullmatch(r"\d{1,5}", wait) else 0.0)
        return Refused(status, problem)

    def call(self, method: str, path: str, token: str, body: Union[Json, bytes, None], timeout: float,
             headers: Optional[Dict[str, str]] = None) -> Json:
        sent = dict(headers or {})
        if isinstance(body, dict):
            sent["Content-Type"] = "application/json"
            data: Optional[bytes] = _encode(body)
        else:
            data = body
        wire, response = self.open(method, path, token, data, timeout, sent)
        answer = _parse(wire.read(response, ANSWER_BYTES))
        if answer is None:
            raise Unanswered("status %d without JSON: is this the pool's address?" % response.status)
        return answer


class _StoreRefused(Exception):
    """The host's object store said no to a link."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__("the host's object store answers %d%s" % (status, code))
        self.status = status
        self.gone = status in (404, 410)
        self.expired = status in (401, 403)


class _Link:
    """Where the host's object store takes or gives the bytes of a checkpoint. Its query is a secret that no text shows,
    and nothing of the pool's goes there but the bytes."""

    def __init__(self, offer: Any) -> None:
        try:
            url, mark, query = offer["url"].partition("?")
            if not re.fullmatch(r"https?://[!-~]+", url, re.IGNORECASE) or not re.fullmatch(r"[!-~]*", query):
                raise ValueError
            self._url = url if urllib.parse.urlsplit(url).path else url + "/"
            self._query = mark + query
            self._headers = {str(name): str(value) for name, value in offer["headers"].items()}
            self.checkpoint: Json = offer["checkpoint"]
            self.sha256 = str(self.checkpoint["sha256"])
            self.size = int(self.checkpoint["sizeBytes"])
            self.step = int(self.checkpoint["step"])
            self._wire = _Wire(self._url)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Unanswered("the pool gives a link that cannot be read") from None

    def close(self) -> None:
        self._wire.close()

    def open(self, method: str, headers: Dict[str, str], body: Optional[Iterator[bytes]],
             timeout: float) -> http.client.HTTPResponse:
        """The answer with its body unread, if it is a 2xx. Another link may help after Unanswered and _StoreRefused."""
        try:
            response = self._wire.send(method, self._query, {**self._headers, **headers}, body, timeout)
            if 200 <= response.status < 300:
                return response
            text = self._wire.read(response, ANSWER_BYTES).decode("utf-8", "replace")
        except Unanswered as silence:
            why = str(silence)
            raise Unanswered("the host's object store: " + (why.replace(self._query, "?***") if self._query else why),
                             silence.wait) from None
        code = re.search(r"<Code>(\w{1,60})</Code>", text)  # the rest of it may repeat the query
        refusal = _StoreRefused(response.status, " " + code.group(1) if code else "")
        if 400 <= response.status < 500 and response.status not in (408, 425, 429):
            raise refusal
        raise Unanswered(str(refusal))


def _encode(value: Any) -> bytes:
    """Compact JSON in UTF-8, as escapes could make it six times as long; lone surrogates exist as escapes only."""
    try:
        return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode("ascii")


def _parse(data: bytes) -> Optional[Json]:
    try:
        value = json.loads(data.decode("utf-8"))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


# ---------------------------------------------------------------------------------------------------------------------
# This machine


def detect_provider(environ: Optional[Dict[str, str]] = None, exists: Callable[[str], bool] = os.path.exists) -> str:
    """Whose machine this is, by the marks that providers leave; `onprem` if there is none."""
    env = dict(os.environ) if environ is None else environ
    if "KAGGLE_KERNEL_RUN_TYPE" in env or exists("/kaggle/working"):
        return "kaggle"
    if "COLAB_RELEASE_TAG" in env or "COLAB_GPU" in env or "google.colab" in sys.modules:
        return "colab"
    if any(name.startswith("LIGHTNING_") for name in env):
        return "lightning"
    if "RUNPOD_POD_ID" in env:
        return "runpod"
    if "MODAL_TASK_ID" in env:
        return "modal"
    return "onprem"


Tool = Callable[[Sequence[str]], Tuple[int, str]]

QUERIES = ("index,name,memory.total,uuid,compute_cap,driver_version,mig.mode.current",
           "index,name,memory.total,uuid,driver_version",
           "index,name,memory.total")
MIG_ROW = re.compile(r"^\|\s*(\d+)\s+\d+\s+\d+\s+\d+\s+\|\s*\d+MiB\s*/\s*(\d+)MiB")


def _nvidia_smi(arguments: Sequence[str]) -> Tuple[int, str]:
    try:
        done = subprocess.run(["nvidia-smi", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=8, check=False)
    except FileNotFoundError:
        return 127, "nvidia-smi is not installed"
    except (OSError, subprocess.SubprocessError) as problem:
        return 126, str(problem)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def probe_devices(tool: Tool = _nvidia_smi, system_mib: Optional[int] = None) -> Tuple[List[Json], str]:
    """The GPUs that nvidia-smi sees, and, where there is none, why. Asks for less where a driver knows less."""
    text = ""
    for query in QUERIES:
        code, text = tool(["--query-gpu=" + query, "--format=csv,noheader,nounits"])
        if code == 0:
            return _devices(query.split(","), text, tool, system_mib)
        if "not a valid field" not in text:
            break
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [], lines[0] if lines else "nvidia-smi said nothing"


def _devices(fields: List[str], text: str, tool: Tool, system_mib: Optional[int]) -> Tuple[List[Json], str]:
    rows = []
    for line in text.splitlines():
        values = [value.strip() for value in line.split(",")]
        if len(values) == len(fields) and values[0].isdigit():
            rows.append(dict(zip(fields, values)))
    if not rows:
        return [], text.strip().splitlines()[0] if text.strip() else "No devices were found"
    sliced = [row for row in rows if row.get("mig.mode.current") == "Enabled"]
    slices = _mig_slices(tool) if sliced else {}
    found: List[Json] = []
    for row in rows:
        name = row["name"].encode("ascii", "replace").decode()[:90] or "GPU"
        if row in sliced:  # CUDA sees the slices and not the whole
            found.extend({"name": name + " MIG", "memoryMiB": mib} for mib in slices.get(row["index"], []))
        else:
            found.append({"name": name, "memoryMiB": _mebibytes(row["memory.total"], system_mib)})
    return found[:64], "" if found else "MIG is on, but there is no MIG device"


def _mig_slices(tool: Tool) -> Dict[str, List[int]]:
    """The memory of each MIG device by GPU, from the table of plain nvidia-smi: no query tells it."""
    found: Dict[str, List[int]] = {}
    code, text = tool([])
    for line in text.splitlines() if code == 0 else []:
        row = MIG_ROW.match(line)
        if row:
            found.setdefault(row.group(1), []).append(int(row.group(2)))
    return found


def _mebibytes(text: str, system_mib: Optional[int]) -> int:
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits.group())
    # GB10, GH200, Jetson: "[N/A]", because the GPU uses the machine's own memory
    return _system_mib() if system_mib is None else system_mib


def _system_mib() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1024 * 1024)
    except (OSError, ValueError):
        return 0


def _session_start(provider: str, hint: Optional[float], dedicated: bool, folder: Optional[str] = None) -> float:
    """When the machine's session began, by the monotonic timer.

    A notebook's cell may be run again in the same machine, whose meter goes on: where the machine lives as long as the
    session, the first run leaves a mark that holds the boot's id, without which the timer of another boot would count.
    """
    now = time.monotonic()
    if hint is not None:
        return now - max(0.0, hint)
    if dedicated:
        return now - _uptime()
    if provider not in ("colab", "kaggle"):
        return now
    mark = os.path.join(folder or tempfile.gettempdir(), "gpupool-session-start")
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as source:
            boot = source.read().strip()
        if os.path.exists(mark):
            with open(mark, encoding="ascii") as source:
                known, began = source.read().split()
            if known == boot and 0 <= float(began) <= now:
                return float(began)
        with open(mark, "w", encoding="ascii") as target:
            target.write("%s %.3f" % (boot, now))
    except (OSError, ValueError):
        pass  # the age is then that of this process
    return now


def _uptime() -> float:
    try:
        with open("/proc/uptime", encoding="ascii") as source:
            return float(source.read().split()[0])
    except (OSError, ValueError):
        return 0.0


def _colab_secret(name: str) -> Optional[str]:
    from google.colab import userdata  # type: ignore[import]
    return str(userdata.get(name))


def _kaggle_secret(name: str) -> Optional[str]:
    from kaggle_secrets import UserSecretsClient  # type: ignore[import]
    return str(UserSecretsClient().get_secret(name))


def _file_secret(name: str) -> Optional[str]:
    leaf = {"GPUPOOL_TOKEN": "token", "GPUPOOL_URL": "url"}[name]
    folders = []
    if os.path.isdir("/kaggle/input"):
        folders = sorted(entry.path for entry in os.scandir("/kaggle/input") if entry.is_dir())
    places = [os.path.join(folder, "gpupool-" + leaf) for folder in folders]
    places.append(os.path.join(os.path.expanduser("~"), ".config", "gpupool", leaf))
    for place in places:
        if os.path.isfile(place):
            with open(place, encoding="utf-8") as source:
                return source.read()
    return None


def _secret(name: str, given: Optional[str], provider: str) -> Optional[str]:
    """Argument, environment, the provider's secrets, file: the first that has it. Not a placeholder left unfilled."""
    sources: List[Callable[[], Optional[str]]] = [lambda: given, lambda: os.environ.get(name)]
    if provider == "colab":
        sources.append(lambda: _colab_secret(name))
    if provider == "kaggle":
        sources.append(lambda: _kaggle_secret(name))
    sources.append(lambda: _file_secret(name))
    for source in sources:
        try:
            value = (source() or "").strip()
        except Exception:  # their clients raise types of their own: not attached, not granted, timed out
            continue
        if value and not value.startswith("__GPUPOOL_"):
            return value
    return None


# ---------------------------------------------------------------------------------------------------------------------
# The job's own process


class _Sentinel:
    pass


STOPPED = _Sentinel()


class Job:
    """What a handler gets: the job, and its line to the pool."""

    def __init__(self, mailbox: "_Mailbox", spec: Json) -> None:
        self.id: str = spec["jobId"]
        self.attempt: int = spec["attempt"]
        self.payload: Any = spec["payload"]
        self.payload_ref: Any = spec["payloadRef"]
        self.resumable: bool = spec["resumable"]
        self.checkpoint: Optional[str] = spec["checkpoint"]
        self.checkpoint_step: Optional[int] = spec["checkpointStep"]
        self.stop_reason: Optional[str] = None
        self._folder: str = spec["folder"]
        self._ends = time.monotonic() + spec["seconds"]
        self._mailbox = mailbox
        self._lock = threading.RLock()
        self._saves = 0
        self._told = 0.0

    @property
    def should_stop(self) -> bool:
        """True once the handler must save what it has and return `job.stopped()`."""
        with self._lock:
            while self._mailbox.waiting():
                self._hear()
        return self.stop_reason is not None

    @property
    def remaining_seconds(self) -> float:
        """How long the attempt may still run, by its limit, the session's end and any order to stop."""
        self.should_stop  # pylint: disable=pointless-statement  # takes in a new end
        return max(0.0, float(self._ends) - time.monotonic())

    def progress(self, step: Optional[int] = None, total: Optional[int] = None, fraction: Optional[float] = None,
                 message: Optional[str] = None) -> None:
        """Tells how far the job is. Cheap: at most one a second leaves the process."""
        now = time.monotonic()
        if now - self._told < 1.0 and (step is None or step != total):
            return
        self._told = now
        if fraction is None and step is not None and total:
            fraction = step / total
        known: Json = {"step": None if step is None else int(step), "totalSteps": None if total is None else int(total),
                       "message": None if message is None else str(message)[:1000]}
        if fraction is not None and fraction == fraction:
            known["fraction"] = min(1.0, max(0.0, float(fraction)))
        self._say({"progress": {key: value for key, value in known.items() if value is not None}})

    def save_checkpoint(self, source: Union[str, bytes, "os.PathLike[str]"], step: int) -> bool:
        """Makes a file or bytes the job's newest checkpoint. Returns once the pool has it: call it every few minutes.

        False means that the pool has not got it yet: it was out of reach, or a disk was full. The agent tries on in the
        background with the newest one. Raises CheckpointRefused if the pool will never take it.
        """
        with self._lock:
            self._saves += 1
            path = os.path.join(self._folder, "checkpoint-%d" % self._saves)
            try:
                digest, size = _store(source, path)
            except OSError as problem:
                if not isinstance(source, bytes) and not os.path.isfile(source):
                    raise
                print("checkpoint of step %d is not saved: %s" % (step, problem), flush=True)
                _remove(path)
                return False
            self._say({"checkpoint": {"number": self._saves, "path": path, "step": int(step), "sha256": digest,
                                      "sizeBytes": size}})
            while True:
                answer = self._hear()
                if answer.get("saved") == self._saves:
                    break
        if answer.get("refused"):
            raise CheckpointRefused(answer["refused"])
        return bool(answer.get("committed"))

    def stopped(self) -> Any:
        """What a handler returns when it stopped because it should: the job goes back to the pool."""
        return STOPPED

    def _say(self, message: Json) -> None:
        data = json.dumps(message, allow_nan=False).encode() + b"\n"
        with self._lock:
            self._mailbox.channel.sendall(data)

    def _hear(self) -> Json:
        message = self._mailbox.take()
        if message is None:
            os._exit(71)  # the agent is gone, and with it all that this process is for
        if message.get("stop"):
            self.stop_reason = message["stop"]
        if message.get("seconds") is not None:
            self._ends = time.monotonic() + message["seconds"]
        return message


def _store(source: Union[str, bytes, "os.PathLike[str]"], path: str) -> Tuple[str, int]:
    """Copies bytes or a file to a path, safely on disk. The copy lets the handler go on writing its own file."""
    digest = hashlib.sha256()
    size = 0
    with open(path, "wb") as target:
        for chunk in _chunks(source):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest(), size


def _chunks(source: Union[str, bytes, "os.PathLike[str]"]) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with open(source, "rb") as opened:
        while True:
            chunk = opened.read(1 << 20)
            if not chunk:
                return
            yield chunk


class _Mailbox:
    """Messages, one JSON object a line, as they come over a socket."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self._buffer = b""
        self._ready: List[Json] = []

    def waiting(self) -> bool:
        return bool(self._ready) or bool(select.select([self.channel], [], [], 0)[0])

    def take(self) -> Optional[Json]:
        """The next message; None once the other side has closed."""
        while not self._ready:
            if not self.fill():
                return None
        return self._ready.pop(0)

    def fill(self) -> bool:
        """Reads what has come. False once the other side has closed, or sends no end of a line."""
        try:
            chunk = self.channel.recv(1 << 16)
        except OSError:
            return False
        *lines, self._buffer = (self._buffer + chunk).split(b"\n")
        self._ready.extend(message for message in map(_parse, lines) if message is not None)
        return bool(chunk) and len(self._buffer) <= ANSWER_BYTES

    def all(self) -> List[Json]:
        """What has been read and not been taken."""
        ready, self._ready = self._ready, []
        return ready


def _work(handlers: Dict[str, Handler], channel: socket.socket) -> None:
    """Runs one job in the process that was forked for it, and says how it ended."""
    mailbox = _Mailbox(channel)
    spec = mailbox.take()
    if spec is None:
        return
    job = Job(mailbox, spec)
    end: Json
    try:
        end = _ending(handlers[spec["handler"]](job))
    except Stopped:
        end = {"end": "stopped"}
    except JobFailure as failure:
        end = {"end": "failed", "kind": failure.kind, "retryable": failure.retryable, "message": str(failure)}
        traceback.print_exc()
    except BaseException as failure:  # also SystemExit: the handler's process is not the handler's to end
        traceback.print_exc()
        kind = "OUT_OF_MEMORY" if _is_memory(failure) else "JOB_ERROR"
        end = {"end": "failed", "kind": kind, "retryable": True,
               "message": "%s: %s" % (type(failure).__name__, failure)}
    end["message"] = str(end.get("message") or "")[:4000]
    sys.stdout.flush()
    sys.stderr.flush()
    job._say(end)


def _ending(result: Any) -> Json:
    if result is STOPPED:
        return {"end": "stopped"}
    try:
        size = len(_encode(result))
    except (TypeError, ValueError, RecursionError) as problem:
        return {"end": "failed", "kind": "JOB_ERROR", "retryable": False,
                "message": "The handler's result is not JSON: %s" % problem}
    if size > RESULT_BYTES:
        return {"end": "failed", "kind": "JOB_ERROR", "retryable": False,
                "message": "The handler's result has %d bytes, and a pool takes %d: store it elsewhere and return where"
                           % (size, RESULT_BYTES)}
    return {"end": "result", "result": result}


def _is_memory(failure: BaseException) -> bool:
    name = type(failure).__name__
    return isinstance(failure, MemoryError) or name == "OutOfMemoryError" or "CUDA out of memory" in str(failure)


# ---------------------------------------------------------------------------------------------------------------------
# The nursery: forked before threads start, forks the jobs


def _prctl(option: int, value: int) -> None:
    try:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
    except (OSError, AttributeError):
        pass  # not Linux: jobs are then ended by their process group alone


PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


class _Keeper:
    """The loop of a nursery: starts a job, ends it when told, and ends all that a job leaves behind.

    It is the subreaper of its jobs: what they fork becomes its child when they are gone, even in another process
    group, and so can be found and killed. When the agent's end of the line closes, everything ends.
    """

    def __init__(self, control: socket.socket, handlers: Dict[str, Handler]) -> None:
        self._control = control
        self._handlers = handlers
        self._buffer = b""
        self._fds: List[int] = []
        self._wake, self._bell = socket.socketpair()
        self._job = 0
        self._number = b""

    def run(self) -> None:
        os.setsid()  # the notebook's "stop" goes to the whole process group
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _prctl(PR_SET_CHILD_SUBREAPER, 1)
        for end in (self._wake, self._bell):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)
        self._control.sendall(b"R")
        while True:
            ready = select.select([self._control, self._wake], [], [])[0]
            if self._wake in ready:
                self._wake.recv(4096)
                self._reap()
            if self._control in ready and not self._listen():
                self._kill()
                self._clean()
                return

    def _listen(self) -> bool:
        try:
            data, ancillary, _, _ = self._control.recvmsg(4096, socket.CMSG_SPACE(2 * struct.calcsize("i")))
        except OSError:
            return False
        for level, kind, raw in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds = array("i")
                fds.frombytes(raw[:len(raw) - len(raw) % fds.itemsize])
                self._fds.extend(fds)
        if not data:
            return False
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            order, _, number = line.partition(b" ")
            if order == b"S":
                self._start(number)
            elif order == b"K" and number == self._number and self._job:
                self._kill()
        return True

    def _start(self, number: bytes) -> None:
        channel, log = self._fds.pop(0), self._fds.pop(0)
        self._number = number
        try:
            pid = os.fork()
        except OSError as problem:
            os.write(log, ("cannot fork: %s\n" % problem).encode())
            self._say(b"E", 1 << 8)
            pid = -1
        if pid == 0:
            self._be_job(channel, log)
        self._job = max(0, pid)
        os.close(channel)
        os.close(log)

    def _be_job(self, channel: int, log: int) -> None:
        try:
            os.setsid()
            _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            self._control.close()
            os.set_inheritable(channel, False)
            _become_job(log)
            line = socket.socket(fileno=channel)
            _work(self._handlers, line)
        finally:
            os._exit(0)

    def _kill(self) -> None:
        if self._job:
            for kill in (os.kill, os.killpg):
                try:
                    kill(self._job, signal.SIGKILL)
                except OSError:
                    pass

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self._job:
                self._kill()  # what is left of its process group
                self._job = 0
                self._clean()
                self._say(b"E", status)

    def _clean(self) -> None:
        """Ends every descendant: children are killed until there are none, as their own children become ours."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            for pid in _children(os.getpid()):
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
                time.sleep(0.002)
            except ChildProcessError:
                return

    def _say(self, word: bytes, status: int) -> None:
        try:
            self._control.sendall(b"%s %s %d\n" % (word, self._number, status))
        except OSError:
            pass


def _children(parent: int) -> List[int]:
    found = []
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []
    for pid in pids:
        try:
            with open("/proc/%d/stat" % pid, "rb") as source:
                fields = source.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(pid)
    return found


def _become_job(log: int) -> None:
    """Turns the forked process into one that a handler may do anything to."""
    job = os.getpid()

    def polite(number: int, frame: Any) -> None:
        # A machine that shuts down signals every process; the agent decides when a job stops. What the handler forked,
        # such as the workers of a data loader, still ends by the signal.
        if os.getpid() != job:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, polite)
    signal.signal(signal.SIGINT, polite)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(nothing)
    os.close(log)
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
    faulthandler.enable(2)
    os.environ.pop("GPUPOOL_TOKEN", None)
    random.seed()  # or every job would draw the same numbers
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as target:
            target.write("700")  # short of memory, the kernel shall end the job and not the agent
    except OSError:
        pass


class _Nursery:
    """The agent's side of one nursery."""

    def __init__(self, handlers: Dict[str, Handler], foreign: Sequence[Any]) -> None:
        """Forks. `foreign` are the agent's own sockets and files, which the nursery must not hold open."""
        self._number = 0
        self._buffer = b""
        for _ in range(3):
            self._fork(handlers, foreign)
            if select.select([self._control], [], [], 5)[0] and self._control.recv(1) == b"R":
                return
            self.close(kill=True)  # forked while another thread held a lock that it needs
        raise AgentError("A process to start jobs from cannot be made")

    def _fork(self, handlers: Dict[str, Handler], foreign: Sequence[Any]) -> None:
        self._control, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self._control.close()
                for thing in foreign:
                    thing.close()
                for wire in list(_Wire.living):
                    wire.abandon()
                keeper = _Keeper(theirs, handlers)
                keeper.run()
            finally:
                os._exit(0)
        theirs.close()

    def start(self, channel: socket.socket, log: int) -> bool:
        """False if the nursery is gone."""
        self._number += 1
        fds = array("i", [channel.fileno(), log])
        try:
            self._control.sendmsg([b"S %d\n" % self._number], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        except OSError:
            return False
        return True

    def kill(self) -> None:
        try:
            self._control.sendall(b"K %d\n" % self._number)
        except OSError:
            pass

    def ended(self) -> Tuple[bool, Optional[int]]:
        """(True, wait status) once the job has ended; (True, None) if the nursery is gone; else (False, None)."""
        try:
            if not select.select([self._control], [], [], 0.1)[0]:
                return False, None
            data = self._control.recv(4096)
        except (OSError, ValueError):  # closed, by us or by its end
            data = b""
        if not data:
            return True, None
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            _, number, status = line.split(b" ")
            if int(number) == self._number:
                return True, int(status)
        return False, None

    def close(self, kill: bool = False) -> None:
        if kill:
            try:
                os.kill(self.pid, signal.SIGKILL)
            except OSError:
                pass
        self._control.close()
        until = time.monotonic() + 6
        while time.monotonic() < until:
            try:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return
            except ChildProcessError:
                return
            time.sleep(0.005)


# ---------------------------------------------------------------------------------------------------------------------
# Reports, which outlive this process


class _Report:
    """A report and what became of it. `verdict` is None until the pool has decided."""

    def __init__(self, path: str, body: Json, key: str) -> None:
        self.path = path
        self.body = body
        self.key = key
        self.file: Optional[str] = None
        self.not_before = 0.0
        self.backoff: Optional[_Backoff] = None
        self.verdict: Optional[str] = None
        self.decided = threading.Event()

    @property
    def lease(self) -> str:
        return self.path.split("/")[2]

    @property
    def name(self) -> str:
        return "%s of job %s" % (self.path.rpartition("/")[2], self.body.get("jobId"))


class _Spool:
    """A folder of reports that have no verdict yet, in the order in which they were made."""

    def __init__(self, folder: Optional[str], log: _Log) -> None:
        self._folder = folder
        self._log = log
        self._count = 0

    def load(self) -> List[_Report]:
        found = []
        for name in sorted(os.listdir(self._folder)) if self._folder else []:
            path = os.path.join(str(self._folder), name)
            if not name.endswith(".json"):
                _remove(path)  # half written when a process ended
                continue
            try:
                with open(path, "rb") as source:
                    kept = json.loads(source.read().decode("utf-8"))
                report = _Report(str(kept["path"]), dict(kept["body"]), str(kept["key"]))
                self._count = max(self._count, int(name.partition("-")[0]))
            except (OSError, ValueError, KeyError, TypeError) as problem:
                self._log("cannot read the kept report %s, it is dropped: %s" % (path, problem))
                _remove(path)
                continue
            report.file = path
            found.append(report)
        return found

    def keep(self, report: _Report) -> None:
        self._count += 1
        if self._folder is None:
            return
        path = os.path.join(self._folder, "%012d-%s.json" % (self._count, report.key))
        try:
            _write(path, json.dumps({"path": report.path, "body": report.body, "key": report.key}).encode())
            report.file = path
        except OSError as problem:
            self._log("cannot keep the %s on disk (%s): it is in memory only" % (report.name, problem))

    @staticmethod
    def drop(report: _Report) -> None:
        if report.file is not None:
            _remove(report.file)


def _write(path: str, data: bytes) -> None:
    """Puts a file there whole or not at all, and safely."""
    part = path + ".part"
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        os.replace(part, path)
        folder = os.open(os.path.dirname(path), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError:
        _remove(part)
        raise


def _remove(path: str) -> None:
    try:
        os.remove(path)
    except OSError:
        pass


class _State:
    """The agent's folder. Only one process may have it; another, or one that cannot write, gets a fresh one."""

    def __init__(self, base: str, worker: str, url: str, log: _Log) -> None:
        self.lock: Optional[Any] = None
        self.reports: Optional[str] = None
        self._temporary: Optional[str] = None
        folder = os.path.join(base, "%s-%s" % (worker, hashlib.sha256(url.encode()).hexdigest()[:12]))
        try:
            self._open(folder)
        except OSError as problem:
            log("cannot use %s (%s): reports that are not delivered do not outlive this process" % (folder, problem))
            self._fall_back(log)

    def _fall_back(self, log: _Log) -> None:
        try:
            self._temporary = tempfile.mkdtemp(prefix="gpupool-")
            self._open(self._temporary)
        except OSError as problem:
            log("no folder can be written (%s): jobs cannot save checkpoints here" % problem)
            self.work = tempfile.gettempdir()

    def _open(self, folder: str) -> None:
        reports, work = os.path.join(folder, "reports"), os.path.join(folder, "work")
        os.makedirs(reports, mode=0o700, exist_ok=True)
        lock = open(os.path.join(folder, "lock"), "w", encoding="ascii")  # pylint: disable=consider-using-with
        until = time.monotonic() + 5
        while True:  # a killed process' nursery holds nothing, but needs a moment to be gone
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > until:
                    lock.close()
                    raise OSError("another agent of this worker uses it") from None
                time.sleep(0.05)
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work, mode=0o700)
        self.lock, self.reports, self.work = lock, reports, work

    def close(self) -> None:
        if self.lock is not None:
            self.lock.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)


class _Courier:
    """Sends reports until each has its verdict: in order for one lease, past the others if one must wait."""

    def __init__(self, agent: "Agent", spool: _Spool) -> None:
        self._agent = agent
        self._spool = spool
        self._news = threading.Condition()
        self._reports: List[_Report] = spool.load()
        if self._reports:
            agent.log("%d reports of an earlier run are still to be delivered" % len(self._reports))

    def submit(self, lease: "_Lease", call: str, **body: Any) -> _Report:
        report = _Report("/leases/%s/%s" % (urllib.parse.quote(lease.id, safe=""), call),
                         {"jobId": lease.job, "attempt": lease.attempt, **body}, uuid.uuid4().hex)
        with self._news:
            self._spool.keep(report)
            self._reports.append(report)
            self._news.notify_all()
        return report

    @property
    def pending(self) -> int:
        return len(self._reports)

    def run(self) -> None:
        while not self._agent.over.is_set():
            report = self._next()
            if report is not None:
                self._send(report)
            else:
                self._agent.send_progress()

    def hurry(self) -> None:
        """Sends once more whatever waits. For the end."""
        with self._news:
            for report in self._reports:
                report.not_before = 0.0
            self._news.notify_all()

    def _next(self) -> Optional[_Report]:
        with self._news:
            report = self._due()
            if report is None:
                self._news.wait(0.2)
                report = self._due()
            return report

    def _due(self) -> Optional[_Report]:
        heads: Dict[str, _Report] = {}
        for report in self._reports:
            heads.setdefault(report.lease, report)
        now = time.monotonic()
        return next((report for report in heads.values() if report.not_before <= now), None)

    def _send(self, report: _Report) -> None:
        try:
            answer = self._agent.ask(report.path, report.body, key=report.key)
            if answer.get("accepted") is not True:
                raise Unanswered("an answer to the %s that is no verdict" % report.name)
            self._decide(report, "accepted")
        except Refused as refusal:
            if refusal.status == 507:
                self._later(report, Unanswered(str(refusal)))
                return
            self._agent.log("the pool refuses the %s: %s" % (report.name, refusal))
            self._decide(report, refusal.type)
        except Unanswered as silence:
            self._later(report, silence)

    def _decide(self, report: _Report, verdict: str) -> None:
        with self._news:
            self._reports.remove(report)
        self._spool.drop(report)
        report.verdict = verdict
        report.decided.set()

    def _later(self, report: _Report, silence: Unanswered) -> None:
        if report.backoff is None:
            report.backoff = self._agent.new_backoff()
            self._agent.log("the %s has no verdict yet, it will be sent again: %s" % (report.name, silence))
        report.not_before = time.monotonic() + report.backoff.next(silence.wait)


# ---------------------------------------------------------------------------------------------------------------------
# One job at a time


class _Lease:
    """What the pool lent, and when its time is over."""

    def __init__(self, body: Json) -> None:
        self.received = time.monotonic()
        self.job = str(body["jobId"])
        self.attempt = int(body["attempt"])
        self.id = str(body["leaseId"])
        self.handler = str(body["handler"])
        self.payload = body.get("payload")
        self.payload_ref = body.get("payloadRef")
        self.resumable = bool(body.get("resumable"))
        self.checkpoint: Optional[Json] = body.get("checkpoint")
        limit = _seconds(body.get("limitSeconds"))
        self.ends = self.received + (float("inf") if limit is None else limit)

    @property
    def ran(self) -> float:
        return round(time.monotonic() - self.received, 3)

    def token(self) -> Json:
        return {"jobId": self.job, "attempt": self.attempt, "leaseId": self.id}

    def path(self, call: str, **query: Any) -> str:
        values = urllib.parse.urlencode({"jobId": self.job, "attempt": self.attempt, **query})
        return "/leases/%s/%s?%s" % (urllib.parse.quote(self.id, safe=""), call, values)


class _Stop:
    """An order to stop: why, when the handler is told, and when it is ended if it has not."""

    def __init__(self, reason: str, tell: float, deadline: float) -> None:
        self.reason = reason
        self.tell = tell
        self.deadline = deadline
        self.told = False


class _Checkpoint:
    """A checkpoint on its way to the pool."""

    def __init__(self, message: Json) -> None:
        self.path = str(message["path"])
        self.step = int(message["step"])
        self.sha256 = str(message["sha256"])
        self.size = int(message["sizeBytes"])
        self.began = time.monotonic()
        self.reference: Optional[Json] = None
        self.report: Optional[_Report] = None


class _Tail:
    """The end of what a job prints, and a measured part of it on the screen."""

    SCREEN_BYTES = 16 * 1024

    def __init__(self, source: int, log: _Log) -> None:
        self._source = source
        self._log = log
        self._kept = b""
        self._room = self.SCREEN_BYTES
        self._since = time.monotonic()
        self._thread = threading.Thread(target=self._read, name="gpupool-log", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        line = b""
        while True:
            try:
                chunk = os.read(self._source, 1 << 16)
            except OSError:
                break
            if not chunk:
                break
            self._kept = (self._kept + chunk)[-MESSAGE_BYTES:]
            *lines, line = (line + chunk)[-MESSAGE_BYTES:].split(b"\n")
            for complete in lines:
                self._show(complete)
        if line:
            self._show(line)
        os.close(self._source)

    def _show(self, line: bytes) -> None:
        now = time.monotonic()
        if now - self._since >= 60:
            self._since, self._room = now, self.SCREEN_BYTES
        if self._room <= 0:
            return
        self._room -= len(line) + 20
        self._log("| " + line.decode("utf-8", "replace"))
        if self._room <= 0:
            self._log("| ... the job prints a lot: the rest of this minute is not shown")

    def text(self) -> str:
        self._thread.join(2)
        return self._kept.decode("utf-8", "replace").strip()


class _Slot:
    """Runs one lease at a time, from the checkpoint's arrival to the verdict on the last report."""

    def __init__(self, agent: "Agent", index: int) -> None:
        self._agent = agent
        self._timing = agent.timing
        self.index = index
        self.lease: Optional[_Lease] = None
        self.progress: Json = {}
        self.progress_sent = 0.0
        self.nursery: Optional[_Nursery] = None
        self.nursery_wanted = False
        self._inbox: "queue.Queue[_Lease]" = queue.Queue()
        self._lock = threading.RLock()
        self._channel: Optional[socket.socket] = None
        self._clear()

    def _clear(self) -> None:
        self.stop: Optional[_Stop] = None
        self.lost = False
        self.killed: Optional[str] = None
        self._killed_at = 0.0
        self._running = False
        self._told_end = 0.0
        self._end: Optional[Json] = None
        self._pending: Optional[_Checkpoint] = None
        self._retry_at = 0.0
        self._retry = self._agent.new_backoff()
        self._reference: Optional[Json] = None
        self.progress = {}

    # --- called by other threads

    @property
    def busy(self) -> bool:
        return self.lease is not None

    @property
    def running(self) -> bool:
        return self._running

    def give(self, lease: _Lease) -> None:
        self.lease = lease
        self._inbox.put(lease)

    def ask_stop(self, reason: str, seconds: float) -> None:
        """Asks the job to stop within so many seconds. Repeats change nothing but an earlier end."""
        with self._lock:
            if self.lease is None:
                return
            now = time.monotonic()
            deadline = now + max(0.0, seconds)
            # A job that cannot resume has nothing to save: it may use its time up, and perhaps end well.
            patient = reason == "DRAIN" and not self.lease.resumable
            tell = max(now, deadline - self._timing.notice) if patient else now
            if self.stop is None:
                self.stop = _Stop(reason, tell, deadline)
                self._agent.log("job %s shall stop (%s) within %s" % (self.lease.job, reason, _span(seconds)))
            else:
                self.stop.deadline = min(self.stop.deadline, deadline)
                self.stop.tell = min(self.stop.tell, tell)
                if reason == "CANCEL":
                    self.stop.reason = reason
            self._tell()

    def lose(self, why: str) -> None:
        with self._lock:
            if self.lease is not None and not self.lost:
                self.lost = True
                self._agent.log("job %s is no longer ours (%s): it is stopped" % (self.lease.job, why))
                self.ask_stop("LOST", self._timing.grace)

    def tick(self, now: float) -> None:
        """Ends what is over its time. Called by the main thread, which nothing holds up."""
        with self._lock:
            lease, stop = self.lease, self.stop
            if lease is None:
                return
            self._tell()
            if now >= lease.ends:
                self.kill("TIME_LIMIT")
            elif stop is not None and now >= stop.deadline:
                self.kill(stop.reason)
            if self._running and self.killed and now > self._killed_at + 10 and self.nursery is not None:
                self.nursery.close(kill=True)  # it has not even done that: end it, and with it its job

    def kill(self, cause: str) -> None:
        with self._lock:
            if self.killed is None:
                self.killed = cause
                self._killed_at = time.monotonic()
            if self._running and self.nursery is not None:
                self.nursery.kill()

    def _tell(self) -> None:
        """Tells the job what has changed: that it shall stop, or when its time is over."""
        stop, now = self.stop, time.monotonic()
        if self._channel is None:
            return
        if stop is not None and not stop.told and now >= stop.tell:
            stop.told = True
            self._say({"stop": stop.reason, "seconds": max(0.0, min(stop.deadline, self._ends()) - now)})
        elif stop is None and abs(self._ends() - self._told_end) > 1.0:
            self._told_end = self._ends()
            self._say({"seconds": min(max(0.0, self._told_end - now), 1e9)})

    def _say(self, message: Json) -> None:
        with self._lock:
            if self._channel is not None:
                try:
                    self._channel.sendall(json.dumps(message).encode() + b"\n")
                except OSError:
                    pass  # the job has ended

    def _ends(self) -> float:
        lease = self.lease
        return min(self._agent.stops_at, lease.ends if lease is not None else float("inf"))

    # --- the slot's own thread

    def run(self) -> None:
        while not self._agent.over.is_set():
            try:
                lease = self._inbox.get(timeout=0.2)
            except queue.Empty:
                continue
            try:
                self._do(lease)
            except _Over:
                raise
            except Exception as problem:  # a mistake of ours must not cost the worker its slot
                self._agent.log("mistake in the agent: %s" % traceback.format_exc())
                self._fail(lease, "ENVIRONMENT", "mistake in the agent: %r" % problem, True)
            finally:
                with self._lock:
                    self.lease = None
                    self._clear()

    def _do(self, lease: _Lease) -> None:
        log = self._agent.log
        log("job %s, attempt %d: %s" % (lease.job, lease.attempt, lease.handler))
        if lease.handler not in self._agent.handlers:
            self._fail(lease, "ENVIRONMENT", "this worker has no handler %r" % lease.handler, True)
            return
        folder = tempfile.mkdtemp(prefix="job-", dir=self._agent.state.work)
        try:
            status, tail = self._attempt(lease, folder)
            self._conclude(lease, status, tail)
        except EnvironmentProblem as problem:
            self._conclude_unstarted(lease, str(problem))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _attempt(self, lease: _Lease, folder: str) -> Tuple[Optional[int], str]:
        path, step = self._fetch(lease, folder)
        ours, theirs = socket.socketpair()
        source, sink = os.pipe()
        tail = _Tail(source, self._agent.log)
        spec = {"jobId": lease.job, "attempt": lease.attempt, "handler": lease.handler, "payload": lease.payload,
                "payloadRef": lease.payload_ref, "resumable": lease.resumable, "checkpoint": path,
                "checkpointStep": step, "folder": folder}
        try:
            nursery = self._start(spec, ours, theirs, sink)
        finally:
            theirs.close()
            os.close(sink)
        try:
            self._talk(ours)
            return self._wait(nursery), tail.text()
        finally:
            with self._lock:
                self._running = False
                self._channel = None
            ours.close()

    def _start(self, spec: Json, ours: socket.socket, theirs: socket.socket, sink: int) -> _Nursery:
        for _ in range(50):
            with self._lock:
                nursery = self.nursery
                if nursery is not None and nursery.start(theirs, sink):
                    self._running = True
                    self._channel = ours
                    self._told_end = self._ends()
                    self._say({**spec, "seconds": min(self._told_end - time.monotonic(), 1e9)})
                    self._tell()
                    if self.killed:
                        nursery.kill()
                    return nursery
            self._agent.pause(0.1)  # it was killed while nothing ran: the main thread forks another
        raise EnvironmentProblem("there is no process to start jobs from")

    def _talk(self, channel: socket.socket) -> None:
        mailbox = _Mailbox(channel)
        more = True
        while more:
            if not select.select([channel], [], [], 0.2)[0]:
                self._retry_checkpoint()
                continue
            more = mailbox.fill()
            for message in mailbox.all():
                self._hear(message)

    def _wait(self, nursery: _Nursery) -> Optional[int]:
        while True:
            ended, status = nursery.ended()
            if ended:
                return status

    def _hear(self, message: Json) -> None:
        if isinstance(message.get("progress"), dict):
            self.progress = message["progress"]
        elif message.get("checkpoint"):
            self._save(int(message["checkpoint"]["number"]), _Checkpoint(message["checkpoint"]))
        elif message.get("end"):
            self._end = message

    # --- checkpoints

    def _fetch(self, lease: _Lease, folder: str) -> Tuple[Optional[str], Optional[int]]:
        """The bytes to resume from, whole and right. Goes on after a cut; EnvironmentProblem if it cannot be had."""
        if lease.checkpoint is None:
            return None, None
        path = os.path.join(folder, "resume")
        backoff = self._agent.new_backoff()
        spoilt, refused = 0, 0
        while not (self.killed or self.lost or self._agent.over.is_set()):
            try:
                step = self._agent.member.download(lease.path("checkpoint", link="true"), path,
                                                   lambda: bool(self.killed))
                self._agent.log("job %s goes on from step %s" % (lease.job, step))
                return path, lease.checkpoint.get("step") if step is None else step
            except Unanswered as silence:
                self._agent.log("the checkpoint of job %s is still to come: %s" % (lease.job, silence))
                self._agent.pause(backoff.next(silence.wait))
            except Refused as refusal:
                if refusal.type == "not-found":
                    self._agent.log("job %s has no checkpoint any more: it begins anew" % lease.job)
                    return None, None
                if refusal.status in (404, 409):
                    self.lose(refusal.type)
                raise EnvironmentProblem("cannot get the checkpoint: %s" % refusal) from refusal
            except _StoreRefused as refusal:
                refused += 1
                if refused == 3 and refusal.gone:
                    self._agent.log("the checkpoint of job %s is gone: it begins anew: %s" % (lease.job, refusal))
                    _remove(path)
                    return None, None
                if refused == 3:
                    raise EnvironmentProblem("cannot get the checkpoint: %s" % refusal) from refusal
                self._agent.log("the checkpoint of job %s is asked for again: %s" % (lease.job, refusal))
                self._agent.pause(backoff.next())
            except _Spoilt as problem:
                spoilt += 1
                if spoilt == 3:
                    raise EnvironmentProblem(str(problem)) from problem
            except OSError as problem:
                raise EnvironmentProblem("cannot store the checkpoint here: %s" % problem) from problem
        raise EnvironmentProblem("stopped while the checkpoint was on its way")

    def _save(self, number: int, checkpoint: _Checkpoint) -> None:
        old, self._pending = self._pending, checkpoint
        if old is not None:
            _remove(old.path)  # the newer one takes its place
        self._retry.reset()
        refused: Optional[str] = None
        try:
            self._push(checkpoint, time.monotonic() + self._timing.patience)
        except CheckpointRefused as refusal:
            self._pending = None
            refused = str(refusal)
        self._say({"saved": number, "committed": self._pending is None and refused is None, "refused": refused})

    def _retry_checkpoint(self) -> None:
        checkpoint = self._pending
        if checkpoint is None or self.lost or time.monotonic() < self._retry_at:
            return
        try:
            self._push(checkpoint, time.monotonic())
        except CheckpointRefused as refusal:
            self._agent.log(str(refusal))
            self._pending = None
        self._retry_at = time.monotonic() + self._retry.next()

    def _push(self, checkpoint: _Checkpoint, until: float) -> None:
        """Uploads and commits. Afterwards it is no longer pending if the pool has it or will never want it."""
        lease = self.lease
        if lease is None or self.lost:
            return
        if checkpoint.reference is None:
            self._upload(lease, checkpoint, until)
        if checkpoint.reference is None:
            return
        self._reference = checkpoint.reference
        if checkpoint.report is None:
            checkpoint.report = self._agent.courier.submit(lease, "checkpoint", checkpoint=checkpoint.reference,
                                                           tookSeconds=round(time.monotonic() - checkpoint.began, 3))
        report = checkpoint.report
        while not report.decided.wait(0.05):
            if time.monotonic() >= until or self.lost or self.killed or self._agent.over.is_set():
                return
        self._pending = None
        _remove(checkpoint.path)
        if report.verdict == "accepted":
            self._agent.log("job %s: checkpoint of step %d is safe" % (lease.job, checkpoint.step))
        else:
            self.lose(str(report.verdict))

    def _upload(self, lease: _Lease, checkpoint: _Checkpoint, until: float) -> None:
        """Asks how many bytes have arrived, and sends the others in pieces; or all to where the answer says. After
        silence it asks again."""
        path = lease.path("checkpoint", step=checkpoint.step, sha256=checkpoint.sha256)
        backoff = self._agent.new_backoff()
        offset: Optional[int] = None
        piece = self._timing.piece
        wrong = 0
        while not (self.lost or self.killed or self._agent.over.is_set()):
            wait = 0.0
            try:
                answer = self._put(path, checkpoint, offset, piece)
                if isinstance(answer.get("checkpoint"), dict):
                    checkpoint.reference = answer["checkpoint"]
                    return
                if offset is None and isinstance(answer.get("upload"), dict):
                    checkpoint.reference = self._put_elsewhere(_Link(answer["upload"]), checkpoint)
                    return
                received = _received(answer, checkpoint.size)
                if offset is None or received > offset:
                    offset = received
                    backoff.reset()
                    continue
                offset = received
            except Unanswered as silence:
                if offset is not None:
                    piece = max(piece // 2, self._timing.piece // 128)  # a slow line must be able to send one in time
                offset = None
                wait = silence.wait
            except Refused as refusal:
                offset = self._refused(refusal, checkpoint)
                wrong += 1
                if refusal.status == 400 and wrong > 2:
                    raise CheckpointRefused("the pool does not take the checkpoint: %s" % refusal) from refusal
            except _StoreRefused as refusal:
                self._agent.log("the checkpoint of step %d is kept here for now: %s" % (checkpoint.step, refusal))
                wrong += 0 if refusal.expired else 1
                if wrong > 2:
                    raise CheckpointRefused(str(refusal)) from refusal
            if time.monotonic() >= until:
                return
            self._agent.pause(min(backoff.next(wait), max(0.0, until - time.monotonic())))

    def _put(self, path: str, checkpoint: _Checkpoint, offset: Optional[int], length: int) -> Json:
        headers = {"Content-Type": "application/octet-stream"}
        piece = b""
        if offset is None and checkpoint.size > 0:
            headers["Content-Range"] = "bytes */%d" % checkpoint.size
        elif offset is not None and checkpoint.size > 0:
            with open(checkpoint.path, "rb") as source:
                source.seek(offset)
                piece = source.read(length)
            headers["Content-Range"] = "bytes %d-%d/%d" % (offset, offset + len(piece) - 1, checkpoint.size)
        return self._agent.ask(path, piece, method="PUT", headers=headers, timeout=3 * self._timing.call)

    def _put_elsewhere(self, link: _Link, checkpoint: _Checkpoint) -> Json:
        """Sends all bytes to the host's object store. Returns what is to be committed."""
        if (link.sha256, link.size, link.step) != (checkpoint.sha256, checkpoint.size, checkpoint.step):
            raise Unanswered("the pool gives a link for another checkpoint")

        def pieces() -> Iterator[bytes]:
            for chunk in _chunks(checkpoint.path):
                if self.lost or self.killed or self._agent.over.is_set():
                    raise Unanswered("stopped")
                yield chunk

        try:
            link.open("PUT", {"Content-Length": str(link.size)}, pieces(), 3 * self._timing.call)
        finally:
            link.close()
        return link.checkpoint

    def _refused(self, refusal: Refused, checkpoint: _Checkpoint) -> Optional[int]:
        """Where to go on after a refusal; None to ask."""
        if refusal.type == "upload-mismatch":
            return _received(refusal.body, checkpoint.size)
        if refusal.type == "too-large":
            raise CheckpointRefused("the checkpoint has %d bytes, more than the pool takes: %s"
                                    % (checkpoint.size, refusal))
        if refusal.status in (403, 404, 409) and refusal.type != "not-found":
            self.lose(refusal.type)
        elif refusal.status == 507:
            self._agent.log("the pool's disk is full: the checkpoint of step %d is kept here for now" % checkpoint.step)
        return None

    # --- the end of an attempt

    def _conclude(self, lease: _Lease, status: Optional[int], tail: str) -> None:
        end, stop = self._end or {}, self.stop
        cancelled = stop is not None and stop.reason == "CANCEL"
        if self.lost:
            self._agent.log("job %s: stopped, nothing to report" % lease.job)
        elif end.get("end") == "result" and not cancelled:
            self._report(lease, "complete", result=end["result"], ranSeconds=lease.ran)
        elif cancelled or (stop is not None and (end.get("end") == "stopped" or self.killed == stop.reason)):
            self._release(lease, stop)
        elif self.killed == "TIME_LIMIT":
            self._fail(lease, "TIME_LIMIT", "ended at its limit of %s" % _span(lease.ends - lease.received), True, tail)
        elif end.get("end") == "failed":
            self._fail(lease, end["kind"], end["message"], bool(end["retryable"]), tail)
        elif end.get("end") == "stopped":
            self._fail(lease, "JOB_ERROR", "the handler stopped, but nobody had asked it to", True, tail)
        elif self._agent.aborted:
            self._release(lease, None)
        elif self._agent.over.is_set():
            self._agent.log("job %s: ended with the agent; its lease expires" % lease.job)
        else:
            self._fail(lease, *_crash(status, self.killed), True, tail)

    def _conclude_unstarted(self, lease: _Lease, why: str) -> None:
        if self.lost:
            return
        if self.killed == "TIME_LIMIT":
            self._fail(lease, "TIME_LIMIT", why, True)
        elif self.stop is not None or self._agent.aborted:
            self._release(lease, self.stop)
        else:
            self._fail(lease, "ENVIRONMENT", why, True)

    def _release(self, lease: _Lease, stop: Optional[_Stop]) -> None:
        if self._pending is not None and stop is not None and stop.reason != "CANCEL":
            self.killed = None  # the job is over; what is left is to save its last checkpoint
            try:
                self._push(self._pending, stop.deadline)
            except CheckpointRefused as refusal:
                self._agent.log(str(refusal))
        self._report(lease, "release", reason=stop.reason if stop is not None else "SHUTDOWN",
                     checkpoint=self._reference, ranSeconds=lease.ran)

    def _fail(self, lease: _Lease, kind: str, message: str, retryable: bool, tail: str = "") -> None:
        head = _cut(message, 4096)
        room = MESSAGE_BYTES - len(head.encode("utf-8", "replace")) - 64
        text = head + ("\n--- the end of its output ---\n" + _cut(tail, room) if tail else "")
        self._agent.log("job %s failed: %s: %s" % (lease.job, kind, head))
        self._report(lease, "fail", kind=kind, message=text, retryable=retryable, ranSeconds=lease.ran)

    def _report(self, lease: _Lease, call: str, **body: Any) -> None:
        report = self._agent.courier.submit(lease, call, **body)
        # The slot is free when the pool knows it: before that it would give us no other job anyway.
        while not report.decided.wait(0.1):
            if self._agent.over.is_set():
                return
        if report.verdict == "accepted":
            self._agent.log("job %s: %s is accepted" % (lease.job, call))


class _Spoilt(Exception):
    """Bytes that arrived with another digest than announced."""


def _received(body: Json, size: int) -> int:
    value = body.get("receivedBytes")
    return value if isinstance(value, int) and 0 <= value <= size else 0


def _crash(status: Optional[int], killed: Optional[str]) -> Tuple[str, str]:
    """What a process died of that did not say how it ended."""
    if killed is not None:
        return "JOB_ERROR", "the job's process was ended: %s" % killed
    if status is None:
        return "JOB_ERROR", "the job's process and its keeper were killed"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGKILL:
            return "OUT_OF_MEMORY", "the job's process was killed (SIGKILL) but not by the agent: the machine was " \
                                    "most likely out of memory"
        return "JOB_ERROR", "the job's process crashed: %s" % signal.Signals(number).name
    return "JOB_ERROR", "the job's process ended with code %d and no result" % os.WEXITSTATUS(status)


# ---------------------------------------------------------------------------------------------------------------------
# The agent

HANDLERS: Dict[str, Handler] = {}


def handler(name: str) -> Callable[[Handler], Handler]:
    """Names a function as a handler for every agent of this process."""
    return _put_into(HANDLERS, name)


def _put_into(handlers: Dict[str, Handler], name: str) -> Callable[[Handler], Handler]:
    if not NAME.fullmatch(name):
        raise AgentError("The handler's name is %r. A name has 1 to 100 of A-Z a-z 0-9 . _ @ + -" % name)

    def put(function: Handler) -> Handler:
        handlers[name] = function
        return function

    return put


REFUSALS = {
    "UNKNOWN_PROVIDER": "the pool does not know the provider {provider!r}. Ask its operator, or set GPUPOOL_PROVIDER",
    "UNKNOWN_TENANT": "the token's tenant is gone. Ask the pool's operator for a new token",
    "NAME_TAKEN": "another account has a worker named {worker!r}. Choose another WORKER_NAME",
    "WORKER_REMOVED": "the operator removed the worker {worker!r}. Ask them, or choose another WORKER_NAME",
    "SUPERSEDED": "another process runs as worker {worker!r}. If that is not meant, choose another WORKER_NAME",
    "ACCOUNT_PENDING": "the account {account!r} waits for the pool's operator to admit it",
    "TOO_MANY_SESSIONS": "the account has as many sessions as it may. End one, or come back later",
    "QUOTA": "the account's quota of this period is used up. Come back after the reset",
    "SESSION_OVER": "this machine's session is at its end. Start a fresh one",
}


class _Session:
    """One registration. `sound` is false from a registration that a 401 made necessary until a call is answered."""

    def __init__(self, answer: Json, sound: bool) -> None:
        self.id = str(answer["sessionId"])
        self.token = str(answer["sessionToken"])
        self.beat = max(0.05, _seconds(answer.get("heartbeatSeconds")) or 60.0)
        self.sound = sound


class _Membership:
    """The worker's standing with the pool: registers, keeps the session's token, and makes the session's calls."""

    def __init__(self, agent: "Agent", client: _Client, join_token: str) -> None:
        self._agent = agent
        self._join_token = join_token
        self._registering = threading.RLock()
        self._said_goodbye = False
        self.client = client
        self.instance = str(uuid.uuid4())
        self.session: Optional[_Session] = None

    def join(self) -> None:
        """Registers, however long that takes; raises _Over if it cannot be."""
        self.session = self._register(True)

    def ask(self, path: str, body: Union[Json, bytes, None], method: str = "POST", key: Optional[str] = None,
            timeout: Optional[float] = None, headers: Optional[Dict[str, str]] = None) -> Json:
        """A call of the session. What its answer orders is obeyed, whichever call it is."""
        session = self.current()
        sent = dict(headers or {})
        if key is not None:
            sent["Idempotency-Key"] = key
        try:
            answer = self.client.call(method, path.replace("{session}", session.id), session.token, body,
                                      timeout or self._agent.timing.call, sent)
        except Refused as refusal:
            self._heed_refusal(refusal, session)
            raise
        session.sound = True
        self._agent.obey(answer, session)
        return answer

    def current(self) -> _Session:
        session = self.session
        if session is None:
            raise Unanswered("not registered")
        return session

    def _heed_refusal(self, refusal: Refused, session: _Session) -> None:
        self._agent.obey(refusal.body, session)
        if refusal.status == 426:
            raise _Over("REFUSED", self._explain(refusal))
        if refusal.status == 401:
            if not session.sound:
                raise _Over("REFUSED", "the pool does not take the token that it has just given: %s" % refusal)
            self.renew(session, fresh=False)
        elif refusal.type == "session-unknown":
            self.renew(session, fresh=True)

    def renew(self, old: _Session, fresh: bool) -> None:
        """Replaces a session that no longer works, once for all threads that notice. The call is to be repeated."""
        with self._registering:
            if self.session is old and self._agent.outcome is None:
                self._agent.log("the pool does not know this session any more: registering again")
                if fresh:
                    self.instance = str(uuid.uuid4())
                self.session = self._register(fresh)
        raise Unanswered("registered again")

    def _register(self, sound: bool) -> _Session:
        backoff = self._agent.new_backoff()
        until = float("inf") if self._agent.provider in UNMETERED else time.monotonic() + self._agent.timing.give_up
        said = ""
        while True:
            if self._agent.over.is_set() or self._agent.outcome is not None:
                raise Unanswered("the agent ends")
            try:
                card = self._agent.card(self.instance)
                answer = self.client.call("POST", "/sessions", self._join_token, card, self._agent.timing.call)
                return self._registered(answer, sound)
            except Unanswered as silence:
                wait, why = backoff.next(silence.wait), str(silence)
            except Refused as refusal:
                why = self._explain(refusal)
                if refusal.reason != "ACCOUNT_PENDING":
                    raise _Over("SUPERSEDED" if refusal.reason == "SUPERSEDED" else "REFUSED", why) from refusal
                wait = self._agent.timing.pending * random.uniform(0.7, 1.3)
            if why != said:
                said = why
                self._agent.log("not registered yet, it is tried again: %s" % why)
            if time.monotonic() + wait > until:
                raise _Over("REFUSED", "not registered after %s; an idle session costs quota: %s"
                            % (_span(self._agent.timing.give_up), why))
            self._patient_pause(wait)

    def _patient_pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._agent.over.is_set():
            if self.session is None and self._agent.signals:
                raise _Over("STOPPED", "stopped before it was registered")
            time.sleep(min(self._agent.timing.tick, max(0.0, until - time.monotonic())))

    def _explain(self, refusal: Refused) -> str:
        if refusal.status == 401:
            return "the pool refuses the join token (%s). Get a new one from its operator" % refusal.type
        if refusal.status == 426:
            return "the pool speaks another version of the protocol: get its own agent from %s/agent.py" \
                   % self.client.url
        words = REFUSALS.get(refusal.reason)
        if words is None:
            return str(refusal)
        return words.format(provider=self._agent.provider, worker=self._agent.worker, account=self._agent.account)

    def _registered(self, answer: Json, sound: bool) -> _Session:
        try:
            session = _Session(answer, sound)
        except KeyError as problem:
            raise Unanswered("an answer without %s: is this the pool's address?" % problem) from problem
        self._agent.welcome(session, answer)
        return session

    def download(self, path: str, target: str, stop: Callable[[], bool]) -> Optional[int]:
        """Adds what is still missing to a file, from the pool or from where it says, and checks the whole. Returns the
        checkpoint's step."""
        session = self.current()
        have = os.path.getsize(target) if os.path.exists(target) else 0
        headers = {"Range": "bytes=%d-" % have} if have else {}
        try:
            wire, response = self.client.open("GET", path, session.token, None, self._agent.timing.call, headers)
        except Refused as refusal:
            if refusal.status == 416:  # all of it is here
                _remove(target)
                raise Unanswered("the download begins anew") from refusal
            self._heed_refusal(refusal, session)
            raise
        if (response.getheader("Content-Type") or "").startswith("application/json"):
            answer = _parse(wire.read(response, ANSWER_BYTES)) or {}
            self._agent.obey(answer, session)
            return self._follow(_Link(answer.get("download")), headers, target, stop)
        try:
            self._add(response, target, stop)
        finally:
            if not response.isclosed():
                wire.close()
        expected = response.getheader("Gpupool-Sha256")
        if expected and _digest(target) != expected.lower():
            _remove(target)
            raise _Spoilt("the checkpoint's bytes do not have the digest %s" % expected)
        step = response.getheader("Gpupool-Step") or ""
        return int(step) if step.isdigit() else None

    def _follow(self, link: _Link, headers: Dict[str, str], target: str, stop: Callable[[], bool]) -> int:
        """The same from the host's object store."""
        try:
            self._add(link.open("GET", headers, None, self._agent.timing.call), target, stop, link.size)
        except _StoreRefused as refusal:
            if refusal.status != 416:
                raise
            _remove(target)
            raise Unanswered("the download begins anew") from refusal
        finally:
            link.close()
        if os.path.getsize(target) != link.size or _digest(target) != link.sha256:
            _remove(target)
            raise _Spoilt("the checkpoint's bytes do not have the digest %s" % link.sha256)
        return link.step

    @staticmethod
    def _add(response: http.client.HTTPResponse, target: str, stop: Callable[[], bool],
             most: Optional[int] = None) -> None:
        """Writes what arrives behind what is there, or from the beginning if that is what arrives; a little more than
        the most at most."""
        have = os.path.getsize(target) if os.path.exists(target) else 0
        if have and (response.status != 206
                     or not (response.getheader("Content-Range") or "").startswith("bytes %d-" % have)):
            have = 0
        with open(target, "r+b" if have else "wb") as opened:
            opened.seek(have)
            for chunk in _arriving(response):
                opened.write(chunk)
                if stop():
                    raise Unanswered("stopped")
                if most is not None and opened.tell() > most:
                    return

    def goodbye(self, reason: str) -> None:
        session = self.session
        if session is None or self._said_goodbye or self._agent.over.is_set():
            return
        self._said_goodbye = True
        try:
            self.client.call("POST", "/sessions/%s/bye" % session.id, session.token,
                             {"reason": reason, "sessionAgeSeconds": self._agent.age()}, self._agent.timing.bye)
        except (Unanswered, Refused) as problem:
            self._agent.log("the pool did not hear our bye (%s)" % problem)


class Agent:
    """A worker of a pool. Make one, give it handlers, and run it in the foreground."""

    def __init__(self, url: Optional[str] = None, token: Optional[str] = None, worker: Optional[str] = None,
                 account: Optional[str] = None, provider: Optional[str] = None, slots: int = 1,
                 labels: Optional[Dict[str, str]] = None, max_runtime_hours: Optional[float] = None,
                 state_dir: Optional[str] = None, session_age: Optional[float] = None, dedicated: bool = False,
                 devices: Optional[List[Json]] = None, timing: Timing = Timing()) -> None:
        """What is not given comes from GPUPOOL_URL, GPUPOOL_TOKEN, GPUPOOL_WORKER_NAME, GPUPOOL_ACCOUNT,
        GPUPOOL_PROVIDER, GPUPOOL_LABELS (a=b,c=d), GPUPOOL_MAX_RUNTIME_HOURS and GPUPOOL_STATE_DIR.

        `session_age` is how many seconds this machine's session has run already; `dedicated` says that the session is
        as old as the machine. `devices` replaces the probe.
        """
        env = os.environ
        self.log = _Log()
        self.timing = timing
        self.provider = _name("provider", provider or env.get("GPUPOOL_PROVIDER") or detect_provider())
        self.worker = _name("worker", worker or env.get("GPUPOOL_WORKER_NAME") or "")
        chosen = account or env.get("GPUPOOL_ACCOUNT")
        self.account = _name("account", chosen) if chosen else None
        if not 1 <= slots <= 16:
            raise AgentError("slots is %r. It must be 1 to 16" % slots)
        self.slots = [_Slot(self, index) for index in range(slots)]
        self.labels = _labels(env.get("GPUPOOL_LABELS", "")) if labels is None else dict(labels)
        self.max_runtime = _hours(max_runtime_hours, env.get("GPUPOOL_MAX_RUNTIME_HOURS"))
        self.handlers: Dict[str, Handler] = {}
        self.over = threading.Event()
        self.stops_at = float("inf")
        self.aborted = False
        self._given = (url, token)
        self._base = state_dir or env.get("GPUPOOL_STATE_DIR") or os.path.join(os.path.expanduser("~"), ".gpupool")
        self.began = _session_start(self.provider, session_age, dedicated)
        self.devices = devices
        self._sequence = 0  # goes on when a token is renewed: the session is then the same
        self._orders = threading.RLock()
        self.lead = 0.0
        self._drain: Optional[Tuple[str, float]] = None
        self.outcome: Optional[Tuple[str, str]] = None
        self.signals: List[int] = []
        self._signals_seen = 0
        self._started = False

    def handler(self, name: str) -> Callable[[Handler], Handler]:
        """Names a function as this agent's handler of jobs of that name."""
        return _put_into(self.handlers, name)

    # --- the life of the agent

    def run(self) -> str:
        """Works until the session ends, and returns why: DRAINED, STOPPED, SUPERSEDED, REFUSED or ABORTED."""
        if self._started:
            raise AgentError("This agent has run. Make a new one: run the cell again that says Agent(...)")
        self._started = True
        self._prepare()
        replaced = self._take_signals()
        atexit.register(self.member.goodbye, "EXIT")
        try:
            self.member.join()
            self._spawn()
            self._loop()
        except _Over as over:
            self._finally(over.outcome, str(over))
        finally:
            self._finish()
            atexit.unregister(self.member.goodbye)
            for number, previous in replaced:
                signal.signal(number, previous)
        outcome, text = self.outcome or ("STOPPED", "")
        self.log("%s: %s" % (outcome, text))
        return outcome

    def _prepare(self) -> None:
        if not hasattr(os, "fork") or fcntl is None:
            raise AgentError("The agent needs fork(): run it on Linux or macOS")
        self.handlers = {**HANDLERS, **self.handlers}
        if not self.handlers:
            raise AgentError("The agent has no handler. Decorate a function with @agent.handler('name') first")
        url, token = (_secret(name, given, self.provider)
                      for name, given in zip(("GPUPOOL_URL", "GPUPOOL_TOKEN"), self._given))
        if not url or not token:
            missing = "GPUPOOL_TOKEN" if url else "GPUPOOL_URL"
            raise AgentError("The pool's %s is not known. Set %s as an environment variable or secret, or give it to "
                             "Agent(...)" % ("join token" if url else "address", missing))
        self.member = _Membership(self, _Client(url), token)
        self.log.hide(token)
        if url.startswith("http:") and not re.match(r"http://(localhost|127\.|\[::1\])", url):
            self.log("warning: %s is not https, so the token can be read on the way" % self.member.client.url)
        cuda = getattr(sys.modules.get("torch"), "cuda", None)
        if cuda is not None and cuda.is_initialized():
            self.log("warning: this process has used CUDA, so handlers cannot. Restart it, and touch the GPU in "
                     "handlers only")
        self.state = _State(self._base, self.worker, self.member.client.url, self.log)
        self.courier = _Courier(self, _Spool(self.state.reports, self.log))
        if self.devices is None:
            self.devices, why = probe_devices()
            if why:
                self.log("no GPU: %s" % why)
        for slot in self.slots:
            self._fork(slot)

    def _fork(self, slot: _Slot) -> None:
        foreign: List[Any] = [other.nursery._control for other in self.slots if other.nursery is not None]
        if self.state.lock is not None:
            foreign.append(self.state.lock)
        slot.nursery = _Nursery(self.handlers, foreign)

    def _take_signals(self) -> List[Tuple[int, Any]]:
        if threading.current_thread() is not threading.main_thread():
            return []
        return [(number, signal.signal(number, self._on_signal) or signal.SIG_DFL)
                for number in (signal.SIGINT, signal.SIGTERM)]

    def _on_signal(self, number: int, frame: Any) -> None:
        self.signals.append(number)  # no locks here: the main thread may hold them

    def _spawn(self) -> None:
        jobs = [("beat", self._beat), ("claim", self._claim), ("courier", self.courier.run)]
        jobs += [("slot-%d" % slot.index, slot.run) for slot in self.slots]
        for name, target in jobs:
            threading.Thread(target=self._guard, args=(target,), name="gpupool-" + name, daemon=True).start()

    def _guard(self, target: Callable[[], None]) -> None:
        try:
            while not self.over.is_set():
                try:
                    target()
                except _Over as over:
                    self._finally(over.outcome, str(over))
                    return
                except Unanswered:
                    pass  # the agent ends
                except Exception:
                    self.log("mistake in the agent: %s" % traceback.format_exc())
                    self.pause(1.0)
        finally:
            self.member.client.close()

    def _loop(self) -> None:
        said = time.monotonic()
        while self.outcome is None:
            time.sleep(self.timing.tick)
            now = time.monotonic()
            self._heed_signals()
            self._heed_time(now)
            for slot in self.slots:
                slot.tick(now)
                self._mend(slot)
            if now - said >= 60:
                said = now
                self._say_state(now)
            drain = self._drain
            if drain is not None and self._drained(drain, now):
                self._finally("DRAINED", drain[0])

    def _drained(self, drain: Tuple[str, float], now: float) -> bool:
        if not any(slot.busy for slot in self.slots):
            return self.courier.pending == 0 or now > drain[1]
        return now > drain[1] + self.timing.grace

    def _mend(self, slot: _Slot) -> None:
        """Forks a new nursery where one was killed. Threads run by now, but the new process never uses their locks."""
        nursery = slot.nursery
        if nursery is None or slot.running:
            return
        try:
            alive = os.waitpid(nursery.pid, os.WNOHANG)[0] == 0
        except ChildProcessError:
            alive = False
        if not alive:
            self.log("the process that starts jobs was killed: there is a new one")
            nursery.close()
            slot.nursery = None
            self._fork(slot)

    def _say_state(self, now: float) -> None:
        jobs = []
        for slot in self.slots:
            lease = slot.lease
            if lease is not None:
                share = slot.progress.get("fraction")
                jobs.append("job %s for %s%s" % (lease.job, _span(lease.ran),
                                                 "" if share is None else ", %d %%" % (100 * share)))
        ends = "" if self.stops_at == float("inf") else ", ends in " + _span(self.stops_at - now)
        self.log("online for %s%s, %s" % (_span(now - self.began), ends, "; ".join(jobs) or "no job"))

    def _heed_signals(self) -> None:
        while self._signals_seen < len(self.signals):
            number = self.signals[self._signals_seen]
            self._signals_seen += 1
            if number == signal.SIGTERM:
                self._tell_drain("SIGTERM", self.timing.notice)
                self.drain("SIGTERM", self.timing.notice, "PREEMPTED")
            elif self._signals_seen == 1:
                self.log("stopping: what runs is saved and given back. Stop once more to end at once")
                self.drain("SIGINT", self.timing.drain, "DRAIN")
            else:
                self.aborted = True
                raise _Over("ABORTED", "stopped twice")

    def _tell_drain(self, reason: str, seconds: float) -> None:
        def tell() -> None:
            try:
                self.ask("/sessions/{session}/drain", {"reason": reason, "inSeconds": seconds}, timeout=self.timing.bye)
            except (Unanswered, Refused, _Over):
                pass  # a courtesy: the releases say the same

        threading.Thread(target=tell, name="gpupool-drain", daemon=True).start()

    def _heed_time(self, now: float) -> None:
        left = self.stops_at - now
        if left < float("inf") and left <= min(self.timing.drain_lead, self.lead):
            self.drain("DEADLINE", left, "DRAIN")

    def drain(self, reason: str, seconds: float, release: str) -> None:
        """Takes no new job, has what runs stop within so many seconds, then ends. Repeats may only bring it forward."""
        with self._orders:
            deadline = min(time.monotonic() + max(0.0, seconds), self.stops_at)
            if self._drain is None:
                self.log("draining (%s), ends within %s" % (reason, _span(deadline - time.monotonic())))
                self._drain = (reason, deadline)
            elif deadline < self._drain[1]:
                self._drain = (self._drain[0], deadline)
        for slot in self.slots:
            slot.ask_stop(release, deadline - time.monotonic())

    def _finally(self, outcome: str, text: str) -> None:
        with self._orders:
            if self.outcome is None:
                self.outcome = (outcome, text)

    def _finish(self) -> None:
        """Ends what runs, gives back what can be given back in a short time, and says bye."""
        outcome = (self.outcome or ("STOPPED", ""))[0]
        if outcome not in ("SUPERSEDED", "REFUSED"):
            self.aborted = True
            for slot in self.slots:
                slot.kill("SHUTDOWN")
            self.courier.hurry()
            until = time.monotonic() + self.timing.bye
            while time.monotonic() < until and (self.courier.pending or any(slot.busy for slot in self.slots)):
                time.sleep(0.02)
            self.member.goodbye(outcome)
        self.over.set()
        for slot in self.slots:
            if slot.nursery is not None:
                slot.nursery.close()
        if self.courier.pending:
            self.log("%d reports have no verdict; the next run of this worker here sends them" % self.courier.pending)
        self.state.close()
        self.member.client.close()

    # --- calls

    def new_backoff(self) -> _Backoff:
        return _Backoff(self.timing.backoff, self.timing.backoff_cap)

    def pause(self, seconds: float) -> None:
        self.over.wait(seconds)

    def age(self) -> float:
        return round(time.monotonic() - self.began, 3)

    def card(self, instance: str) -> Json:
        """What the worker tells of itself when it registers."""
        card: Json = {"worker": {"name": self.worker, "instanceId": instance}, "provider": self.provider,
                      "account": self.account, "sessionAgeSeconds": self.age(), "slots": len(self.slots),
                      "devices": self.devices, "labels": self.labels, "handlers": sorted(self.handlers)}
        if self.max_runtime is not None:
            card["limits"] = {"maxRuntimeSeconds": self.max_runtime}
        return {key: value for key, value in card.items() if value is not None}

    def welcome(self, session: _Session, answer: Json) -> None:
        """Takes in what the answer to a registration says."""
        self.log.hide(session.token)
        if self.max_runtime is not None:
            self.stops_at = self.began + self.max_runtime
        self.set_stop(answer)
        left = self.stops_at - time.monotonic()
        self.lead = max(0.0, left / 4) if left < float("inf") else 0.0
        devices = ", ".join("%(name)s %(memoryMiB)d MiB" % device for device in self.devices or [])
        self.log("registered as %s (%s, %s), beats every %s%s" % (
            self.worker, self.provider, devices or "no GPU", _span(session.beat),
            "" if left == float("inf") else ", ends in " + _span(left)))
        self.obey(answer, session, first=True)

    def set_stop(self, answer: Json) -> None:
        stops_in = _seconds(answer.get("stopsInSeconds"))
        if stops_in is not None:
            own = float("inf") if self.max_runtime is None else self.began + self.max_runtime
            self.stops_at = min(own, time.monotonic() + stops_in)

    def ask(self, path: str, body: Union[Json, bytes, None], method: str = "POST", key: Optional[str] = None,
            timeout: Optional[float] = None, headers: Optional[Dict[str, str]] = None) -> Json:
        """A call of the session; see _Membership."""
        return self.member.ask(path, body, method, key, timeout, headers)

    # --- what the pool orders

    def obey(self, answer: Json, session: _Session, first: bool = False) -> None:
        """Takes in the orders of an answer. They are states, so a repeat is nothing new."""
        orders = answer.get("directives")
        for order in orders if isinstance(orders, list) else []:
            if not isinstance(order, dict) or (session is not self.member.session and not first):
                continue  # an old session's orders are not ours
            self._obey_one(order, session)

    def _obey_one(self, order: Json, session: _Session) -> None:
        kind, reason, seconds = order.get("type"), str(order.get("reason") or ""), _seconds(order.get("inSeconds"))
        if kind == "STOP" and reason == "SUPERSEDED":
            raise _Over("SUPERSEDED", "another process took over the worker name %r, so this one ends. If that is not "
                                      "meant, give one of them another WORKER_NAME" % self.worker)
        if kind == "DRAIN":
            self.drain(reason or "DRAIN", self.timing.drain if seconds is None else seconds, "DRAIN")
        elif kind == "STOP":
            self.drain(reason or "STOP", self.timing.notice if not seconds else seconds, "SHUTDOWN")
        elif kind in ("CHECKPOINT", "CANCEL"):
            usual = self.timing.save if kind == "CHECKPOINT" else self.timing.grace
            for slot in self.slots:
                lease = slot.lease
                if lease is not None and lease.id == order.get("leaseId"):
                    slot.ask_stop(kind, seconds or usual)
        elif kind == "REGISTER_AGAIN" and session is self.member.session:
            self.member.renew(session, fresh=True)

    # --- threads

    def _beat(self) -> None:
        """Beats at the pool's interval, and sooner after one that was not answered."""
        silent = 0
        while True:
            session = self.member.current()
            repeats = self.timing.beat_repeats
            wait = min(repeats[silent - 1], session.beat) if 0 < silent <= len(repeats) else session.beat
            if silent or self._sequence == 0:
                wait *= random.uniform(0.5, 1.0)  # who began at once, or lost one pool, come at their own times
            self.pause(wait)
            if self.over.is_set():
                return
            try:
                self._beat_once()
                if silent:
                    self.log("the pool hears us again")
                silent = 0
            except Unanswered as silence:
                silent += 1
                if silent == 1:
                    self.log("the pool does not answer: %s" % silence)
                self.pause(min(silence.wait, session.beat))
            except Refused as refusal:
                self.log("the pool refuses the beat: %s" % refusal)

    def _beat_once(self) -> None:
        self._sequence += 1
        leases = []
        for slot in self.slots:
            lease = slot.lease
            if lease is not None and not slot.lost:
                leases.append({**lease.token(), "progress": slot.progress or None})
        answer = self.ask("/sessions/{session}/heartbeat",
                          {"seq": self._sequence, "sessionAgeSeconds": self.age(), "leases": leases},
                          timeout=min(15.0, self.timing.call))
        self.set_stop(answer)
        verdicts = answer.get("leases")
        for verdict in verdicts if isinstance(verdicts, list) else []:
            for slot in self.slots:
                lease = slot.lease
                if lease is not None and all(verdict.get(key) == value for key, value in lease.token().items()):
                    if verdict.get("verdict") == "LOST":
                        slot.lose("LOST")
                    elif verdict.get("verdict") == "CANCEL":
                        slot.ask_stop("CANCEL", self.timing.grace)

    def _claim(self) -> None:
        """Waits for work while a slot is free. A wish keeps its id until it is answered: a lost answer loses no job."""
        wish: Optional[str] = None
        silent = False
        backoff = self.new_backoff()
        while not self.over.is_set():
            if self._drain is not None or all(slot.busy for slot in self.slots):
                self.pause(0.05)
                continue
            wish = wish or "c-" + uuid.uuid4().hex
            began = time.monotonic()
            try:
                answer = self.ask("/sessions/{session}/claim", {"claimId": wish, "waitSeconds": self.timing.claim_wait},
                                  timeout=self.timing.claim_wait + self.timing.claim_margin)
            except Unanswered as silence:
                if not silent:
                    self.log("the wait for work is not answered, it is repeated: %s" % silence)
                silent = True
                # A lease may wait in the answer that was lost, and for how long depends on the beat.
                self.pause(min(backoff.next(silence.wait), max(silence.wait, self.member.current().beat)))
                continue
            except Refused as refusal:
                self.log("the pool refuses the claim: %s" % refusal)
                self.pause(backoff.next())
                wish = None
                continue
            wish, silent = None, False
            backoff.reset()
            if answer.get("lease"):
                self._take(answer["lease"])
            elif time.monotonic() - began < self.timing.claim_pause:
                self.pause(self.timing.claim_pause)

    def _take(self, body: Json) -> None:
        try:
            lease = _Lease(body)
        except (KeyError, TypeError, ValueError) as problem:
            self.log("a lease that cannot be read (%r): it will expire" % problem)
            return
        if any(slot.lease is not None and slot.lease.id == lease.id for slot in self.slots):
            return
        with self._orders:
            slot = next((slot for slot in self.slots if not slot.busy), None)
            if self._drain is None and slot is not None:
                slot.give(lease)
                return
        self.courier.submit(lease, "release", reason="DRAIN", checkpoint=None, ranSeconds=0)

    def send_progress(self) -> None:
        """Tells what is new now and then. Its answers also bring orders sooner than the next beat would."""
        now = time.monotonic()
        for slot in self.slots:
            lease, progress = slot.lease, slot.progress
            if lease is None or not progress or now - slot.progress_sent < self.timing.progress:
                continue
            slot.progress_sent = now
            try:
                self.ask("/leases/%s/progress" % urllib.parse.quote(lease.id, safe=""),
                         {"jobId": lease.job, "attempt": lease.attempt, **progress})
            except Refused as refusal:
                if refusal.status == 409:
                    slot.lose(refusal.type)
            except Unanswered:
                pass  # the next one says more


def _arriving(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """The bytes of an answer; Unanswered if they end too early."""
    while True:
        try:
            chunk = response.read(1 << 18)
        except (OSError, http.client.HTTPException) as problem:
            raise Unanswered("the answer was cut: %s" % problem) from problem
        if not chunk:
            break
        yield chunk
    if response.length:
        raise Unanswered("the answer was cut: %d bytes are missing" % response.length)


def _digest(path: str) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def _name(what: str, value: str) -> str:
    if not NAME.fullmatch(value):
        raise AgentError("The %s is %r. It must be 1 to 100 of A-Z a-z 0-9 . _ @ + -%s" % (
            what, value, "" if value else "; set it in Agent(...) or as an environment variable"))
    return value


def _labels(text: str) -> Dict[str, str]:
    labels = {}
    for part in text.split(","):
        if part.strip():
            key, equals, value = part.partition("=")
            if not equals:
                raise AgentError("GPUPOOL_LABELS is %r. It must look like gpu=t4,internet=true" % text)
            labels[key.strip()] = value.strip()
    return labels


def _hours(given: Optional[float], text: Optional[str]) -> Optional[float]:
    """Seconds from a number of hours."""
    if given is None and not text:
        return None
    try:
        seconds = round(float(given if given is not None else str(text)) * 3600, 3)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e9:
        raise AgentError("MAX_RUNTIME_HOURS is %r. It must be a number of hours above 0, such as 11.5"
                         % (text if given is None else given))
    return seconds


# ---------------------------------------------------------------------------------------------------------------------
# The script


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs an agent with the handlers of a module; 0 if it ended as it should, 1 if refused, 3 if superseded."""
    parser = argparse.ArgumentParser(prog="agent.py", description="A worker of a GpuPool. The join token comes from "
                                     "GPUPOOL_TOKEN or a file, never from the command line, which others can read.")
    parser.add_argument("--url", help="address of the pool (GPUPOOL_URL)")
    parser.add_argument("--token-file", help="file that holds the join token")
    parser.add_argument("--worker", help="name of this worker (GPUPOOL_WORKER_NAME)")
    parser.add_argument("--account", help="whose quota this session uses (GPUPOOL_ACCOUNT)")
    parser.add_argument("--provider", help="such as colab, kaggle, onprem; found out if not given (GPUPOOL_PROVIDER)")
    parser.add_argument("--slots", type=int, default=1, help="how many jobs run at a time")
    parser.add_argument("--max-runtime-hours", type=float, help="ends by itself at this age of the session")
    parser.add_argument("--session-age", type=float, help="how many seconds this machine's session has run already")
    parser.add_argument("--dedicated", action="store_true", help="the session is as old as the machine")
    parser.add_argument("--state-dir", help="folder for reports that are still to be delivered (GPUPOOL_STATE_DIR)")
    parser.add_argument("--handlers", required=True, help="Python file that decorates functions with @handler('name')")
    given = parser.parse_args(arguments)
    sys.modules.setdefault("agent", sys.modules[__name__])  # so that the module's "from agent import" means this one
    token = None
    try:
        if given.token_file:
            with open(given.token_file, encoding="utf-8") as source:
                token = source.read().strip()
        _load(given.handlers)
        agent = Agent(url=given.url, token=token, worker=given.worker, account=given.account, provider=given.provider,
                      slots=given.slots, max_runtime_hours=given.max_runtime_hours, state_dir=given.state_dir,
                      session_age=given.session_age, dedicated=given.dedicated)
        outcome = agent.run()
    except (AgentError, OSError) as problem:
        print("agent.py: %s" % problem, file=sys.stderr)
        return 2
    return {"REFUSED": 1, "SUPERSEDED": 3}.get(outcome, 0)


def _load(path: str) -> None:
    if not os.path.isfile(path):
        raise AgentError("There is no file %s with handlers" % path)
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location("gpupool_handlers", path)
    if spec is None or spec.loader is None:
        raise AgentError("%s is not a Python file" % path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["gpupool_handlers"] = module
    spec.loader.exec_module(module)


if __name__ == "__main__" and "__file__" in globals():  # pasted into a notebook's cell it only defines things
    sys.exit(main())
