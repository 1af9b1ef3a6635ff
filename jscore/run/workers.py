"""Worker processes: reports are read apart from the run, within a limit of time and memory.

A library that crashes or hangs on a page takes its process along and nothing else: the
report gets a line, the next one a new process.  The standard library's pool cannot end one
process alone, and a broken one breaks the pool.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import psutil

from jscore.run.one_report import Options, Outcome, Stage, process

#: A process is replaced after so many reports, so that what libraries keep does not add up.
REPORTS = 20
#: Seconds between two looks at the clock and the memory of a process.
LOOK = 0.1
#: Stages with a limit of time; notebooks have one for each cell.
LIMITED: tuple[Stage, ...] = ("reading", "writing")

Follow = Callable[[Path, Stage, int, int], None]


@dataclass
class Worker:
    """A process that is given one report after the other."""

    process: Any
    channel: Connection
    done: int = 0
    pdf: Path | None = None
    stage: Stage | None = None
    since: float = 0.0
    page: int = 0
    pages: int = 0
    usage: psutil.Process | None = field(default=None, repr=False)

    @property
    def doing(self) -> str:
        """What it was at last, for a message."""
        if self.stage == "reading":
            return f" at page {self.page + 1}" if self.page < max(self.pages, 1) else " after its last page"
        return {"writing": " while its files were written", "notebooks": " in its notebooks"}.get(self.stage or "", "")


def run(todo: Sequence[Path], options: Options, follow: Follow) -> Iterator[Outcome]:
    """Each report's outcome, as it is reached; ``options.jobs`` reports at once, or one with as many notebooks."""
    count = max(1, min(options.jobs, len(todo)))
    options = replace(options, jobs=max(1, options.jobs // count))
    waiting = deque(todo)
    workers: list[Worker] = []
    try:
        while waiting or any(worker.pdf for worker in workers):
            _give(workers, waiting, options, count)
            wait([part for w in workers for part in (w.channel, w.process.sentinel)], LOOK)
            for worker in list(workers):
                outcome = _heard(worker, follow) or _overdue(worker, options)
                if worker.pdf is None and (worker.done >= REPORTS or not waiting or not worker.process.is_alive()):
                    workers.remove(worker)
                    _kill(worker)
                if outcome is not None:
                    yield outcome
    finally:
        for worker in workers:
            _kill(worker)


def _give(workers: list[Worker], waiting: deque[Path], options: Options, count: int) -> None:
    """A report for every idle worker, and a new worker where there are too few."""
    while waiting:
        idle = next((worker for worker in workers if worker.pdf is None), None)
        if idle is None and len(workers) >= count:
            return
        if idle is None:
            idle = _start(options)
            workers.append(idle)
        idle.pdf, idle.stage, idle.page, idle.pages = waiting.popleft(), None, 0, 0
        with suppress(OSError):  # it ended meanwhile: _heard will see
            idle.channel.send(idle.pdf)


def _start(options: Options) -> Worker:
    context = get_context("spawn")
    here, there = context.Pipe()
    started = context.Process(target=_serve, args=(there, options), daemon=True)
    started.start()
    there.close()
    return Worker(started, here)


def _heard(worker: Worker, follow: Follow) -> Outcome | None:
    """The outcome of the worker's report, if it has said so or has ended; stages are followed."""
    if worker.pdf is None:
        return None
    alive = worker.process.is_alive()  # before its last words are heard
    with suppress(EOFError, OSError):
        while worker.channel.poll():
            message = worker.channel.recv()
            if isinstance(message, Outcome):
                worker.pdf, worker.stage, worker.done = None, None, worker.done + 1
                return message
            stage, done, count = message
            if stage != worker.stage:
                worker.stage, worker.since = stage, time.monotonic()
            worker.page, worker.pages = done, count
            follow(worker.pdf, stage, done, count)
    if alive:
        return None
    return _given_up(worker, f"the program that reads it crashed{worker.doing}{_signal(worker.process.exitcode)}", "")


def _signal(code: int | None) -> str:
    if code is None or code >= 0:
        return ""
    with suppress(ValueError):
        return f" ({signal.Signals(-code).name})"
    return ""


def _overdue(worker: Worker, options: Options) -> Outcome | None:
    """The outcome of a report that takes too long or too much memory: its process is ended."""
    if worker.pdf is None:
        return None
    if worker.stage in LIMITED and time.monotonic() - worker.since > options.timeout:
        return _given_up(
            worker, f"not done after {options.timeout:g} s{worker.doing}", "allow more with --timeout, or "
        )
    try:
        worker.usage = worker.usage or psutil.Process(worker.process.pid)
        used = worker.usage.memory_info().rss / 2**20
    except psutil.Error:
        return None
    if used > options.memory:
        reason = f"took more than {options.memory:,} MB of memory{worker.doing}"
        return _given_up(worker, reason, "allow more with --memory, or ")
    return None


def _given_up(worker: Worker, reason: str, way_out: str) -> Outcome:
    outcome = Outcome(
        worker.pdf or Path(),
        "failed",
        f"{worker.pdf}: {reason}; {way_out}save it anew from a PDF viewer, or leave it out",
    )
    worker.pdf = None
    _kill(worker)
    return outcome


def _kill(worker: Worker) -> None:
    """End a worker and what it started, at once."""
    children: list[psutil.Process] = []
    if worker.stage == "notebooks":
        with suppress(psutil.Error):
            children = psutil.Process(worker.process.pid).children(recursive=True)
    worker.process.kill()
    for child in children:
        with suppress(psutil.Error):
            child.kill()
    worker.process.join()
    worker.channel.close()


# --- in the worker ----------------------------------------------------------------------


def _serve(channel: Connection, options: Options) -> None:
    """Process the reports that come over ``channel`` and send back stages and outcomes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run ends its workers itself
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _silence()
    if options.password:
        os.environ["JSCORE_PASSWORD"] = options.password  # for the notebooks' kernels
    while True:
        try:
            pdf = channel.recv()
        except (EOFError, OSError):
            return
        if pdf is None:
            return
        outcome = process(pdf, options, lambda *stage: channel.send(stage))
        channel.send(outcome)


def _end_with_parent() -> None:
    """End this process and its kernels when the run that started it is gone, however it ended."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                child.kill()
        os._exit(1)


def _silence() -> None:
    """Nothing that a library prints, in Python or in C, gets between the lines of the run."""
    sys.stdout.flush()
    sys.stderr.flush()
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.close(nothing)
