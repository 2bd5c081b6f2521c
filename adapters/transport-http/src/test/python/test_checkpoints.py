"""Checkpoints on their way to the pool and back, over connections that break."""

import errno
import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
import unittest
from unittest import mock

from fake_pool import JOIN, Problem
from support import AGENT, HERE, QUICK, AgentCase, gpupool

BYTES = bytes(random.Random(7).getrandbits(8) for _ in range(4500))


class UploadTest(AgentCase):
    def save(self, data=BYTES, step=8400, **given):
        """Runs a job that saves once and tells what it was told."""
        agent = self.work(lambda job: job.save_checkpoint(data, step), **given)
        self.pool.submit()
        job = self.pool.wait(lambda: next((job for job in self.pool.jobs.values()
                                           if job["state"] in ("DONE", "FAILED")), None))
        return agent, job

    def test_should_upload_in_pieces_and_then_commit(self) -> None:
        _, job = self.save()
        self.assertIs(True, job["result"])
        self.assertEqual(["checkpoint", "complete"], self.reports())
        self.assertEqual(BYTES, job["bytes"])
        self.assertEqual({"uri": mock.ANY, "sha256": hashlib.sha256(BYTES).hexdigest(), "sizeBytes": 4500,
                          "step": 8400}, job["checkpoint"])
        self.assertEqual(["bytes */4500", "bytes 0-999/4500", "bytes 1000-1999/4500", "bytes 2000-2999/4500",
                          "bytes 3000-3999/4500", "bytes 4000-4499/4500"],
                         [call.headers["Content-Range"] for call in self.pool.named("put")])

    def test_should_upload_a_file_that_the_handler_goes_on_writing(self) -> None:
        path = os.path.join(self.folder, "model")

        def train(job):
            for step in (1, 2):
                with open(path, "wb") as target:
                    target.write(BYTES[:step * 1000])
                assert job.save_checkpoint(path, step)
            return os.path.getsize(path)

        self.work(train)
        self.pool.submit()
        self.assertEqual(2000, self.pool.wait_state("DONE")["result"])
        self.assertEqual(BYTES[:2000], self.pool.jobs["j-1"]["bytes"])

    def test_should_ask_how_much_has_arrived_after_a_cut(self) -> None:
        self.pool.fail("put", "lost", times=1, after=2)
        _, job = self.save()
        self.assertEqual((True, BYTES), (job["result"], job["bytes"]))
        ranges = [call.headers["Content-Range"] for call in self.pool.named("put")]
        self.assertEqual(["bytes 0-999/4500", "bytes 1000-1999/4500", "bytes */4500", "bytes 2000-2499/4500"],
                         ranges[1:5], "the cut came after the second piece had arrived; the next is smaller")

    def test_should_not_upload_again_when_the_last_answer_was_lost(self) -> None:
        self.pool.fail("put", Problem(503, "busy"), times=1, after=5)
        self.pool.fail("checkpoint", "lost", times=2)
        _, job = self.save()
        self.assertEqual((True, BYTES), (job["result"], job["bytes"]))

    def test_should_send_smaller_pieces_over_a_bad_line(self) -> None:
        self.pool.fail("put", "drop", times=4, after=1)
        _, job = self.save()
        self.assertEqual((True, BYTES), (job["result"], job["bytes"]))
        self.assertGreater(len(self.pool.named("put")), 6)

    def test_should_go_on_where_the_pool_says_after_a_mismatch(self) -> None:
        self.pool.fail("put", Problem(409, "upload-mismatch", receivedBytes=0), times=1, after=3)
        _, job = self.save()
        self.assertEqual((True, BYTES), (job["result"], job["bytes"]))

    def test_should_tell_the_handler_when_the_pool_is_out_of_reach(self) -> None:
        self.pool.fail("put", "drop", times=9999)
        _, job = self.save(timing=QUICK._replace(patience=0.2))
        self.assertIs(False, job["result"])

    def test_should_try_on_in_the_background(self) -> None:
        self.pool.fail("put", Problem(507, "storage-full"), times=6)

        def train(job):
            assert not job.save_checkpoint(BYTES, 5)
            while not job.should_stop:
                time.sleep(0.01)
            return job.stopped()

        agent = self.work(train, timing=QUICK._replace(patience=0.1))
        self.pool.submit()
        self.pool.wait(lambda: self.pool.jobs["j-1"]["checkpoint"])
        self.assertIn("the pool's disk is full: the checkpoint of step 5 is kept here", agent.log.text)

    def test_should_save_the_last_checkpoint_before_it_gives_back(self) -> None:
        def train(job):
            while not job.should_stop:
                time.sleep(0.01)
            job.save_checkpoint(BYTES, 6)
            return job.stopped()

        self.work(train, timing=QUICK._replace(patience=0.05))
        self.pool.submit()
        lease = self.pool.wait(lambda: self.pool.jobs["j-1"]["lease"])
        self.pool.fail("put", "drop", times=4)
        self.pool.order("CHECKPOINT", leaseId=lease)
        job = self.pool.wait_state("RELEASED")
        self.assertEqual((6, BYTES), (job["checkpoint"]["step"], job["bytes"]))

    def test_should_tell_the_handler_that_a_checkpoint_is_too_large(self) -> None:
        self.pool.fail("put", Problem(413, "too-large"))

        def train(job):
            try:
                job.save_checkpoint(BYTES, 1)
            except gpupool.CheckpointRefused as refused:
                return str(refused)

        self.work(train)
        self.pool.submit()
        self.assertIn("4500 bytes, more than the pool takes", self.pool.wait_state("DONE")["result"])

    def test_should_stop_a_job_whose_lease_turns_out_to_be_lost(self) -> None:
        self.pool.fail("put", Problem(409, "lease-lost"))

        def train(job):
            job.save_checkpoint(BYTES, 1)
            while not job.should_stop:
                time.sleep(0.01)
            return job.stopped()

        agent = self.work(train)
        self.pool.submit()
        self.pool.wait(lambda: "nothing to report" in agent.log.text)

    def test_should_go_on_without_a_checkpoint_when_this_disk_is_full(self) -> None:
        full = OSError(errno.ENOSPC, "No space left on device")
        with mock.patch.object(gpupool, "_store", side_effect=full):
            agent, job = self.save()
        self.assertIs(False, job["result"])
        self.assertIn("checkpoint of step 8400 is not saved: [Errno 28] No space left", agent.log.text)

    def test_should_say_that_a_folder_is_no_checkpoint(self) -> None:
        _, job = self.save(data=self.folder)
        self.assertIn("IsADirectoryError", job["failure"]["message"])


