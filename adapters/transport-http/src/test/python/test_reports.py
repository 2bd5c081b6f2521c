"""Reports that must arrive, whatever happens to the network, the disk and the process."""

import errno
import json
import os
import unittest
from unittest import mock

from fake_pool import Problem
from support import AgentCase, gpupool


class ReportTest(AgentCase):
    def kept(self, state="state"):
        found = []
        for folder, _, names in os.walk(os.path.join(self.folder, state)):
            found += [os.path.join(folder, name) for name in names if name.endswith(".json")]
        return found

    def test_should_repeat_a_report_under_the_same_key_until_it_is_answered(self) -> None:
        self.pool.fail("complete", "lost", times=3)
        self.work(lambda job: {"loss": 0.1})
        self.pool.submit()
        self.pool.wait_call("complete", 4)
        self.pool.submit("j-2")
        self.pool.wait_state("DONE", "j-2")
        calls = [call for call in self.pool.named("complete") if call.body["jobId"] == "j-1"]
        keys = {call.headers["Idempotency-Key"] for call in calls}
        self.assertEqual((1, 1), (len(keys), len(keys - {None})))
        self.assertEqual(1, len({call.data for call in calls}))
        self.assertEqual(["complete"], self.reports())
        self.pool.wait(lambda: not self.kept())

    def test_should_take_each_refusal_for_a_verdict(self) -> None:
        refusals = [(404, "job-unknown"), (404, "lease-unknown"), (409, "lease-lost"), (409, "already-final"),
                    (403, "forbidden"), (400, "invalid"), (422, "idempotency-mismatch")]
        self.work(lambda job: "done")
        for number, (status, kind) in enumerate(refusals):
            self.pool.fail("complete", Problem(status, kind))
            self.pool.submit("j-%d" % number)
            self.pool.wait_call("complete", number + 1)
        self.pool.submit("j-last")
        self.pool.wait_state("DONE", "j-last")
        self.assertEqual(len(refusals) + 1, len(self.pool.named("complete")))
        self.pool.wait(lambda: not self.kept())

    def test_should_not_take_a_dead_tunnel_for_a_verdict(self) -> None:
        page = {"Content-Type": "text/html"}
        self.pool.fail("complete", ("raw", 404, page, b"<html>no such tunnel</html>"))
        self.pool.fail("complete", ("raw", 200, {"Content-Type": "application/json"}, b'{"directives":[]}'))
        self.pool.fail("complete", Problem(500, "internal"))
        self.work(lambda job: "done")
        self.pool.submit()
        self.pool.wait_state("DONE")

    def test_should_have_a_report_on_disk_before_it_is_sent(self) -> None:
        seen = []
        self.pool.fail("complete", ("slow", 0.2))
        agent = self.work(lambda job: "done")
        ask = agent.ask

        def watched(path, *given, **more):
            if path.endswith("/complete"):
                seen.extend(self.kept())
            return ask(path, *given, **more)

        with mock.patch.object(agent, "ask", watched):
            self.pool.submit()
            self.pool.wait_state("DONE")
        self.assertEqual(1, len(seen))

    def test_should_deliver_what_an_earlier_process_could_not(self) -> None:
        self.pool.fail("complete", Problem(503, "busy"), times=9999)
        first = self.work(lambda job: {"loss": 0.5})
        self.pool.submit()
        self.pool.wait_call("complete")
        first._finally("STOPPED", "as if killed")
        self.join(first)
        self.assertEqual(1, len(self.kept()))
        with open(self.kept()[0], encoding="utf-8") as source:
            self.assertNotIn("gps-", source.read(), "no token is kept")
        self.assertEqual(0o600, os.stat(self.kept()[0]).st_mode & 0o777)
        self.pool._faults.clear()
        second = self.work()
        self.assertEqual({"loss": 0.5}, self.pool.wait_state("DONE")["result"])
        self.pool.wait(lambda: not self.kept())
        self.assertIn("1 reports of an earlier run are still to be delivered", second.log.text)

    def test_should_drop_a_kept_report_that_cannot_be_read(self) -> None:
        first = self.work()
        reports = first.state.reports
        first._finally("STOPPED", "for now")
        self.join(first)
        for name, text in (("000000000001-a.json", "{"), ("000000000002-b.json", '{"path": 3}'),
                           ("000000000003-c.json.part", "x")):
            with open(os.path.join(reports, name), "w", encoding="ascii") as target:
                target.write(text)
        second = self.work(lambda job: "done")
        self.pool.submit()
        self.pool.wait_state("DONE")
        self.pool.wait(lambda: not os.listdir(reports))
        self.assertIn("cannot read the kept report", second.log.text)

    def test_should_go_on_in_memory_when_the_disk_is_full(self) -> None:
        full = OSError(errno.ENOSPC, "No space left on device")
        with mock.patch.object(gpupool, "_write", side_effect=full):
            self.pool.fail("complete", "lost")
            agent = self.work(lambda job: "done")
            self.pool.submit()
            self.pool.wait_state("DONE")
            self.pool.wait(lambda: "complete is accepted" in agent.log.text)
        self.assertIn("cannot keep the complete of job j-1 on disk ([Errno 28] No space left on device): "
                      "it is in memory only", agent.log.text)

    def test_should_go_on_when_its_folder_cannot_be_used(self) -> None:
        with open(os.path.join(self.folder, "file"), "w", encoding="ascii"):
            pass
        agent = self.work(lambda job: job.save_checkpoint(b"x", 1), state="file")
        self.pool.submit()
        self.assertIs(True, self.pool.wait_state("DONE")["result"])
        self.assertIn("do not outlive this process", agent.log.text)

    def test_should_not_share_its_folder_with_a_second_agent(self) -> None:
        first = self.work()
        with mock.patch.object(gpupool.time, "sleep"), \
                mock.patch.object(gpupool.time, "monotonic", iter(range(0, 10 ** 6, 3)).__next__):
            state = gpupool._State(os.path.join(self.folder, "state"), "Colab-1", first.member.client.url, first.log)
        self.addCleanup(state.close)
        self.assertNotEqual(first.state.work, state.work)
        self.assertIn("another agent of this worker uses it", first.log.text)

    def test_should_send_one_leases_reports_in_order_and_others_past_them(self) -> None:
        agent = self.make()
        agent.courier = gpupool._Courier(agent, gpupool._Spool(None, agent.log))
        leases = [gpupool._Lease({"jobId": name, "attempt": 1, "leaseId": name, "handler": "h"}) for name in "ab"]
        one = agent.courier.submit(leases[0], "checkpoint")
        agent.courier.submit(leases[0], "complete")
        three = agent.courier.submit(leases[1], "fail")
        self.assertIs(one, agent.courier._due())
        agent.courier._later(one, gpupool.Unanswered("no"))
        one.not_before = float("inf")
        self.assertIs(three, agent.courier._due())
        three.not_before = float("inf")
        self.assertIsNone(agent.courier._due())

    def test_should_give_back_a_job_that_comes_while_it_drains(self) -> None:
        agent = self.make()
        agent.courier = gpupool._Courier(agent, gpupool._Spool(None, agent.log))
        agent.drain("TEST", 1.0, "DRAIN")
        agent._take({"jobId": "j-1", "attempt": 1, "leaseId": "s1.k1", "handler": "train"})
        report = agent.courier._due()
        self.assertEqual(("/leases/s1.k1/release", "DRAIN"), (report.path, report.body["reason"]))

    def test_should_keep_bodies_within_what_the_pool_takes(self) -> None:
        text = "\ud800 half a character"
        self.assertEqual(text, json.loads(gpupool._encode({"x": text}))["x"])
        self.assertEqual("é" * 10, gpupool._cut("x" + "é" * 10, 20))

    def test_should_free_the_slot_only_when_the_pool_knows(self) -> None:
        self.pool.fail("complete", Problem(503, "busy"), times=5)
        self.work(lambda job: "done")
        self.pool.submit()
        self.pool.submit("j-2")
        self.pool.wait_state("DONE", "j-2")
        claims = [call.at for call in self.pool.named("claim")]
        self.assertGreater(claims[1], self.pool.named("complete")[5].at)


if __name__ == "__main__":
    unittest.main()
