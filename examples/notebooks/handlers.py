"""The notebooks' two handlers: `train` teaches a small network to tell three spirals apart, `infer` uses it.

 1. The data and the order of the examples come from a generator that is seeded by the job, so a job is a pure function
    of its payload.
 2. A checkpoint holds the weights, the step and the generator's state. A run that was interrupted ends with the same
    bits as one that was not, on the same kind of machine.
 3. PyTorch does the arithmetic where it is installed, on the GPU if there is one; else plain Python does.
"""

import hashlib
import json
import math
import os
import random
import time

from agent import BadInput, handler

HIDDEN, CLASSES, BATCH = 16, 3, 24


def spirals(rng, points=300):
    """Three interleaved arms: (x, y) and the arm that it lies on."""
    data = []
    for index in range(points):
        arm, along = index % CLASSES, index / points
        angle = 4.0 * along + 2.0 * math.pi * arm / CLASSES + rng.gauss(0.0, 0.1)
        data.append(((along * math.sin(angle), along * math.cos(angle)), arm))
    return data


class PlainNetwork:
    """One hidden layer of tanh, softmax on top, gradient descent, written out in Python."""

    def __init__(self, weights):
        self.hidden, self.bias, self.out, self.base = weights

    def forward(self, x, y):
        hidden = [math.tanh(w[0] * x + w[1] * y + b) for w, b in zip(self.hidden, self.bias)]
        scores = [sum(w * h for w, h in zip(row, hidden)) + b for row, b in zip(self.out, self.base)]
        top = max(scores)
        powers = [math.exp(score - top) for score in scores]
        return hidden, [power / sum(powers) for power in powers]

    def learn(self, batch, rate):
        """One step; returns the loss before it."""
        loss = 0.0
        steps = []
        for (x, y), arm in batch:
            hidden, chances = self.forward(x, y)
            loss -= math.log(max(chances[arm], 1e-300)) / len(batch)
            errors = [chance - (arm == k) for k, chance in enumerate(chances)]
            back = [(1.0 - h * h) * sum(e * row[j] for e, row in zip(errors, self.out)) for j, h in enumerate(hidden)]
            steps.append((x, y, hidden, errors, back))
        pace = rate / len(batch)
        for x, y, hidden, errors, back in steps:
            for k, error in enumerate(errors):
                self.base[k] -= pace * error
                for j, h in enumerate(hidden):
                    self.out[k][j] -= pace * error * h
            for j, error in enumerate(back):
                self.bias[j] -= pace * error
                self.hidden[j][0] -= pace * error * x
                self.hidden[j][1] -= pace * error * y
        return loss

    def weights(self):
        return [self.hidden, self.bias, self.out, self.base]


class TorchNetwork:
    """The same network in PyTorch."""

    def __init__(self, weights):
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # or matrix products may differ between runs
        import torch
        torch.use_deterministic_algorithms(True)
        self.torch = torch
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.parts = [torch.tensor(part, dtype=torch.float64, device=self.device, requires_grad=True)
                      for part in weights]

    def learn(self, batch, rate):
        torch = self.torch
        points = torch.tensor([point for point, _ in batch], dtype=torch.float64, device=self.device)
        arms = torch.tensor([arm for _, arm in batch], device=self.device)
        hidden, bias, out, base = self.parts
        scores = torch.tanh(points @ hidden.T + bias) @ out.T + base
        chosen = torch.nn.functional.one_hot(arms, CLASSES).to(scores.dtype)
        loss = -(torch.log_softmax(scores, dim=1) * chosen).sum() / len(batch)
        gradients = torch.autograd.grad(loss, self.parts)
        with torch.no_grad():
            for part, gradient in zip(self.parts, gradients):
                part -= rate * gradient
        return float(loss)

    def weights(self):
        return [part.detach().cpu().tolist() for part in self.parts]


def network(weights):
    try:
        return TorchNetwork(weights)
    except ImportError:
        return PlainNetwork(weights)


def fresh(rng):
    """Small random weights."""
    hidden = [[rng.gauss(0.0, 1.5), rng.gauss(0.0, 1.5)] for _ in range(HIDDEN)]
    out = [[rng.gauss(0.0, 0.5) for _ in range(HIDDEN)] for _ in range(CLASSES)]
    return [hidden, [0.0] * HIDDEN, out, [0.0] * CLASSES]


def number(payload, name, usual, low, high):
    value = payload.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise BadInput("%s is %r. It must be a number from %r to %r" % (name, value, low, high))
    return value


def pack(model, step, rng):
    version, numbers, gauss = rng.getstate()
    state = {"weights": model.weights(), "step": step, "rng": [version, list(numbers), gauss]}
    return json.dumps(state).encode()


def unpack(path, rng):
    with open(path, "rb") as source:
        state = json.loads(source.read().decode())
    version, numbers, gauss = state["rng"]
    rng.setstate((version, tuple(numbers), gauss))
    return network(state["weights"]), state["step"]


@handler("train")
def train(job):
    """Payload: seed, steps (2000), rate (0.5), checkpointSeconds (120), checkpointSteps (none)."""
    payload = job.payload or {}
    seed = int(number(payload, "seed", 1, -2 ** 53, 2 ** 53))
    steps = int(number(payload, "steps", 2000, 1, 10 ** 9))
    rate = number(payload, "rate", 0.5, 0, 100)
    every = number(payload, "checkpointSeconds", 120, 0, 86400)
    stride = int(number(payload, "checkpointSteps", 10 ** 9, 1, 10 ** 9))
    rng = random.Random(seed)
    data = spirals(random.Random(seed + 1))
    if job.checkpoint is None:
        model, step = network(fresh(rng)), 0
    else:
        model, step = unpack(job.checkpoint, rng)
    loss, saved = None, time.monotonic()
    while step < steps:
        if job.should_stop:
            job.save_checkpoint(pack(model, step, rng), step)
            return job.stopped()
        loss = model.learn(rng.sample(data, BATCH), rate)
        step += 1
        job.progress(step=step, total=steps, message="loss %.4f" % loss)
        if step < steps and (step % stride == 0 or time.monotonic() - saved >= every):
            job.save_checkpoint(pack(model, step, rng), step)
            saved = time.monotonic()
    weights = model.weights()
    correct = sum(guess(weights, point) == arm for point, arm in data)
    return {"steps": steps, "loss": loss, "accuracy": correct / len(data), "model": weights,
            "sha256": hashlib.sha256(json.dumps(weights).encode()).hexdigest()}


def guess(weights, point):
    chances = PlainNetwork(weights).forward(*point)[1]
    return chances.index(max(chances))


@handler("infer")
def infer(job):
    """Payload: model, as `train` returned it, and points, a list of [x, y]. Returns the arm of each."""
    try:
        model, points = job.payload["model"], job.payload["points"]
        return {"arms": [guess(model, (x, y)) for x, y in points]}
    except (KeyError, TypeError, ValueError) as problem:
        raise BadInput("The payload must hold model and points: %r" % problem)
