"""Checkpoints that go straight to the host's object store, by links that the pool hands out."""

import hashlib
import os
import random
import time
import unittest
from unittest import mock

from fake_pool import Problem
from fake_store import FakeStore
from support import QUICK, AgentCase, gpupool

BYTES = bytes(random.Random(8).getrandbits(8) for _ in range(4500))
DIGEST = hashlib.sha256(BYTES).hexdigest()


class LinkCase(AgentCase):
    def setUp(self) -> None:
        super().setUp()
        self.store = self.pool.links = FakeStore()
        self.addCleanup(self.store.close)
        self.addCleanup(lambda: self.assertEqual([], self.store.mistakes))
        self.addCleanup(lambda: [self.assertNotIn("s3cret", agent.log.text) for agent, _ in self.running])


class UploadTest(LinkCase):
    def save(self, data=BYTES, **given):
        agent = self.work(lambda job: job.save_checkpoint(data, 7), **given)
        self.pool.submit()
        return agent, self.pool.wait_state("DONE")

    def assert_saved(self, job):
        self.assertEqual((True, BYTES), (job["result"], job["bytes"]))
        self.assertTrue(job["checkpoint"]["uri"].startswith("link:"))
        self.assertEqual(["checkpoint", "complete"], self.reports())
        self.assertEqual({b""}, {call.data for call in self.pool.named("put")}, "no bytes went through the pool")

    def test_should_send_the_bytes_to_the_store_and_then_commit(self) -> None:
        _, job = self.save()
        self.assert_saved(job)
        self.assertEqual({"uri": mock.ANY, "sha256": DIGEST, "sizeBytes": 4500, "step": 7}, job["checkpoint"])
        self.assertEqual(["PUT"], self.store.calls)
        self.assertEqual(1, len(self.pool.named("put")))

    def test_should_send_more_than_fits_a_piece_of_memory(self) -> None:
        large = BYTES * 700
        _, job = self.save(data=large)
        self.assertEqual((True, True), (job["result"], job["bytes"] == large))

    def test_should_get_another_link_when_the_store_does_not_take_the_bytes(self) -> None:
        for fault in ("expired", "cut", "lost", 500, 503, 429, 307, 412):
            with self.subTest(fault=fault):
                self.store.fail(fault)
                before = len(self.store.signatures)
                agent, job = self.save(state="state-%s" % fault, worker="w-%s" % fault)
                self.assert_saved(job)
                self.assertEqual(before + 2, len(self.store.signatures), agent.log.text)
                agent._finally("STOPPED", "enough")
                self.join(agent)

    def test_should_ask_again_when_the_pools_answer_with_the_link_is_lost(self) -> None:
        self.pool.fail("put", "lost", times=2)
        _, job = self.save()
        self.assert_saved(job)
        self.assertEqual(["PUT"], self.store.calls)

    def test_should_say_why_the_store_refuses_and_not_the_link(self) -> None:
        self.store.fail("expired")
        agent, _ = self.save()
        self.assertIn("object store answers 403 AccessDenied", agent.log.text)

    def test_should_try_on_in_the_background_while_the_store_is_down(self) -> None:
        self.store.fail(*["expired", 503, "cut"] * 4)

        def train(job):
            assert not job.save_checkpoint(BYTES, 5)
            while not job.should_stop:
                time.sleep(0.01)
            return job.stopped()

        self.work(train, timing=QUICK._replace(patience=0.05))
        self.pool.submit()
        self.pool.wait(lambda: self.pool.jobs["j-1"]["checkpoint"])
        self.assertEqual(BYTES, self.pool.jobs["j-1"]["bytes"])

    def test_should_give_up_what_the_store_will_never_take(self) -> None:
        self.store.fail(400, "expired", 400, 413)

        def train(job):
            try:
                job.save_checkpoint(BYTES, 1)
            except gpupool.CheckpointRefused as refused:
                return str(refused)

        self.work(train)
        self.pool.submit()
        self.assertIn("object store answers 413", self.pool.wait_state("DONE")["result"])

    def test_should_beat_while_the_store_is_slow_and_stop_when_the_lease_is_lost(self) -> None:
        self.store.slow.clear()

        def train(job):
            job.save_checkpoint(BYTES, 1)
            while not job.should_stop:
                time.sleep(0.01)

        agent = self.work(train)
        self.pool.submit()
        self.pool.wait(lambda: self.store.calls)
        beats = len(self.pool.named("heartbeat"))
        self.pool.wait_call("heartbeat", beats + 3)
        self.pool.verdicts["j-1"] = "LOST"
        self.pool.wait_call("heartbeat", len(self.pool.named("heartbeat")) + 2)
        self.store.slow.set()
        self.pool.wait(lambda: "nothing to report" in agent.log.text)
        self.assertNotIn("complete", self.reports())

    def test_should_ask_for_no_link_under_a_lease_that_is_lost(self) -> None:
        self.store.fail("cut")
        self.pool.fail("put", Problem(409, "lease-lost"), after=1)

        def train(job):
            job.save_checkpoint(BYTES, 1)
            while not job.should_stop:
                time.sleep(0.01)

        agent = self.work(train)
        self.pool.submit()
        self.pool.wait(lambda: "nothing to report" in agent.log.text)
        self.assertEqual((["PUT"], []), (self.store.calls, self.reports()))

    def test_should_send_to_the_pool_what_it_gives_no_link_for(self) -> None:
        self.pool.links = None
        _, job = self.save()
        self.assertEqual((True, BYTES, []), (job["result"], job["bytes"], self.store.calls))

    def test_should_go_on_without_a_link_that_cannot_be_read(self) -> None:
        good = self.store.link
        bad = [{}, {"url": 3}, {"url": "ftp://h/x?s3cret"}, {"url": "http://h/x?s3cret y"}, {"headers": None},
               {"url": "http://h:port/?s3cret"}, {"checkpoint": {}},
               {"checkpoint": {"uri": "link:x", "sha256": "0" * 64, "sizeBytes": 4500, "step": 7}}]
        left = list(bad)

        def link(method, checkpoint):
            whole = good(method, checkpoint)
            change = left.pop(0) if left else None
            return {} if change == {} else {**whole, **(change or {})}

        with mock.patch.object(self.store, "link", link):
            _, job = self.save(timing=QUICK._replace(patience=5.0))
        self.assert_saved(job)
        self.assertEqual([], left)


