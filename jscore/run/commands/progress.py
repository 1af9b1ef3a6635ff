"""Progress bars on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jscore.errors import one_line
from jscore.language import N_, tr

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from jscore.run.one_report import Stage

DOING = {"waiting": N_("另一次运行正在处理"), "reading": N_("页"), "writing": N_("写出"), "notebooks": N_("笔记本")}


class Bars:
    """A bar for each report at work: what it is at, how much of it is done, and the time that is left."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._bars: dict[Path, TaskID] = {}
        self._doing: dict[Path, str] = {}
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)

    def follow(self, pdf: Path, stage: Stage | str, done: int, of: int, what: str = "") -> None:
        """Show that ``pdf`` is at ``stage``, ``done`` of ``of``, with ``what`` at work."""
        if self._progress is None:
            return
        from rich.markup import escape

        name = escape(one_line(f"{pdf.name}: {what or tr(DOING[stage])}"))
        if pdf not in self._bars:
            self._bars[pdf] = self._progress.add_task(name, total=None)
        elif self._doing.get(pdf) != stage:
            self._progress.reset(self._bars[pdf], total=None)
        self._doing[pdf] = stage
        counted: dict[str, Any] = {"total": of, "completed": done} if of else {}
        self._progress.update(self._bars[pdf], description=name, **counted)
        self._progress.start()

    def pages(self, pdf: Path, done: int, of: int) -> None:
        """Show that ``done`` of the pages of ``pdf`` are read."""
        self.follow(pdf, "reading", done, of)

    def forget(self, pdf: Path) -> None:
        """Take the bar of ``pdf`` away."""
        if self._progress is not None and pdf in self._bars:
            self._progress.remove_task(self._bars.pop(pdf))

    def stop(self) -> None:
        """Take all bars off the screen, so that something can be printed; they come back with the next ``follow``."""
        if self._progress is not None:
            self._progress.stop()


@contextmanager
def bars() -> Iterator[Bars]:
    """Bars while something is done; none are left at its end, however it ends."""
    shown = Bars()
    try:
        yield shown
    finally:
        shown.stop()
