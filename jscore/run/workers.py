"""Worker processes: reports are read apart from the run, within a limit of time and memory.

A library that crashes or hangs on a page takes its process along and nothing else: the
report gets a line, the next one a new process.  The standard library's pool cannot end one
process alone, and a broken one breaks the pool.
"""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from jscore.language import tr
from jscore.limits import LOOK, Limits, at_page, end_with_parent, silence
from jscore.run.one_report import Options, Outcome, Stage, process
from jscore.show.execution import Executed, Executor, Task

if TYPE_CHECKING:
    from jscore.run.pipeline import Follow

#: A process is replaced after so many reports, so that what libraries keep does not add up.
REPORTS = 100
#: Seconds that a page which is read by OCR may take beside the limit for the report.
PICTURE = 20.0
#: Stages with a limit of time; notebooks have one for each cell.
LIMITED: tuple[Stage, ...] = ("reading", "writing")


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
            return at_page(self.page, self.pages)
        stages = {"writing": tr("（写文件时）"), "notebooks": tr("（执行笔记本时）")}
        return stages.get(self.stage or "", "")


def run(
    todo: Sequence[Path], options: Options, executor: Executor | None, follow: Follow, kept: list[Worker] | None = None
) -> Iterator[Outcome]:
    """Each report's outcome, as it is reached; ``options.jobs`` reports at once, their notebooks by ``executor``.

    The processes end with the run, but those of ``kept``, which are used, and added to, go on.
    """
    count = max(1, min(options.jobs, len(todo)))
    options = replace(options, spare=options.jobs > count)
    waiting = deque(todo)
    workers: list[Worker] = [] if kept is None else kept
    workers[:] = [worker for worker in workers if worker.process.is_alive()]
    with ExitStack() as stack:
        executor = executor or stack.enter_context(Executor(options.jobs, options.password))
        if kept is None:
            stack.callback(kill_all, workers)
        while waiting or any(worker.pdf for worker in workers):
            _give(workers, waiting, options, count)
            heard = [part for worker in workers for part in (worker.channel, worker.process.sentinel)]
            wait([*heard, *([executor.channel] if executor.channel else [])], LOOK)
            executor.attend()
            for worker in list(workers):
                outcome = _heard(worker, executor, follow) or _overdue(worker, options)
                idle = worker.pdf is None and (worker.done >= REPORTS or not waiting and kept is None)
                if idle or worker.pdf is None and not worker.process.is_alive():
                    workers.remove(worker)
                    _kill(worker)
                if outcome is not None:
                    yield outcome


def _give(workers: list[Worker], waiting: deque[Path], options: Options, count: int) -> None:
    """A report for every idle worker, and a new worker where there are too few."""
    while waiting:
        idle = next((worker for worker in workers if worker.pdf is None), None)
        if idle is None and len(workers) >= count:
            return
        if idle is None:
            idle = _start()
            workers.append(idle)
        idle.pdf, idle.stage, idle.page, idle.pages = waiting.popleft(), None, 0, 0
        with suppress(OSError):  # it ended meanwhile: _heard will see
            idle.channel.send((idle.pdf, options))


def _start() -> Worker:
    context = get_context("spawn")
    here, there = context.Pipe()
    started = context.Process(target=_serve, args=(there,), daemon=True)
    started.start()
    there.close()
    return Worker(started, here)


def _heard(worker: Worker, executor: Executor, follow: Follow) -> Outcome | None:
    """The outcome of the worker's report, if it has said so or has ended; its notebooks are begun, stages followed."""
    if worker.pdf is None:
        return None
    alive = worker.process.is_alive()  # before its last words are heard
    with suppress(EOFError, OSError):
        while worker.channel.poll():
            message = worker.channel.recv()
            if isinstance(message, Outcome):
                worker.pdf, worker.stage, worker.done = None, None, worker.done + 1
                return message
            if isinstance(message, list):
                _begin(worker, message, executor, follow)
                continue
            stage, done, count, what = message
            if stage != worker.stage:
                worker.stage, worker.since = stage, time.monotonic()
            if stage == "reading" and what:
                worker.since += PICTURE
            worker.page, worker.pages = done, count
            follow(worker.pdf, stage, done, count, what)
    if alive:
        return None
    return _given_up(worker, tr("读取程序崩溃") + worker.doing + _signal(worker.process.exitcode), "")


def _begin(worker: Worker, tasks: list[Task], executor: Executor, follow: Follow) -> None:
    """Have a worker's notebooks executed, and send it what became of them."""
    pdf = worker.pdf
    assert pdf is not None

    def told(done: int, of: int, names: str) -> None:
        if worker.stage == "notebooks" and worker.pdf == pdf:
            follow(pdf, "notebooks", done, of, names)

    def answer(executed: list[Executed]) -> None:
        if worker.pdf == pdf:
            with suppress(OSError):
                worker.channel.send(executed)

    executor.submit(tasks, answer, told)


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
    try:
        worker.usage = worker.usage or psutil.Process(worker.process.pid)
    except psutil.Error:
        return None
    limits = Limits(options.timeout if worker.stage in LIMITED else None, options.memory)
    over = limits.exceeded(time.monotonic() - worker.since, worker.usage)
    if over is None:
        return None
    reason, limit = over
    return _given_up(worker, reason + worker.doing, limit)


def _given_up(worker: Worker, reason: str, limit: str) -> Outcome:
    if limit:
        text = tr(
            "{pdf}: {reason}，可用 {limit} 放宽，或用PDF阅读器另存，或不处理它",
            pdf=worker.pdf,
            reason=reason,
            limit=f"--{limit}",
        )
    else:
        text = tr("{pdf}: {reason}，请用PDF阅读器另存，或不处理它", pdf=worker.pdf, reason=reason)
    outcome = Outcome(worker.pdf or Path(), "failed", text)
    worker.pdf = None
    _kill(worker)
    return outcome


def kill_all(workers: list[Worker]) -> None:
    for worker in workers:
        _kill(worker)


def _kill(worker: Worker) -> None:
    """End a worker at once."""
    worker.process.kill()
    worker.process.join()
    worker.channel.close()


# --- in the worker ----------------------------------------------------------------------


def _serve(channel: Connection) -> None:
    """Process the reports that come over ``channel`` and send back stages and outcomes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run ends its workers itself
    end_with_parent()
    silence()

    def submit(tasks: Sequence[Task]) -> Callable[[], list[Executed]]:
        channel.send(list(tasks))
        return channel.recv

    while True:
        try:
            pdf, options = channel.recv()
        except (EOFError, OSError):
            return
        channel.send(process(pdf, options, lambda *stage: channel.send(stage), submit))
