"""Limits of time and memory: when a process has too much of either, and a call in a process of its own that ends there."""

from __future__ import annotations

import gc
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import wait
from typing import Any, BinaryIO

import psutil

from jscore.errors import ReadError
from jscore.language import current, tr, use

#: Seconds between two looks at the clock and the memory of a process.
LOOK = 0.1
Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Limits:
    """The seconds that a report may take to be read, and the megabytes that its process may take; None: any."""

    timeout: float | None = None
    memory: float | None = None

    def exceeded(self, seconds: float, process: psutil.Process) -> tuple[str, str] | None:
        """What a process that is at work for ``seconds`` took too much of, in words, and the name of that limit."""
        if self.timeout is not None and seconds > self.timeout:
            return tr("{seconds:g}秒后仍未完成", seconds=self.timeout), "timeout"
        with suppress(psutil.Error):  # it ended meanwhile
            if self.memory is not None and process.memory_info().rss > self.memory * 2**20:
                return tr("占用内存超过{memory:,}MB", memory=self.memory), "memory"
        return None


@contextmanager
def without_collecting() -> Iterator[None]:
    """Without looks for cycles, a tenth of the time that a report takes; what it leaves of them is collected afterwards."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def at_page(done: int, pages: int) -> str:
    """Where a reading was when it ended, for a message."""
    return tr("（在第{page}页）", page=done + 1) if done < max(pages, 1) else tr("（读完最后一页之后）")


def call(
    function: Callable[..., Any], path: object, options: Mapping[str, Any], limits: Limits, step: Step | None
) -> Any:
    """``function(path, step, **options)`` in a process of its own, which is ended where it exceeds ``limits``.

    The time begins with the function's first step, which is 0 of 0.  Raises what the function raises, and ReadError, with one line that names ``path``, if the process was ended or
    crashed.  The process is a new interpreter: the caller's script is not run again in it.
    """
    started = subprocess.Popen(
        [sys.executable, "-c", "from jscore.limits import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert started.stdin and started.stdout
    messages: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(started.stdout, messages), daemon=True).start()
    try:
        with suppress(BrokenPipeError):  # then it says nothing either
            pickle.dump((function, path, dict(options), current()), started.stdin)
            started.stdin.flush()
        return _attend(path, messages, limits, psutil.Process(started.pid), step)
    finally:
        started.kill()
        started.wait()
        started.stdin.close()


def _attend(
    path: object,
    messages: queue.SimpleQueue[tuple[str, Any]],
    limits: Limits,
    process: psutil.Process,
    step: Step | None,
) -> Any:
    """What the call gives, as its messages come, looking at the limits meanwhile."""
    began, done = 0.0, (0, 0)
    while True:
        try:
            kind, value = messages.get(timeout=LOOK)
        except queue.Empty:
            kind, value = "", None
        match kind:
            case "step":
                began, done = began or time.monotonic(), value
                if step and done != (0, 0):
                    step(*done)
            case "result":
                return value
            case "error":
                raise value
            case "ended":
                raise ReadError(tr("{path}: 读取程序崩溃{at}，请用PDF阅读器另存", path=path, at=at_page(*done)))
        if over := limits.exceeded(time.monotonic() - began if began else 0, process):
            reason, limit = over
            raise ReadError(
                tr(
                    "{path}: {reason}，可用 {limit} 放宽，或用PDF阅读器另存",
                    path=path,
                    reason=reason + at_page(*done),
                    limit=f"{limit}=",
                )
            )


def _receive(stream: BinaryIO, messages: queue.SimpleQueue[tuple[str, Any]]) -> None:
    with stream, suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            messages.put(pickle.load(stream))
    messages.put(("ended", None))


# --- in the process of its own -----------------------------------------------------------


def serve() -> None:
    """Do the call that comes over standard input; its steps and its result go to standard output, and nothing else does."""
    out = os.fdopen(os.dup(1), "wb")
    silence(keep=(0,))

    def tell(kind: str, value: Any) -> None:
        pickle.dump((kind, value), out)
        out.flush()

    function, path, options, lang = pickle.load(sys.stdin.buffer)
    use(lang)
    threading.Thread(target=_end_with_caller, daemon=True).start()
    try:
        message = ("result", function(path, lambda *done: tell("step", done), **options))
    except ReadError as error:
        message = ("error", error)
    except Exception as error:  # it may not survive the way
        message = ("error", RuntimeError(f"{type(error).__name__}: {error}"))
    tell(*message)


def _end_with_caller() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def end_with_parent() -> None:
    """Have this process end when the one that started it (by multiprocessing) is gone, however that ended."""
    parent = parent_process()

    def end() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=end, daemon=True).start()


def silence(keep: tuple[int, ...] = ()) -> None:
    """Nothing that a library prints in this process, in Python or in C, reaches the screen."""
    sys.stdout.flush()
    sys.stderr.flush()
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in {0, 1, 2} - {*keep}:
        os.dup2(nothing, stream)
    os.close(nothing)
