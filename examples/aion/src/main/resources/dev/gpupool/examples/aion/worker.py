"""A worker of the fleet as a process of its own, as a notebook would be: the pool's agent and two handlers.

    worker.py                        works for the pool that GPUPOOL_URL and GPUPOOL_TOKEN name
    worker.py --uninterrupted JSON   prints the digest of the model that this training gives without any interruption
"""

import hashlib
import json
import math
import os
import struct
import sys
import time
import urllib.request

CLASSES = 3
INPUTS = 5
SPECIES = ["setosa", "versicolor", "virginica"]
EPOCHS_PER_HOUR = 360
EPOCHS_PER_CHECKPOINT = EPOCHS_PER_HOUR // 2


class Model:
    """Multinomial logistic regression by stochastic gradient descent; its bits depend on nothing but the training."""

    def __init__(self, training, flowers):
        self.training = training
        self.flowers = flowers
        self.epoch = 0
        self.weights = [0.0] * (CLASSES * INPUTS)

    def to_bytes(self):
        return struct.pack(">i15d", self.epoch, *self.weights)

    def restore(self, data):
        self.epoch, *self.weights = struct.unpack(">i15d", data)

    def train_epoch(self):
        size = len(self.flowers)
        offset = (self.training["seed"] * 31 + self.epoch * 17) % size
        for i in range(size):
            self.learn(*self.flowers[(offset + i * 53) % size])
        self.epoch += 1

    def learn(self, x, species):
        w, rate = self.weights, self.training["rate"]
        scores = []
        for k in range(0, CLASSES * INPUTS, INPUTS):
            score = w[k + 4] + w[k] * x[0] + w[k + 1] * x[1] + w[k + 2] * x[2] + w[k + 3] * x[3]
            scores.append(math.exp(min(score, 500.0)))
        total = sum(scores)
        for k in range(CLASSES):
            step = rate * ((1.0 if species == k else 0.0) - scores[k] / total)
            base = k * INPUTS
            for j in range(4):
                w[base + j] += step * x[j]
            w[base + 4] += step


def flowers():
    with open("iris.csv", encoding="utf-8") as file:
        rows = [line.strip().split(",") for line in file if line.strip()][1:]
    return [([float(value) for value in row[:4]], SPECIES.index(row[4])) for row in rows]


def digest(model):
    return hashlib.sha256(model.to_bytes()).hexdigest()


def fetch_agent(url):
    """Brings the agent that belongs to the pool, and makes sure that it is that."""
    with urllib.request.urlopen(url + "/agent.py", timeout=30) as answer:
        code = answer.read()
        if hashlib.sha256(code).hexdigest() != answer.headers["Gpupool-Sha256"]:
            raise SystemExit("the agent that came is not the one that the pool serves; run again")
    with open("agent.py", "wb") as file:
        file.write(code)


def work():
    hour = float(os.environ["AION_HOUR_SECONDS"])
    fetch_agent(os.environ["GPUPOOL_URL"])
    sys.path.insert(0, os.getcwd())
    from agent import Agent  # pylint: disable=import-error,import-outside-toplevel

    agent = Agent(
        devices=[{"name": os.environ["AION_GPU"], "memoryMiB": int(os.environ["AION_GPU_MIB"])}],
        state_dir=os.path.join(os.getcwd(), "state"),
        session_age=0,
    )

    @agent.handler("train")
    def train(job):
        model = Model(job.payload, flowers())
        if job.checkpoint:
            with open(job.checkpoint, "rb") as file:
                model.restore(file.read())
        began, first = time.monotonic(), model.epoch
        while model.epoch < job.payload["epochs"]:
            # No faster than the fleet's accelerators.
            time.sleep(max(0.0, began + (model.epoch - first) * hour / EPOCHS_PER_HOUR - time.monotonic()))
            if job.should_stop:
                job.save_checkpoint(model.to_bytes(), model.epoch)
                return job.stopped()
            model.train_epoch()
            if model.epoch % EPOCHS_PER_CHECKPOINT == 0:
                job.save_checkpoint(model.to_bytes(), model.epoch)
                job.progress(step=model.epoch, total=job.payload["epochs"])
        return {"sha256": digest(model), "epochs": model.epoch}

    @agent.handler("infer")
    def infer(job):
        time.sleep(hour / 30)
        return "ok"

    agent.run()


def main():
    if sys.argv[1:2] == ["--uninterrupted"]:
        model = Model(json.loads(sys.argv[2]), flowers())
        while model.epoch < model.training["epochs"]:
            model.train_epoch()
        print(digest(model))
    else:
        work()


if __name__ == "__main__":
    main()
