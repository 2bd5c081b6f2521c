"""A job that can resume: a random walk whose every step depends on all before."""

import hashlib
import json
import random
import time
from typing import Any

from agent import handler


def step(state: Any) -> None:
    rng = random.Random()
    version, numbers, gauss = state["rng"]
    rng.setstate((version, tuple(numbers), gauss))
    state["at"] += rng.gauss(0.0, 1.0) * (1.0 + abs(state["at"]))
    state["step"] += 1
    state["rng"] = rng.getstate()


def begin(seed: int) -> Any:
    return {"at": 0.0, "step": 0, "rng": random.Random(seed).getstate()}


def digest(state: Any) -> str:
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()


def whole(seed: int, steps: int) -> str:
    state = begin(seed)
    while state["step"] < steps:
        step(state)
    return digest(state)


@handler("walk")
def walk(job: Any) -> Any:
    state = begin(job.payload["seed"])
    if job.checkpoint is not None:
        with open(job.checkpoint, encoding="ascii") as source:
            state = json.load(source)
    began = state["step"]
    while state["step"] < job.payload["steps"]:
        step(state)
        time.sleep(job.payload["pause"])
        if state["step"] % 5 == 0:
            job.save_checkpoint(json.dumps(state).encode(), state["step"])
        if job.should_stop:
            job.save_checkpoint(json.dumps(state).encode(), state["step"])
            return job.stopped()
    return {"digest": digest(state), "began": began}
