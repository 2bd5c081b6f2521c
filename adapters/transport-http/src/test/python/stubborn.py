"""Handlers that listen, and that do not."""

import os
import signal
import time
from typing import Any

from agent import handler


@handler("gentle")
def gentle(job: Any) -> Any:
    job.progress(message=str(os.getpid()))
    while not job.should_stop:
        time.sleep(0.005)
    job.save_checkpoint(b"weights", 9)
    return job.stopped()


@handler("stubborn")
def stubborn(job: Any) -> Any:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    job.progress(message=str(os.getpid()))
    while True:
        time.sleep(1)
