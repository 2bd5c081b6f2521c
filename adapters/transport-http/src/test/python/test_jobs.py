"""What a handler may do to its process, and what the pool hears of it."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import unittest

from support import QUICK, AgentCase, gpupool


def alive(pid: int) -> bool:
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as source:
            return source.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def stop_politely(job):
    while not job.should_stop:
        time.sleep(0.005)
    return job.stopped()


def ignore_everything(job):
    while True:
        time.sleep(1)


class JobTest(AgentCase):
    def run_job(self, train, **lease):
        agent = self.work(train)
        self.pool.submit(**lease)
        self.pool.wait(lambda: self.pool.jobs["j-1"]["state"] in ("DONE", "FAILED", "RELEASED"))
        return agent, self.pool.jobs["j-1"]

    def fails(self, train, kind, words="", **lease):
        """The job fails so, and the agent can still do another."""
        agent, job = self.run_job(train, **lease)
        self.assertEqual(("FAILED", kind), (job["state"], job.get("failure", {}).get("kind")), agent.log.text)
        self.assertIn(words, job["failure"]["message"])
        self.assertLessEqual(len(job["failure"]["message"].encode()), 16 * 1024)
        self.pool.submit("j-next", handler="echo", payload=7)
        self.pool.wait_state("DONE", "j-next")
        return job["failure"]

    def make(self, *given, **more):
        agent = super().make(*given, **more)
        agent.handler("echo")(lambda job: job.payload)
        return agent

    def test_should_give_the_handler_its_job_and_the_pool_its_result(self) -> None:
        def train(job):
            return [job.id, job.attempt, job.payload, job.payload_ref, job.checkpoint, job.checkpoint_step,
                    job.should_stop, 0 < job.remaining_seconds <= 30]

        _, job = self.run_job(train, payload={"epochs": 40, "name": "olá €"})
        self.assertEqual(["j-1", 1, {"epochs": 40, "name": "olá €"}, None, None, None, False, True], job["result"])
        self.assertEqual(["complete"], self.reports())
        self.assertTrue(0 <= job["reports"][-1][1]["ranSeconds"] < 5)

    def test_should_run_each_job_in_a_process_of_its_own(self) -> None:
        self.work(lambda job: [os.getpid(), __import__("random").random()])
        results = []
        for name in ("j-1", "j-2"):
            self.pool.submit(name)
            results.append(self.pool.wait_state("DONE", name)["result"])
        self.assertEqual(3, len({os.getpid(), results[0][0], results[1][0]}))
        self.assertNotEqual(results[0][1], results[1][1], "jobs must not draw the same numbers")

    def test_should_report_an_exception_with_its_traceback(self) -> None:
        def train(job):
            print("step 17")
            raise ValueError("bad loss")

        failure = self.fails(train, "JOB_ERROR", "ValueError: bad loss")
        self.assertTrue(failure["retryable"])
        self.assertIn("step 17", failure["message"])
        self.assertIn("in train", failure["message"])

    def test_should_report_the_kinds_that_a_handler_may_raise(self) -> None:
        agent = self.work(lambda job: None)
        self.assertTrue(agent)
        kinds = {"BAD_INPUT": (gpupool.BadInput, False), "ENVIRONMENT": (gpupool.EnvironmentProblem, True),
                 "OUT_OF_MEMORY": (gpupool.OutOfMemory, True)}
        for kind, (failure, retryable) in kinds.items():
            self.assertEqual((kind, retryable), (failure.kind, failure.retryable))

    def test_should_end_a_job_whose_input_is_bad(self) -> None:
        def train(job):
            raise gpupool.BadInput("epochs is -1. It must be positive")

        self.assertFalse(self.fails(train, "BAD_INPUT", "epochs is -1")["retryable"])

    def test_should_survive_a_crash(self) -> None:
        self.fails(lambda job: ctypes.string_at(0), "JOB_ERROR", "SIGSEGV")

    def test_should_survive_an_exit_without_a_word(self) -> None:
        self.fails(lambda job: os._exit(3), "JOB_ERROR", "ended with code 3 and no result")

    def test_should_survive_a_polite_exit(self) -> None:
        self.fails(lambda job: sys.exit(0), "JOB_ERROR", "SystemExit")

    def test_should_take_a_kill_from_outside_for_want_of_memory(self) -> None:
        self.fails(lambda job: os.kill(os.getpid(), signal.SIGKILL), "OUT_OF_MEMORY", "not by the agent")

    def test_should_report_want_of_memory_that_the_handler_noticed(self) -> None:
        def train(job):
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")

        self.fails(train, "OUT_OF_MEMORY", "Tried to allocate")

    def test_should_end_a_job_that_hangs_at_its_limit(self) -> None:
        began = time.monotonic()
        self.fails(ignore_everything, "TIME_LIMIT", "ended at its limit", limitSeconds=0.3)
        self.assertLess(time.monotonic() - began, 5)

    def test_should_end_a_job_that_ignores_signals_and_leaves_its_group(self) -> None:
        def train(job):
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            os.closerange(3, 200)
            while True:
                pass

        self.fails(train, "TIME_LIMIT", limitSeconds=0.3)

    def test_should_leave_no_process_of_a_job_behind(self) -> None:
        path = os.path.join(self.folder, "pids")

        def train(job):
            for number in range(20):
                if os.fork() == 0:
                    if number % 2:
                        os.setsid()
                    if os.fork() == 0:
                        with open(path, "a", encoding="ascii") as target:
                            target.write("%d\n" % os.getpid())
                        time.sleep(600)
                    if number % 3:
                        os._exit(0)
                    time.sleep(600)
            while sum(1 for _ in open(path, encoding="ascii")) < 20:
                time.sleep(0.01)
            raise RuntimeError("too many children")

        self.fails(train, "JOB_ERROR", "too many children")
        with open(path, encoding="ascii") as source:
            pids = [int(line) for line in source]
        self.assertEqual(20, len(pids))
        self.assertEqual([], [pid for pid in pids if alive(pid)])

    def test_should_outlive_the_death_of_the_process_that_starts_jobs(self) -> None:
        def train(job):
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(600)

        self.fails(train, "JOB_ERROR", "keeper")

    def test_should_take_megabytes_of_prints_and_keep_the_end(self) -> None:
        def train(job):
            for number in range(30000):
                print("%06d" % number, "x" * 100)
            os.write(2, b"\xff\xfe the last words\n")
            raise RuntimeError("after much talk")

        agent, job = self.run_job(train)
        self.assertEqual("JOB_ERROR", job["failure"]["kind"])
        self.assertIn("after much talk", job["failure"]["message"])
        self.assertLessEqual(len(job["failure"]["message"].encode()), 16 * 1024)
        self.assertLess(len(agent.log.text), 40000, "the notebook must stay readable")
        self.assertIn("is not shown", agent.log.text)

    def test_should_refuse_a_result_that_is_too_long_or_no_json(self) -> None:
        cases = [("x" * (256 * 1024), "has 262146 bytes"), ({1, 2}, "not JSON"), (float("nan"), "not JSON")]
        for result, words in cases:
            with self.subTest(words):
                self.setUp()
                self.assertFalse(self.fails(lambda job, value=result: value, "JOB_ERROR", words)["retryable"])

    def test_should_deliver_the_longest_result(self) -> None:
        text = "€" * ((256 * 1024 - 2) // 3)
        _, job = self.run_job(lambda job: text)
        self.assertEqual(text, job["result"])

    def test_should_not_let_a_handler_find_the_token_in_its_environment(self) -> None:
        os.environ["GPUPOOL_TOKEN"] = "gpj-in-the-environment"
        self.addCleanup(os.environ.pop, "GPUPOOL_TOKEN", None)
        _, job = self.run_job(lambda job: os.environ.get("GPUPOOL_TOKEN"))
        self.assertIsNone(job["result"])

    def test_should_give_subprocesses_the_usual_signals(self) -> None:
        def train(job):
            child = subprocess.Popen(["sleep", "600"])
            child.terminate()
            source, sink = os.pipe()
            forked = os.fork()
            if forked == 0:
                os.write(sink, b"!")
                time.sleep(600)
            os.read(source, 1)
            os.kill(forked, signal.SIGTERM)
            return [child.wait(), os.waitpid(forked, 0)[1]]

        _, job = self.run_job(train)
        self.assertEqual([-signal.SIGTERM, signal.SIGTERM], job["result"])

    def test_should_say_that_it_lacks_a_handler(self) -> None:
        _, job = self.run_job(lambda job: None, handler="unknown")
        self.assertEqual(("ENVIRONMENT", "this worker has no handler 'unknown'"),
                         (job["failure"]["kind"], job["failure"]["message"]))

    def test_should_not_loop_with_a_handler_that_stops_for_no_reason(self) -> None:
        self.fails(lambda job: job.stopped(), "JOB_ERROR", "nobody had asked")

    def test_should_bound_the_progress_that_leaves_the_process(self) -> None:
        def train(job):
            for step in range(20000):
                job.progress(step=step, total=20000, fraction=float("nan") if step % 2 else 7.0)
            return None

        self.run_job(train)
        sent = [body for kind, body in self.pool.jobs["j-1"]["reports"] if kind == "progress"]
        self.assertLess(len(sent), 20)
        json.dumps(sent, allow_nan=False)


class MailboxTest(unittest.TestCase):
    def test_should_see_an_order_that_came_together_with_an_answer(self) -> None:
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        self.addCleanup(theirs.close)
        mailbox = gpupool._Mailbox(theirs)
        job = gpupool.Job(mailbox, {"jobId": "j", "attempt": 1, "payload": None, "payloadRef": None, "resumable": True,
                                    "checkpoint": None, "checkpointStep": None, "folder": "", "seconds": 60})
        ours.sendall(b'{"saved":1}\n{"stop":"DRAIN","seconds":5}\n')
        self.assertEqual({"saved": 1}, mailbox.take())
        self.assertTrue(job.should_stop)
        self.assertTrue(4 < job.remaining_seconds <= 5)


class OrderTest(AgentCase):
    def test_should_not_obey_what_an_earlier_session_is_told(self) -> None:
        agent = self.work()
        old = gpupool._Session({"sessionId": "s0", "sessionToken": "t"}, True)
        agent.obey({"directives": [{"type": "STOP", "reason": "SUPERSEDED"}, {"type": "REGISTER_AGAIN"}]}, old)
        self.assertIsNone(agent.outcome)

    def test_should_stop_and_give_back_when_the_pool_asks_for_a_checkpoint(self) -> None:
        def train(job):
            while not job.should_stop:
                time.sleep(0.005)
            assert job.stop_reason == "CHECKPOINT" and job.remaining_seconds < 4
            assert job.save_checkpoint(b"weights", 12)
            raise gpupool.Stopped()

        self.work(train)
        self.pool.submit()
        lease = self.pool.wait(lambda: self.pool.jobs["j-1"]["lease"])
        self.pool.order("CHECKPOINT", leaseId=lease)
        job = self.pool.wait_state("RELEASED")
        self.assertEqual(("CHECKPOINT", 12), (job["release"]["reason"], job["release"]["checkpoint"]["step"]))
        self.assertEqual(["checkpoint", "release"], self.reports())
        self.pool.submit("j-2", limitSeconds=0.1)
        self.pool.wait(lambda: self.pool.jobs["j-2"]["attempt"] == 1)

    def test_should_cancel_a_job_that_does_not_listen(self) -> None:
        self.work(ignore_everything)
        self.pool.submit()
        lease = self.pool.wait(lambda: self.pool.jobs["j-1"]["lease"])
        self.pool.order("CANCEL", leaseId=lease)
        self.assertEqual("CANCEL", self.pool.wait_state("RELEASED")["release"]["reason"])

    def test_should_cancel_by_the_verdict_on_a_beat(self) -> None:
        self.work(stop_politely)
        self.pool.submit()
        self.pool.verdicts["j-1"] = "CANCEL"
        self.assertEqual("CANCEL", self.pool.wait_state("RELEASED")["release"]["reason"])

    def test_should_not_complete_what_was_cancelled(self) -> None:
        def train(job):
            while not job.should_stop:
                time.sleep(0.005)
            return "all done"

        self.work(train)
        self.pool.submit()
        self.pool.verdicts["j-1"] = "CANCEL"
        self.pool.wait_state("RELEASED")
        self.assertEqual(["release"], self.reports())

    def test_should_stop_a_lost_job_and_say_nothing_of_it(self) -> None:
        agent = self.work(stop_politely)
        self.pool.submit()
        self.pool.wait(lambda: self.pool.jobs["j-1"]["lease"])
        self.pool.jobs["j-1"].update(lease="s9.k9", attempt=2)
        self.pool.wait(lambda: "nothing to report" in agent.log.text)
        self.assertEqual([], self.reports())
        self.pool.submit("j-2")
        self.pool.wait(lambda: self.pool.jobs["j-2"]["lease"])

    def test_should_ignore_orders_for_leases_that_it_does_not_hold(self) -> None:
        self.work(lambda job: "done")
        self.pool.order("CANCEL", leaseId="s0.k0")
        self.pool.order("SELF_DESTRUCT")
        self.pool.submit()
        self.pool.wait_state("DONE")

    def test_should_end_with_words_when_another_process_takes_the_name(self) -> None:
        agent = self.work(ignore_everything)
        self.pool.submit()
        self.pool.wait(lambda: self.pool.jobs["j-1"]["lease"])
        self.pool.order("STOP", reason="SUPERSEDED")
        self.assertEqual("SUPERSEDED", self.join(agent))
        self.assertIn("another process took over the worker name 'Colab-1'", agent.log.text)
        self.assertEqual([], self.reports())
        self.assertEqual([], self.pool.named("bye"))

    def test_should_run_two_jobs_at_a_time_and_stop_the_right_one(self) -> None:
        self.work(stop_politely, slots=2)
        self.pool.submit("j-1")
        self.pool.submit("j-2")
        self.pool.wait(lambda: all(job["lease"] for job in self.pool.jobs.values()))
        self.pool.order("CANCEL", leaseId=self.pool.jobs["j-2"]["lease"])
        self.pool.wait_state("RELEASED", "j-2")
        self.assertEqual("LEASED", self.pool.jobs["j-1"]["state"])

    def test_should_take_a_stop_while_the_process_starts(self) -> None:
        self.work(stop_politely, timing=QUICK._replace(grace=0.0))
        self.pool.verdicts["j-1"] = "CANCEL"
        self.pool.submit()
        self.pool.wait_state("RELEASED")


if __name__ == "__main__":
    unittest.main()
