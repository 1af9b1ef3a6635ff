"""Notebooks executed and turned into HTML pages, side by side, each in a process of its own.

The processes are forked from one that has imported all that notebooks need, where the system can fork: starting a kernel
for each of them takes longer than executing it.  IPython and what pages are made with are imported in that process only.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
import warnings
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jscore.errors import NotebookError
from jscore.files.whole import whole_file
from jscore.language import LANGS, using
from jscore.limits import end_with_parent, silence

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from jscore.show.handout import Chapter

#: How the process that has imported everything makes the others.
_FORK: Any = get_context("fork" if sys.platform.startswith("linux") else "spawn")


#: Seconds that a notebook's process may take to come to its first cell.
START = 120
#: What a notebook's process finds imported.
IMPORTED = (
    "fontTools.ttLib",
    "ipywidgets",
    "mistune",
    "nbformat.v4",
    "pandas.io.formats.style",
    "pyarrow.dataset",
    "uharfbuzz",
    "jscore.library.years",
    "jscore.show.analysis",
    "jscore.show.answers",
    "jscore.show.charts",
    "jscore.show.handout",
    "jscore.show.interactive",
    "jscore.show.notebooks",
    "jscore.show.shell",
)
#: Called with how many notebooks are done, of how many, and the names of those at work.
Follow = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Task:
    """A notebook to execute with ``parameters`` in place of its own; its folder is the working directory.

    ``page`` is the HTML file to write, ``ending`` is put at its end; ``timeout`` is for a cell, in seconds; ``code`` keeps
    the code, folded.
    """

    notebook: Path
    page: Path
    parameters: Mapping[str, object] = field(default_factory=dict)
    timeout: float = 120
    code: bool = False
    ending: str = ""


@dataclass(frozen=True)
class Executed:
    """A notebook that was executed, or failed (one line for the user) and has no page."""

    notebook: Path
    failure: str = ""
    chapter: Chapter | None = None


class Executor:
    """Executes notebooks, ``jobs`` at a time; a context in which the process that has imported everything is there.

    It is started by ``warm``, or with the first notebooks.  ``password`` opens encrypted PDFs for them.
    """

    def __init__(self, jobs: int, password: str | None = None) -> None:
        self.jobs = max(1, jobs)
        self.password = password
        self.channel: Connection | None = None
        self._process: Any = None
        self._number = 0
        self._waiting: dict[int, _Submitted] = {}

    def __enter__(self) -> Executor:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            end_with_children(self._process)
            assert self.channel is not None
            self.channel.close()
            self._process = self.channel = None

    def warm(self) -> None:
        """Start the process that imports everything; this one goes on meanwhile."""
        if self._process is None:
            self.channel, theirs = get_context("spawn").Pipe()
            self._process = get_context("spawn").Process(target=_serve, args=(theirs, self.jobs, self.password))
            self._process.start()
            theirs.close()

    def submit(
        self, tasks: Sequence[Task], then: Callable[[list[Executed]], None], follow: Follow | None = None
    ) -> None:
        """Begin to execute ``tasks``; ``then`` is called with what became of each, in order, by a later ``attend``.

        ``follow(done, of, names)`` is called when a notebook begins or ends, with the names of those at work.
        """
        if not tasks:
            then([])
            return
        self.warm()
        assert self.channel is not None
        self._number += 1
        self._waiting[self._number] = _Submitted(list(tasks), then, follow)
        with suppress(OSError):  # it has ended: attend will see
            self.channel.send((self._number, list(tasks)))

    def attend(self) -> None:
        """Call back for what notebooks began and ended, without waiting."""
        if self.channel is None:
            return
        alive = self._process.is_alive()  # before its last words are heard
        with suppress(EOFError, OSError):
            while self.channel.poll():
                number, place, ended = self.channel.recv()
                submitted = self._waiting[number]
                submitted.heard(place, ended)
                if len(submitted.done) == len(submitted.tasks):
                    del self._waiting[number]
                    submitted.then([submitted.done[place] for place in range(len(submitted.tasks))])
        if not alive and self._waiting:
            lost, self._waiting = self._waiting, {}
            self.__exit__()
            for submitted in lost.values():
                gone = "the process that executes it ended"
                submitted.then(
                    [
                        submitted.done.get(place, Executed(task.notebook, f"{task.notebook.name}: {gone}"))
                        for place, task in enumerate(submitted.tasks)
                    ]
                )

    def execute(self, tasks: Sequence[Task], follow: Follow | None = None) -> list[Executed]:
        """Execute ``tasks`` and wait for them; what became of each, in order."""
        results: list[list[Executed]] = []
        self.submit(tasks, results.append, follow)
        while not results:
            if self.channel is not None:
                wait([self.channel, self._process.sentinel])
            self.attend()
        return results[0]


@dataclass
class _Submitted:
    """Notebooks that were handed over together, and what is known of them."""

    tasks: list[Task]
    then: Callable[[list[Executed]], None]
    follow: Follow | None
    done: dict[int, Executed] = field(default_factory=dict)
    begun: list[int] = field(default_factory=list)

    def heard(self, place: int, ended: Executed | None) -> None:
        """Notebook ``place`` began or, with what became of it, ended."""
        if ended is None:
            self.begun.append(place)
        else:
            self.done[place] = ended
        if self.follow is not None:
            names = [self.tasks[place].notebook.stem for place in self.begun if place not in self.done]
            self.follow(len(self.done), len(self.tasks), ", ".join(names))


def end_with_children(process: Any) -> None:
    """End a process and all that it started, at once."""
    import psutil

    children: list[psutil.Process] = []
    with suppress(psutil.Error):
        children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for child in children:
        with suppress(psutil.Error):
            child.kill()
    process.join()


# --- the process that has imported everything -------------------------------------------


@dataclass
class _Running:
    """A notebook at work: its process, its pipe, and the cell that it is at, since when."""

    number: int
    place: int
    task: Task
    process: Any
    channel: Connection
    cell: str = ""
    since: float = field(default_factory=time.monotonic)


def _serve(channel: Connection, jobs: int, password: str | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started this ends it
    if password:
        os.environ["JSCORE_PASSWORD"] = password
    silence()
    without_grammar()
    for name in IMPORTED:
        import_module(name)
    todo: deque[tuple[int, int, Task]] = deque()
    running: list[_Running] = []
    while True:
        while todo and len(running) < jobs:
            running.append(_start(*todo.popleft()))
            channel.send((running[-1].number, running[-1].place, None))
        wait([channel, *(each.channel for each in running)], 0.5 if running else None)
        try:
            while channel.poll():
                number, tasks = channel.recv()
                todo += [(number, place, task) for place, task in enumerate(tasks)]
        except (EOFError, OSError):
            for each in running:
                each.process.kill()
            return
        for each in list(running):
            ended = _heard(each)
            if ended is not None:
                running.remove(each)
                each.process.kill()
                each.process.join()
                each.channel.close()
                channel.send((each.number, each.place, ended))


def without_grammar() -> None:
    """Have nbformat imported without a check of web addresses, which pages have none of: its grammar takes a second to make."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _start(number: int, place: int, task: Task) -> _Running:
    ours, theirs = _FORK.Pipe()
    process = _FORK.Process(target=_work, args=(task, theirs))
    process.start()
    theirs.close()
    return _Running(number, place, task, process, ours)


