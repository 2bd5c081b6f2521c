"""What the tests of the agent share: an agent on a thread beside a fake pool, with short times."""

import os
import shutil
import sys
import tempfile
import threading
import unittest
from typing import Any, Dict, List, Optional, Tuple
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, *[os.pardir] * 5))
RESOURCES = os.path.normpath(os.path.join(HERE, os.pardir, os.pardir, "main", "resources", "dev", "gpupool", "http"))
AGENT = os.path.join(RESOURCES, "agent.py")
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # the agent waits for the disk often
sys.path.insert(0, RESOURCES)
sys.dont_write_bytecode = True  # the agent lies among the resources of a jar

import agent as gpupool  # noqa: E402
from fake_pool import JOIN, FakePool  # noqa: E402

QUICK = gpupool.Timing(call=3.0, claim_wait=0.3, claim_margin=2.0, claim_pause=0.02, backoff=0.02, backoff_cap=0.1,
                       beat_repeats=(0.02, 0.04, 0.08), progress=0.05, give_up=0.4, pending=0.05, drain=5.0,
                       drain_lead=300.0, save=3.0, grace=0.5, notice=1.0, patience=2.0, bye=1.0, tick=0.02,
                       piece=1000)


class Screen(gpupool._Log):
    """Keeps the lines that a person would see."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: List[str] = []

    def __call__(self, text: str) -> None:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        self.lines.append(text)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class AgentCase(unittest.TestCase):
    """One pool and any number of agents a test. Afterwards no agent runs and the pool has seen no mistake."""

    heartbeat = 0.1

    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="gpupool-test-", dir=MEMORY)
        self.addCleanup(shutil.rmtree, self.folder, True)
        for patch in (mock.patch.object(tempfile, "tempdir", self.folder),
                      mock.patch.dict(gpupool.HANDLERS, clear=True)):
            patch.start()
            self.addCleanup(patch.stop)
        self.pool = FakePool(self.heartbeat)
        self.addCleanup(self.pool.close)
        self.addCleanup(lambda: self.assertEqual([], self.pool.mistakes))
        self.running: List[Tuple[Any, threading.Thread]] = []
        self.addCleanup(self._stop_all)

    def make(self, state: str = "state", timing: Any = QUICK, **given: Any) -> Any:
        values: Dict[str, Any] = {"url": self.pool.url, "token": JOIN, "worker": "Colab-1", "provider": "onprem",
                                  "state_dir": os.path.join(self.folder, state), "devices": [], **given}
        agent = gpupool.Agent(timing=timing, **values)
        agent.log = Screen()
        return agent

    def start(self, agent: Any, **handlers: Any) -> Any:
        for name, function in handlers.items():
            agent.handler(name)(function)
        if not agent.handlers:
            agent.handler("train")(lambda job: None)

        def run() -> None:
            agent.ended_as = agent.run()

        agent.ended_as = None
        thread = threading.Thread(target=run, daemon=True)
        self.running.append((agent, thread))
        thread.start()
        return agent

    def work(self, train: Any = None, **given: Any) -> Any:
        """An agent that has registered."""
        agent = self.start(self.make(**given), **({} if train is None else {"train": train}))
        self.pool.wait(lambda: self.pool.sessions)
        return agent

    def join(self, agent: Any, seconds: float = 10.0) -> Optional[str]:
        thread = next(one for other, one in self.running if other is agent)
        thread.join(seconds)
        self.assertFalse(thread.is_alive(), "the agent still runs: " + agent.log.text)
        return str(agent.ended_as)

    def reports(self, job: str = "j-1") -> List[str]:
        return [kind for kind, _ in self.pool.jobs[job]["reports"] if kind != "progress"]

    def _stop_all(self) -> None:
        for agent, _ in self.running:
            agent._finally("STOPPED", "the test is over")
        for agent, thread in self.running:
            thread.join(15)
            self.assertFalse(thread.is_alive(), "an agent did not end: " + agent.log.text)