class ResumeTest(AgentCase):
    def resume(self, train=None, wait="DONE"):
        def read(job):
            with open(job.checkpoint, "rb") as source:
                return [hashlib.sha256(source.read()).hexdigest(), job.checkpoint_step]

        job = self.pool.submit()
        digest = hashlib.sha256(BYTES).hexdigest()
        job.update(bytes=BYTES, checkpoint={"uri": "u", "sha256": digest, "sizeBytes": 4500, "step": 8400})
        agent = self.work(train or read)
        self.pool.wait_state(wait)
        return agent, job, [digest, 8400]

    def test_should_resume_from_the_checkpoint(self) -> None:
        _, job, expected = self.resume()
        self.assertEqual(expected, job["result"])

    def test_should_go_on_with_a_download_after_a_cut(self) -> None:
        for cut in (1500, 700, 0):
            self.pool.fail("get", ("half", cut))
        _, job, expected = self.resume()
        self.assertEqual(expected, job["result"])
        self.assertEqual([None, "bytes=1500-", "bytes=2200-", "bytes=2200-"],
                         [call.headers.get("Range") for call in self.pool.named("get")])

    def test_should_begin_the_download_anew_when_the_bytes_are_wrong(self) -> None:
        spoilt = b"?" * 4500
        digest = {"Gpupool-Sha256": hashlib.sha256(BYTES).hexdigest(), "Gpupool-Step": "8400"}
        self.pool.fail("get", ("raw", 200, digest, spoilt), times=2)
        _, job, expected = self.resume()
        self.assertEqual(expected, job["result"])

    def test_should_blame_itself_when_the_bytes_stay_wrong(self) -> None:
        digest = {"Gpupool-Sha256": hashlib.sha256(BYTES).hexdigest(), "Gpupool-Step": "8400"}
        self.pool.fail("get", ("raw", 200, digest, b"?"), times=3)
        _, job, _ = self.resume(wait="FAILED")
        self.assertEqual("ENVIRONMENT", job["failure"]["kind"])

    def test_should_begin_anew_when_the_pool_has_no_checkpoint_any_more(self) -> None:
        self.pool.fail("get", Problem(404, "not-found"))
        _, job, _ = self.resume(lambda job: [job.checkpoint, job.checkpoint_step])
        self.assertEqual([None, None], job["result"])


class KilledAgentTest(AgentCase):
    """The agent is killed in the middle of a job, and another one elsewhere ends it as if nothing had happened."""

    STEPS = 60

    def spawn(self, state):
        environ = {**os.environ, "GPUPOOL_TOKEN": JOIN, "PYTHONPATH": HERE, "PYTHONDONTWRITEBYTECODE": "1"}
        folder = os.path.join(self.folder, state)
        os.makedirs(folder)
        child = subprocess.Popen([sys.executable, AGENT, "--url", self.pool.url, "--worker", "Colab-1", "--provider",
                                  "onprem", "--state-dir", folder, "--handlers", os.path.join(HERE, "walk.py")],
                                 cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        threading.Thread(target=child.stdout.read, daemon=True).start()
        return child

    def test_should_end_with_the_same_bits_as_an_uninterrupted_run(self) -> None:
        import walk
        expected = walk.whole(seed=5, steps=self.STEPS)
        first = self.spawn("first")
        self.pool.submit(handler="walk", payload={"seed": 5, "steps": self.STEPS, "pause": 0.02})
        self.pool.wait(lambda: self.pool.jobs["j-1"]["checkpoint"], 20)
        pids = self.pool.jobs["j-1"]["progress"]["message"] if "progress" in self.pool.jobs["j-1"] else None
        first.send_signal(signal.SIGKILL)
        first.wait()
        before = self.pool.jobs["j-1"]["checkpoint"]["step"]
        self.assertLess(before, self.STEPS)
        self.assertIsNone(pids)
        self.pool.requeue("j-1")
        self.spawn("second")
        job = self.pool.wait_state("DONE", seconds=20)
        self.assertEqual(2, job["attempt"])
        self.assertEqual({"digest": expected, "began": before}, job["result"])


if __name__ == "__main__":
    unittest.main()