def _heard(running: _Running) -> Executed | None:
    """What became of a notebook, once it has said so, has ended, or its cell takes too long."""
    alive = running.process.is_alive()
    with suppress(EOFError, OSError):
        while running.channel.poll():
            message = running.channel.recv()
            if isinstance(message, Executed):
                return message
            running.cell, running.since = message, time.monotonic()
    name, limit = running.task.notebook.name, running.task.timeout if running.cell else START
    cell = f"in the cell {running.cell!r}" if running.cell else "before its first cell"
    if not alive:
        return Executed(running.task.notebook, f"{name}: {cell}: its process crashed")
    if time.monotonic() - running.since > limit:
        return Executed(running.task.notebook, f"{name}: {cell}: not done after {limit:g} s")
    return None


# --- in a notebook's process ------------------------------------------------------------


def _work(task: Task, channel: Connection) -> None:
    without_grammar()
    end_with_parent()
    channel.send(_executed(task, channel.send))


def _executed(task: Task, tell: Callable[[str], None]) -> Executed:
    from jscore.show.handout import Chapter, page

    lang = next((known for known in LANGS if known == task.parameters.get("LANG")), None)
    try:
        with using(lang):
            node = run(task.notebook, task.parameters, tell)
            chapter = Chapter.of(task.notebook.stem, node)
            task.page.parent.mkdir(parents=True, exist_ok=True)
            whole_file(task.page, (page(chapter, task.code) + task.ending).encode())
    except NotebookError as error:
        return Executed(task.notebook, str(error))
    except Exception as error:
        return Executed(task.notebook, f"{task.notebook.name}: {type(error).__name__}: {_last_line(str(error))}")
    return Executed(task.notebook, chapter=chapter)


def run(
    notebook: Path, parameters: Mapping[str, object], tell: Callable[[str], None] = lambda cell: None
) -> NotebookNode:
    """``notebook`` after running it in this process, with ``parameters`` in place of its own; ``tell`` hears of every cell.

    Raises NotebookError, with one line for the user, at the first cell that fails.
    """
    import nbformat

    from jscore.show.shell import new_shell
    from jscore.show.translated import translated

    try:
        node = nbformat.read(notebook, as_version=4)
    except ValueError as error:
        raise NotebookError(f"{notebook.name}: not a notebook: {_last_line(str(error))[:200]}") from None
    except OSError as error:
        raise NotebookError(f"{notebook.name}: {error.strerror}") from None
    node = translated(node)
    if not inject(node, parameters):
        raise NotebookError(f"{notebook.name}: no cell is tagged parameters")
    warnings.filterwarnings("error", "Glyph", UserWarning)
    os.environ["JSCORE_STATIC"] = "1"
    os.chdir(notebook.parent.resolve())
    sys.path.insert(0, "")
    with tempfile.TemporaryDirectory(prefix="notebook-", ignore_cleanup_errors=True) as folder:
        shell = new_shell(folder)
        for cell in node.cells:
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            first = next(line for line in cell.source.splitlines() if line.strip())
            tell(first)
            outputs, count = shell.outputs_of(cell.source)
            cell.outputs, cell.execution_count = outputs, count
            for output in outputs:
                if output.output_type == "error":
                    reason = f"{output.ename}: {_last_line(output.evalue)}"
                    raise NotebookError(f"{notebook.name}: in the cell {first!r}: {reason}")
    return node


def inject(node: NotebookNode, parameters: Mapping[str, object]) -> bool:
    """Put a cell that sets ``parameters`` right after the notebook's cell tagged ``parameters``; False if none is."""
    from nbformat.v4 import new_code_cell

    source = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    place = next((i for i, cell in enumerate(node.cells) if "parameters" in cell.metadata.get("tags", [])), None)
    if place is None:
        return False
    tags = {"tags": ["injected-parameters"]}
    node.cells.insert(place + 1, new_code_cell(source, id="injected-parameters", metadata=tags))
    return True


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
