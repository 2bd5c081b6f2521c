"""Beats and claims under a network that loses things."""

import os
import time
import unittest
from unittest import mock

from fake_pool import Problem
from support import QUICK, AgentCase, gpupool


class BeatTest(AgentCase):
    def test_should_beat_at_the_interval_that_the_pool_told(self) -> None:
        self.work()
        first = self.pool.wait_call("heartbeat")
        last = self.pool.wait_call("heartbeat", 6)
        self.assertTrue(0.45 <= last.at - first.at < 5.0, last.at - first.at)
        ages = [call.body["sessionAgeSeconds"] for call in self.pool.named("heartbeat")]
        self.assertEqual(sorted(ages), ages)

    def test_should_repeat_a_beat_without_an_answer_as_a_new_one(self) -> None:
        self.pool.heartbeat = 2.0
        agent = self.work()
        self.pool.fail("heartbeat", "lost", times=3)
        first = self.pool.wait_call("heartbeat")
        fourth = self.pool.wait_call("heartbeat", 4)
        self.assertLess(fourth.at - first.at, 2.0, "the repeats do not wait for the interval")
        self.assertEqual([1, 2, 3, 4], [call.body["seq"] for call in self.pool.named("heartbeat")[:4]])
        self.pool.wait(lambda: "hears us again" in agent.log.text)

    def test_should_repeat_after_5_and_10_and_20_seconds(self) -> None:
        self.assertEqual((5.0, 10.0, 20.0), gpupool.Timing().beat_repeats)

    def test_should_beat_while_a_job_holds_the_interpreter(self) -> None:
        flag = os.path.join(self.folder, "enough")

        def train(job):
            while not os.path.exists(flag):
                sum(range(100000))
            return None

        self.work(train)
        self.pool.submit()
        during = self.pool.wait(lambda: [call for call in self.pool.calls
                                         if call.name == "heartbeat" and call.body["leases"]][2:])
        with open(flag, "w", encoding="ascii"):
            pass
        self.pool.wait_state("DONE")
        self.assertEqual({"jobId": "j-1", "attempt": 1, "leaseId": self.pool.jobs["j-1"]["lease"], "progress": None},
                         during[0].body["leases"][0])

    def test_should_carry_progress_with_a_beat(self) -> None:
        def train(job):
            job.progress(step=3, total=12, message="loss 1.83")
            while not job.should_stop:
                time.sleep(0.01)
            return job.stopped()

        self.work(train)
        self.pool.submit()
        self.pool.wait(lambda: any(lease["progress"] == {"step": 3, "totalSteps": 12, "fraction": 0.25,
                                                         "message": "loss 1.83"}
                                   for call in self.pool.calls if call.name == "heartbeat"
                                   for lease in call.body["leases"]))
        self.pool.wait(lambda: self.pool.jobs["j-1"].get("progress"))

    def test_should_decide_nothing_by_the_wall_clock(self) -> None:
        real = time.time
        with mock.patch("time.time", lambda: real() - 3 * 3600):
            self.work(lambda job: job.remaining_seconds, max_runtime_hours=1.0)
            self.pool.submit()
            self.pool.wait_call("heartbeat", 2)
            with mock.patch("time.time", lambda: real() + 3 * 3600):
                remaining = self.pool.wait_state("DONE")["result"]
                beats = len(self.pool.named("heartbeat"))
                self.pool.wait_call("heartbeat", beats + 2)
        self.assertTrue(25 < remaining <= 30, remaining)
        self.assertLess(self.pool.named("heartbeat")[-1].body["sessionAgeSeconds"], 60)
        self.assertEqual([], self.pool.named("bye"))


class ClaimTest(AgentCase):
    def test_should_not_lose_the_job_of_a_lost_answer(self) -> None:
        self.pool.fail("claim", "lost", times=2)
        self.pool.submit()
        self.work(lambda job: "done")
        self.pool.wait_state("DONE")
        claims = [call.body["claimId"] for call in self.pool.named("claim")]
        self.assertEqual(1, len(set(claims[:3])), "the same wish until it is answered")
        self.assertEqual(1, self.pool.jobs["j-1"]["attempt"])

    def test_should_make_a_new_wish_after_each_answer(self) -> None:
        self.work()
        self.pool.wait_call("claim", 4)
        claims = [call.body["claimId"] for call in self.pool.named("claim")]
        self.assertEqual(len(claims), len(set(claims)))

    def test_should_ask_for_less_than_proxies_allow(self) -> None:
        self.assertEqual(25.0, gpupool.Timing().claim_wait)
        self.assertGreater(gpupool.Timing().claim_margin, 10)

    def test_should_wait_as_long_as_a_busy_pool_asks(self) -> None:
        self.pool.fail("claim", Problem(503, "busy", wait="1"))
        self.work()
        first, second = self.pool.wait_call("claim"), self.pool.wait_call("claim", 2)
        self.assertGreaterEqual(second.at - first.at, 1.0)
        self.assertEqual(first.body["claimId"], second.body["claimId"])

    def test_should_not_hammer_a_pool_that_answers_at_once(self) -> None:
        self.pool.order("UNKNOWN_ORDER")  # lets the fake answer claims without waiting
        self.work(timing=QUICK._replace(claim_pause=0.2))
        first, third = self.pool.wait_call("claim"), self.pool.wait_call("claim", 3)
        self.assertGreaterEqual(third.at - first.at, 0.4)

    def test_should_not_claim_while_every_slot_is_taken(self) -> None:
        def train(job):
            while not job.should_stop:
                time.sleep(0.01)
            return job.stopped()

        self.work(train, slots=2)
        self.pool.submit("j-1")
        self.pool.submit("j-2")
        self.pool.wait(lambda: all(job["lease"] for job in self.pool.jobs.values()))
        beats, claims = len(self.pool.named("heartbeat")), len(self.pool.named("claim"))
        self.pool.wait_call("heartbeat", beats + 4)
        self.assertEqual(claims, len(self.pool.named("claim")))

    def test_should_go_on_when_the_kept_connection_was_cut(self) -> None:
        for name in ("heartbeat", "claim", "complete"):
            self.pool.fail(name, "drop", times=2, after=1)
        self.work(lambda job: "done")
        for number in range(3):
            self.pool.submit("j-%d" % number)
            self.pool.wait_state("DONE", "j-%d" % number)
            self.assertEqual(1, self.pool.jobs["j-%d" % number]["attempt"])

    def test_should_survive_a_lease_that_it_cannot_read(self) -> None:
        body = b'{"serverTime":"x","directives":[],"lease":{"jobId":"j"}}'
        self.pool.fail("claim", ("raw", 200, {"Content-Type": "application/json"}, body))
        agent = self.work(lambda job: "done")
        self.pool.wait(lambda: "a lease that cannot be read" in agent.log.text)
        self.pool.submit()
        self.pool.wait_state("DONE")


class BackoffTest(unittest.TestCase):
    def test_should_double_up_to_a_minute_with_full_jitter(self) -> None:
        backoff = gpupool._Backoff(1.0, 60.0)
        with mock.patch("random.uniform", lambda low, high: (low, high)[1]):
            self.assertEqual([1, 2, 4, 8, 16, 32, 60, 60], [backoff.next() for _ in range(8)])
        backoff.reset()
        with mock.patch("random.uniform", lambda low, high: low):
            self.assertEqual([0, 7.0], [backoff.next(), backoff.next(7.0)])


if __name__ == "__main__":
    unittest.main()
