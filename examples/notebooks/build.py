#!/usr/bin/env python3
"""Writes the two notebooks from the texts below and handlers.py. With --check it says whether they are up to date.

The same input gives the same bytes. The pool fills in the two placeholders when it serves a notebook.
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

COLAB = {
    "file": "colab_worker.ipynb", "title": "Colab", "provider": "colab", "worker": "Colab-1", "hours": "11.5",
    "comment": "when the worker stops by itself: half an hour before the 12 h after which Colab ends a session",
    "terms": """\
**What Colab's FAQ says** (as read on 24 September 2026; it changes, and the current text is what counts):

- A runtime may be used as a distributed computing worker only while its account has a positive balance of compute \
units. Without one, it is among the uses that are not allowed, and the session may be ended without warning. A worker \
of a pool is such a use.
- On every plan it is not allowed to use several accounts to get around limits on access or resources.
- Sessions last at most 12 hours, depending on availability and use. A runtime may end at any time.

The pool counts quota per account because a team has several people, each with an account of their own. The presets of \
the library describe limits; they give no permission.

**To run:** choose a GPU runtime, edit the two values in the next cell, and run all cells. The last one stays busy \
while the worker is online; stopping it once ends the worker in order, and what it runs is saved and given back.""",
}

KAGGLE = {
    "file": "kaggle_worker.ipynb", "title": "Kaggle", "provider": "kaggle", "worker": "Kaggle-1", "hours": "8.5",
    "comment": "when the worker stops by itself: half an hour before the 9 h session of the pool's kaggle preset",
    "terms": """\
**What Kaggle's pages say** (as read from August to November 2026; they change, and the current text is what counts):

- One person has one account.
- Abuse or misuse of GPU resources may lead to the suspension or the end of an account.
- Running code as a notebook or with `kaggle kernels push` is a documented feature. The pages that were read name \
remote workers neither as allowed nor as forbidden: read the terms, and ask Kaggle where they leave a doubt.
- GPU time is counted by the session, from its start to its end, whether it works or not.

The pool counts quota per account because a team has several people, each with an account of their own. The presets of \
the library describe limits; they give no permission.

**To run:** choose an accelerator, switch on the internet in the settings, edit the two values in the next \
cell, and run all cells. The last one stays busy while the worker is online; stopping it once ends the worker in \
order, and what it runs is saved and given back. Stop the session afterwards: an idle one goes on counting.""",
}

SETTINGS = """\
# These two are yours to edit.
ACCOUNT_EMAIL = "you@example.org"  # whose quota this session uses
WORKER_NAME = "{worker}"  # a name of its own for each worker

MAX_RUNTIME_HOURS = {hours}  # {comment}"""

ADDRESS = """\
# Filled in where the pool served this notebook. Otherwise they come from GPUPOOL_URL and GPUPOOL_TOKEN, which may be
# environment variables or secrets of the notebook.
POOL_URL = "__GPUPOOL_URL__"
JOIN_TOKEN = "__GPUPOOL_TOKEN__\""""

DOWNLOAD = """\
# The agent comes from the pool itself, so the two always speak the same version of the protocol.
import hashlib
import os
import sys
import time
import urllib.parse
import urllib.request


def pool_address():
    if not POOL_URL.startswith("__"):
        return POOL_URL
    if os.environ.get("GPUPOOL_URL"):
        return os.environ["GPUPOOL_URL"]
    {secret}


def download(address):
    for wait in (1, 2, 4, 8, 16, None):  # the network may need a moment after a start
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return answer.read(), answer.headers.get("Gpupool-Sha256")
        except OSError as problem:
            if wait is None:
                raise
            print("%s: %s; once more in %d s" % (address, problem, wait), flush=True)
            time.sleep(wait)


if ACCOUNT_EMAIL == "you@example.org":
    raise RuntimeError("Edit ACCOUNT_EMAIL and WORKER_NAME in the cell above first")
pool = pool_address().rstrip("/")
source, digest = download(pool + ("" if urllib.parse.urlsplit(pool).path else "/gpupool/v1") + "/agent.py")
if hashlib.sha256(source).hexdigest() != digest:
    raise RuntimeError("The agent did not arrive whole: its digest is not %s. Run this cell again" % digest)
with open("agent.py", "wb") as target:
    target.write(source)
sys.path.insert(0, os.getcwd())
sys.modules.pop("agent", None)

from agent import Agent  # noqa: E402

agent = Agent(url=pool, token=JOIN_TOKEN, worker=WORKER_NAME, account=ACCOUNT_EMAIL, provider="{provider}",
              max_runtime_hours=MAX_RUNTIME_HOURS)"""

SECRET = {
    "colab": "from google.colab import userdata\n    return userdata.get('GPUPOOL_URL')",
    "kaggle": "from kaggle_secrets import UserSecretsClient\n    return UserSecretsClient().get_secret('GPUPOOL_URL')",
}


def cells(kind):
    with open(os.path.join(HERE, "handlers.py"), encoding="utf-8") as source:
        handlers = source.read().rstrip("\n")
    download = DOWNLOAD.replace("{secret}", SECRET[kind["provider"]]).replace("{provider}", kind["provider"])
    yield "markdown", "terms", "# A GpuPool worker on %s\n\n%s" % (kind["title"], kind["terms"])
    yield "code", "settings", SETTINGS.format(**kind)
    yield "code", "address", ADDRESS
    yield "code", "agent", download
    yield "code", "handlers", handlers
    yield "code", "run", "agent.run()"


def notebook(kind):
    made = []
    for cell_type, name, text in cells(kind):
        cell = {"cell_type": cell_type, "id": name, "metadata": {}, "source": text.splitlines(keepends=True)}
        if cell_type == "code":
            cell.update(execution_count=None, outputs=[])
        made.append(cell)
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"}}
    if kind["provider"] == "colab":
        metadata.update(accelerator="GPU", colab={"name": kind["file"], "provenance": []})
    whole = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main():
    stale = []
    for kind in (COLAB, KAGGLE):
        path = os.path.join(HERE, kind["file"])
        text = notebook(kind)
        if "--check" not in sys.argv[1:]:
            with open(path, "w", encoding="utf-8") as target:
                target.write(text)
            continue
        with open(path, encoding="utf-8") as source:
            if source.read() != text:
                stale.append(kind["file"])
    if stale:
        sys.exit("%s: not what build.py makes; run examples/notebooks/build.py" % ", ".join(stale))


if __name__ == "__main__":
    main()
