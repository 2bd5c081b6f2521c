"""The notebooks and the shell worker, as they stand, against a pool."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from fake_pool import JOIN, PREFIX, Problem
from support import AGENT, ROOT, AgentCase, gpupool

NOTEBOOKS = os.path.join(ROOT, "examples", "notebooks")
WORKER = os.path.join(ROOT, "examples", "curl-worker", "worker.sh")
FILES = {"colab": "colab_worker.ipynb", "kaggle": "kaggle_worker.ipynb"}


class ProcessCase(AgentCase):
    def setUp(self) -> None:
        super().setUp()
        with open(AGENT, "rb") as source:
            self.pool.files[PREFIX + "/agent.py"] = source.read()

    def spawn(self, command, **env):
        log = open(os.path.join(self.folder, "log"), "ab")
        self.addCleanup(log.close)
        child = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT,
                                 env={**os.environ, "HOME": self.folder, "TMPDIR": self.folder, **env})
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        return child

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8") as source:
            return source.read()


class NotebookTest(ProcessCase):
    def notebook(self, kind, *values, **env):
        return self.spawn([sys.executable, os.path.join(NOTEBOOKS, "run_notebook.py"),
                           os.path.join(NOTEBOOKS, FILES[kind]), *values], **env)

    def test_should_run_as_they_stand(self) -> None:
        for kind in ("colab", "kaggle"):
            with self.subTest(kind):
                child = self.notebook(kind, "POOL_URL=" + self.pool.url, "JOIN_TOKEN=" + JOIN,
                                      "ACCOUNT_EMAIL=ana@example.org", "WORKER_NAME=%s-7" % kind)
                job, used = "train-" + kind, "infer-" + kind
                self.pool.submit(job, payload={"seed": 3, "steps": 40, "checkpointSteps": 15})
                result = self.pool.wait_state("DONE", job, 20)["result"]
                self.assertEqual(["checkpoint", "checkpoint", "complete"], self.reports(job))
                self.assertEqual(30, self.pool.jobs[job]["checkpoint"]["step"])
                self.assertEqual(hashlib.sha256(json.dumps(result["model"]).encode()).hexdigest(), result["sha256"])
                self.pool.submit(used, handler="infer", payload={"model": result["model"], "points": [[0.1, 0.2]]})
                self.assertIn(self.pool.wait_state("DONE", used)["result"]["arms"][0], (0, 1, 2))
                body = self.pool.named("register")[-1].body
                self.assertEqual((kind, "ana@example.org", kind + "-7", ["infer", "train"]),
                                 (body["provider"], body["account"], body["worker"]["name"], body["handlers"]))
                self.assertEqual({"colab": 41400, "kaggle": 30600}[kind], body["limits"]["maxRuntimeSeconds"])
                child.send_signal(signal.SIGINT)
                self.assertEqual(0, child.wait(10), self.log())
                self.assertNotIn(JOIN, self.log())

    def test_should_take_address_and_token_from_the_environment(self) -> None:
        child = self.notebook("colab", "ACCOUNT_EMAIL=ana@example.org", GPUPOOL_URL=self.pool.url + PREFIX,
                              GPUPOOL_TOKEN=JOIN)
        self.pool.wait_call("register")
        child.send_signal(signal.SIGINT)
        self.assertEqual(0, child.wait(10), self.log())

    def test_should_not_run_an_agent_that_did_not_arrive_whole(self) -> None:
        self.pool.fail("agent.py", ("raw", 200, {"Gpupool-Sha256": "0" * 64}, b"print('never')"))
        child = self.notebook("kaggle", "POOL_URL=" + self.pool.url, "ACCOUNT_EMAIL=ana@example.org")
        self.assertEqual(1, child.wait(10))
        self.assertIn("did not arrive whole", self.log())
        self.assertEqual([], self.pool.named("register"))

    def test_should_ask_for_the_two_values_first(self) -> None:
        self.assertEqual(1, self.notebook("colab", "POOL_URL=" + self.pool.url).wait(10))
        self.assertIn("Edit ACCOUNT_EMAIL and WORKER_NAME", self.log())

    def test_should_be_what_their_script_makes(self) -> None:
        subprocess.run([sys.executable, os.path.join(NOTEBOOKS, "build.py"), "--check"], check=True)

    def test_should_be_notebooks_without_outputs_and_with_placeholders(self) -> None:
        for name in FILES.values():
            with open(os.path.join(NOTEBOOKS, name), encoding="utf-8") as source:
                text = source.read()
            whole = json.loads(text)
            self.assertEqual((4, 5), (whole["nbformat"], whole["nbformat_minor"]))
            self.assertEqual("markdown", whole["cells"][0]["cell_type"])
            self.assertEqual("agent.run()", "".join(whole["cells"][-1]["source"]))
            for cell in whole["cells"]:
                self.assertRegex(cell["id"], r"^[a-zA-Z0-9_-]{1,64}$")
                self.assertEqual([], cell.get("outputs", []))
            for placeholder in ("__GPUPOOL_" "URL__", "__GPUPOOL_" "TOKEN__"):
                self.assertEqual(1, text.count(placeholder), "the pool fills it in once")


class HandlersTest(unittest.TestCase):
    """The training itself: a run in pieces is the run in one."""

    class Job:
        def __init__(self, payload, checkpoint=None, stop_after=None):
            self.payload, self.checkpoint, self.left = payload, checkpoint, stop_after
            self.saved = None

        def progress(self, **known):
            pass

        @property
        def should_stop(self):
            if self.left is None:
                return False
            self.left -= 1
            return self.left < 0

        def save_checkpoint(self, data, step):
            self.saved = (data, step)
            return True

        def stopped(self):
            return "stopped"

    def setUp(self) -> None:
        patch = mock.patch.dict(gpupool.HANDLERS, clear=True)
        patch.start()
        self.addCleanup(patch.stop)
        with open(os.path.join(NOTEBOOKS, "handlers.py"), encoding="utf-8") as source:
            self.names = {"__name__": "handlers"}
            exec(compile(source.read(), "handlers.py", "exec", dont_inherit=True), self.names)

    def pieces(self, payload, *lengths):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        checkpoint = None
        for length in lengths:
            job = self.Job(payload, checkpoint, length)
            self.assertEqual("stopped", self.names["train"](job))
            checkpoint = os.path.join(folder, str(job.saved[1]))
            with open(checkpoint, "wb") as target:
                target.write(job.saved[0])
        return self.names["train"](self.Job(payload, checkpoint))

    def test_should_end_with_the_same_bits_however_often_it_is_interrupted(self) -> None:
        payload = {"seed": 11, "steps": 60}
        whole = self.names["train"](self.Job(payload))
        self.assertEqual(whole, self.pieces(payload, 0, 1, 17, 30))
        self.assertNotEqual(whole["sha256"], self.names["train"](self.Job({"seed": 12, "steps": 60}))["sha256"])

    def test_should_learn(self) -> None:
        result = self.names["train"](self.Job({"seed": 1, "steps": 1500, "rate": 1.0}))
        self.assertGreater(result["accuracy"], 0.8)

    def test_should_refuse_a_payload_that_makes_no_sense(self) -> None:
        for payload in ({"steps": 0}, {"steps": "many"}, {"rate": True}):
            with self.subTest(payload), self.assertRaisesRegex(gpupool.BadInput, "must be a number"):
                self.names["train"](self.Job(payload))
        with self.assertRaisesRegex(gpupool.BadInput, "model and points"):
            self.names["infer"](self.Job({"points": []}))


class GuideTest(unittest.TestCase):
    """The handler that docs/workers.md shows, as it stands there."""

    class Model:
        loss = 0.5

        def __init__(self, done=0):
            self.done = done

        def bytes(self):
            return b"%d" % self.done

        def train_one_step(self):
            self.done += 1

    class Job(HandlersTest.Job):
        checkpoint_step = None

    def setUp(self) -> None:
        patch = mock.patch.dict(gpupool.HANDLERS, clear=True)
        patch.start()
        self.addCleanup(patch.stop)
        with open(os.path.join(ROOT, "docs", "workers.md"), encoding="utf-8") as source:
            block = re.findall(r"^```python\n(.*?)^```$", source.read(), re.DOTALL | re.MULTILINE)
        self.assertEqual(1, len(block))
        self.models = []
        names = {"__name__": "guide", "load": self.keep, "fresh": lambda payload: self.keep(b"0")}
        exec(compile(block[0], "workers.md", "exec", dont_inherit=True), names)

    def keep(self, data):
        self.models.append(self.Model(int(data)))
        return self.models[-1]

    def test_should_do_each_step_once_however_often_it_is_interrupted(self) -> None:
        self.assertEqual(["train"], list(gpupool.HANDLERS))
        train = gpupool.HANDLERS["train"]
        saved = None
        for length in (0, 1, 499, 500, 501):
            job = self.Job({"steps": 1700}, saved and saved[0], length)
            job.checkpoint_step = saved and saved[1]
            self.assertEqual("stopped", train(job))
            saved = job.saved
        job = self.Job({"steps": 1700}, saved[0])
        job.checkpoint_step = saved[1]
        self.assertEqual({"loss": 0.5}, train(job))
        self.assertEqual((1501, 1700), (saved[1], self.models[-1].done))


@unittest.skipUnless(shutil.which("bash") and shutil.which("curl"), "needs bash and curl")
class ShellWorkerTest(ProcessCase):
    def start(self):
        self.pool.heartbeat = 0.2
        return self.spawn([WORKER], GPUPOOL_URL=self.pool.url + PREFIX, GPUPOOL_TOKEN=JOIN,
                          GPUPOOL_WORKER_NAME="box-1")

    def test_should_do_jobs_and_say_bye(self) -> None:
        child = self.start()
        payload = {"text": "olá \"€\"\n", "long": "x" * 200000}
        self.pool.submit(handler="echo", payload=payload)
        self.assertEqual(payload, self.pool.wait_state("DONE", seconds=20)["result"])
        self.pool.wait_call("heartbeat", 2)
        self.pool.order("DRAIN", reason="OPERATOR", inSeconds=60)
        self.assertEqual(0, child.wait(20), self.log())
        self.assertEqual(1, len(self.pool.named("bye")))
        self.assertNotIn(JOIN, self.log())

    def test_should_repeat_what_was_not_answered_and_register_again(self) -> None:
        self.pool.fail("register", "lost")
        self.pool.fail("claim", "lost")
        self.pool.fail("claim", ("raw", 404, {"Content-Type": "text/html"}, b"<html>no such tunnel</html>"))
        self.pool.fail("complete", Problem(503, "busy", wait="0"))
        self.start()
        self.pool.submit(handler="echo", payload=None)
        self.pool.wait_state("DONE", seconds=20)
        self.assertEqual(1, self.pool.jobs["j-1"]["attempt"])
        for forget in (self.pool.expire_tokens, self.pool.forget_sessions):
            calls = len(self.pool.named("register"))
            forget()
            self.pool.wait_call("register", calls + 1)
        instances = [call.body["worker"]["instanceId"] for call in self.pool.named("register")]
        self.assertEqual((4, 2), (len(instances), len(set(instances))))

    def test_should_be_short(self) -> None:
        with open(WORKER, encoding="utf-8") as source:
            lines = source.read().splitlines()
        self.assertLessEqual(len(lines), 100)
        self.assertEqual([], [line for line in lines if re.search(r"\bjq\b", line)])


if __name__ == "__main__":
    unittest.main()
