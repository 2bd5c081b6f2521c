"""The end of a session: by its own timer, by order, by signal."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import unittest

from fake_pool import JOIN, Problem
from support import AGENT, HERE, AgentCase, gpupool


def save_and_stop(job):
    while not job.should_stop:
        time.sleep(0.005)
    job.save_checkpoint(b"weights", 3)
    return job.stopped()


def ignore_everything(job):
    while True:
        time.sleep(1)


class DrainTest(AgentCase):
    def started(self, train, **given):
        agent = self.work(train, **given)
        self.pool.submit(**given.get("lease", {}))
        self.pool.wait(lambda: self.pool.jobs["j-1"]["lease"])
        return agent

    def released(self, agent, reason, bye):
        self.assertEqual("DRAINED", self.join(agent))
        self.assertEqual(reason, self.pool.jobs["j-1"]["release"]["reason"])
        self.assertEqual([bye], [call.body["reason"] for call in self.pool.named("bye")])

    def test_should_drain_when_the_pool_says_so(self) -> None:
        agent = self.started(save_and_stop)
        self.pool.order("DRAIN", reason="DEADLINE", inSeconds=5)
        self.released(agent, "DRAIN", "DRAINED")
        self.assertEqual(3, self.pool.jobs["j-1"]["release"]["checkpoint"]["step"])
        self.assertGreaterEqual(self.pool.named("bye")[0].body["sessionAgeSeconds"], 0)

    def test_should_take_no_new_job_once_it_drains(self) -> None:
        agent = self.work(lambda job: "done")
        self.pool.order("DRAIN", reason="QUOTA", inSeconds=5)
        self.join(agent)
        self.pool.submit()
        self.assertEqual("QUEUED", self.pool.jobs["j-1"]["state"])

    def test_should_give_back_without_a_checkpoint_what_does_not_listen(self) -> None:
        agent = self.started(ignore_everything)
        self.pool.order("DRAIN", reason="DEADLINE", inSeconds=0.3)
        self.released(agent, "DRAIN", "DRAINED")
        self.assertIsNone(self.pool.jobs["j-1"]["release"]["checkpoint"])

    def test_should_stop_at_once_when_told(self) -> None:
        agent = self.started(save_and_stop)
        self.pool.order("STOP", reason="OPERATOR")
        self.released(agent, "SHUTDOWN", "DRAINED")

    def test_should_let_a_job_that_cannot_resume_use_the_time_that_is_left(self) -> None:
        def train(job):
            time.sleep(0.3)
            return job.should_stop

        agent = self.work(train)
        self.pool.submit(resumable=False)
        self.pool.wait(lambda: self.pool.jobs["j-1"]["lease"])
        self.pool.order("DRAIN", reason="DEADLINE", inSeconds=5)
        self.assertEqual("DRAINED", self.join(agent))
        self.assertIs(False, self.pool.jobs["j-1"]["result"])

    def test_should_end_by_its_own_timer_from_the_start_of_the_session(self) -> None:
        began = time.monotonic()
        agent = self.work(save_and_stop, max_runtime_hours=11.5, session_age=11.5 * 3600 - 1.2)
        self.pool.submit()
        self.released(agent, "DRAIN", "DRAINED")
        self.assertTrue(0.8 <= time.monotonic() - began < 4)

    def test_should_end_by_the_pools_timer_even_if_the_pool_is_gone(self) -> None:
        self.pool.stops_in = 1.0
        agent = self.started(save_and_stop)
        for name in ("heartbeat", "claim", "put", "checkpoint", "release", "progress", "bye"):
            self.pool.fail(name, "drop", times=9999)
        self.assertEqual("DRAINED", self.join(agent))
        self.assertIn("reports have no verdict; the next run of this worker here sends them", agent.log.text)

    def test_should_not_drain_later_because_the_pool_says_later(self) -> None:
        agent = self.make(max_runtime_hours=1.0)
        agent.set_stop({"stopsInSeconds": 999999})
        self.assertAlmostEqual(3600, agent.stops_at - agent.began, delta=1)
        agent.set_stop({"stopsInSeconds": 60})
        self.assertLess(agent.stops_at - agent.began, 62)
        agent.set_stop({"stopsInSeconds": None})
        self.assertLess(agent.stops_at - agent.began, 62)

    def test_should_say_bye_only_once(self) -> None:
        agent = self.work()
        agent.drain("TEST", 1, "DRAIN")
        self.join(agent)
        agent.member.goodbye("EXIT")
        self.assertEqual(1, len(self.pool.named("bye")))

    def test_should_end_though_nobody_hears_its_bye(self) -> None:
        self.pool.fail("bye", Problem(503, "busy"))
        agent = self.work()
        agent.drain("TEST", 1, "DRAIN")
        self.assertEqual("DRAINED", self.join(agent))
        self.assertIn("did not hear our bye", agent.log.text)

    def test_should_run_only_once(self) -> None:
        agent = self.work()
        with self.assertRaisesRegex(gpupool.AgentError, "Make a new one"):
            agent.run()


class SignalTest(AgentCase):
    """A real process, as a person or a machine that shuts down would end it."""

    def spawn(self, *more, quick=True):
        environ = {**os.environ, "GPUPOOL_TOKEN": JOIN, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": HERE}
        command = [sys.executable, os.path.join(HERE, "quick_script.py") if quick else AGENT, "--url", self.pool.url,
                   "--worker", "Colab-1", "--provider", "onprem", "--state-dir", self.folder, *more]
        child = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/",
                                 start_new_session=True)
        self.output = b""

        def read():
            self.output += child.stdout.read()

        reader = threading.Thread(target=read)
        reader.start()
        self.addCleanup(child.stdout.close)
        self.addCleanup(reader.join)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        self.reader = reader
        return child

    def busy(self, payload):
        child = self.spawn("--handlers", os.path.join(HERE, "stubborn.py"))
        self.pool.submit(handler=payload)
        self.pool.wait(lambda: self.pool.jobs["j-1"]["lease"])
        self.pool.wait(lambda: self.pool.jobs["j-1"].get("progress"))
        return child

    def ended(self, child, code):
        self.assertEqual(code, child.wait(10))
        self.reader.join(10)
        self.assertNotIn(JOIN.encode(), self.output)
        return self.output.decode()

    def test_should_give_back_and_say_bye_on_sigterm(self) -> None:
        child = self.busy("gentle")
        # a machine that shuts down signals every process of the agent
        os.killpg(child.pid, signal.SIGTERM)
        self.ended(child, 0)
        job = self.pool.jobs["j-1"]
        self.assertEqual(("PREEMPTED", 9), (job["release"]["reason"], job["release"]["checkpoint"]["step"]))
        self.assertEqual("SIGTERM", self.pool.named("drain")[0].body["reason"])
        self.assertEqual(1, len(self.pool.named("bye")))

    def test_should_drain_on_the_first_sigint(self) -> None:
        child = self.busy("gentle")
        os.killpg(child.pid, signal.SIGINT)
        self.assertIn("Stop once more to end at once", self.ended(child, 0))
        self.assertEqual("DRAIN", self.pool.jobs["j-1"]["release"]["reason"])

    def test_should_end_at_once_on_the_second_sigint(self) -> None:
        child = self.busy("stubborn")
        child.send_signal(signal.SIGINT)
        time.sleep(0.1)
        self.assertIsNone(child.poll())
        began = time.monotonic()
        child.send_signal(signal.SIGINT)
        self.assertIn("ABORTED", self.ended(child, 0))
        self.assertLess(time.monotonic() - began, 3)
        self.assertEqual("SHUTDOWN", self.pool.jobs["j-1"]["release"]["reason"])
        self.assertEqual(1, len(self.pool.named("bye")))

    def test_should_leave_no_process_when_it_is_killed(self) -> None:
        child = self.busy("stubborn")
        job = int(self.pool.jobs["j-1"]["progress"]["message"])
        child.kill()
        until = time.monotonic() + 5
        while os.path.exists("/proc/%d" % job) and time.monotonic() < until:
            time.sleep(0.01)
        self.assertFalse(os.path.exists("/proc/%d" % job))

    def test_should_stop_while_it_cannot_register(self) -> None:
        self.pool.fail("register", "drop", times=9999)
        child = self.spawn("--handlers", os.path.join(HERE, "stubborn.py"))
        until = time.monotonic() + 5
        while not self.pool._faults[0].times < 9999 and time.monotonic() < until:
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        self.assertIn("stopped before it was registered", self.ended(child, 0))

    def test_should_tell_a_person_what_is_wrong_with_the_command(self) -> None:
        child = self.spawn("--handlers", "/no/such.py", quick=False)
        self.assertIn("agent.py: There is no file /no/such.py", self.ended(child, 2))

    def test_should_end_with_a_code_of_its_own_when_it_is_refused(self) -> None:
        self.pool.fail("register", Problem(403, "registration-refused", reason="NAME_TAKEN"))
        child = self.spawn("--handlers", os.path.join(HERE, "stubborn.py"), quick=False)
        self.assertRegex(self.ended(child, 1), re.compile("^gpupool .* REFUSED: another account", re.MULTILINE))


if __name__ == "__main__":
    unittest.main()