class ResumeTest(LinkCase):
    def resume(self, wait="DONE", train=None, data=BYTES):
        def read(job):
            with open(job.checkpoint, "rb") as source:
                return [hashlib.sha256(source.read()).hexdigest(), job.checkpoint_step]

        self.store.objects["link:u"] = data
        job = self.pool.submit()
        job.update(checkpoint={"uri": "link:u", "sha256": DIGEST, "sizeBytes": 4500, "step": 7})
        self.agent = self.work(train or read)
        self.pool.wait_state(wait)
        return job

    def assert_resumed(self, job):
        self.assertEqual([DIGEST, 7], job["result"])

    def test_should_get_the_bytes_from_the_store(self) -> None:
        self.assert_resumed(self.resume())
        self.assertEqual(["GET"], self.store.calls)

    def test_should_go_on_after_a_cut_with_another_link(self) -> None:
        self.store.fail(("half", 1500), ("half", 700), "expired", 503)
        self.assert_resumed(self.resume())
        self.assertEqual([None, "bytes=1500-", "bytes=2200-"], self.store.ranges)
        self.assertEqual(5, len(self.store.signatures))

    def test_should_ask_again_when_the_pools_answer_with_the_link_is_lost(self) -> None:
        self.pool.fail("get", "lost", times=2)
        self.assert_resumed(self.resume())

    def test_should_begin_the_download_anew_when_the_bytes_are_wrong(self) -> None:
        self.store.fail("wrong", "long")
        self.assert_resumed(self.resume())

    def test_should_blame_itself_when_the_bytes_stay_wrong(self) -> None:
        job = self.resume(wait="FAILED", data=BYTES[:-1])
        self.assertEqual("ENVIRONMENT", job["failure"]["kind"])
        self.assertIn(DIGEST, job["failure"]["message"])

    def test_should_blame_itself_when_no_link_is_good(self) -> None:
        self.store.fail("expired", "expired", "expired")
        job = self.resume(wait="FAILED")
        self.assertEqual("ENVIRONMENT", job["failure"]["kind"])
        self.assertIn("object store answers 403 AccessDenied", job["failure"]["message"])
        self.assertNotIn("s3cret", job["failure"]["message"])

    def test_should_begin_anew_when_the_bytes_are_gone(self) -> None:
        self.store.fail(404, 404, 404)
        job = self.resume(train=lambda job: [job.checkpoint, job.checkpoint_step])
        self.assertEqual([None, None], job["result"])
        self.assertIn("it begins anew", self.agent.log.text)


class LinkTest(unittest.TestCase):
    def test_should_show_no_query_when_nobody_answers(self) -> None:
        link = gpupool._Link({"url": "http://127.0.0.1:1?s3cret", "headers": {"X": "bad\nvalue"},
                              "checkpoint": {"uri": "u", "sha256": DIGEST, "sizeBytes": 1, "step": 1}})
        with mock.patch.dict(os.environ, {"no_proxy": "*"}), self.assertRaises(gpupool.Unanswered) as raised:
            link.open("GET", {}, None, 1.0)
        self.assertNotIn("s3cret", str(raised.exception))
        self.assertTrue(raised.exception.__suppress_context__)


if __name__ == "__main__":
    unittest.main()
