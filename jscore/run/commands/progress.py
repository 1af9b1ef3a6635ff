"""A progress bar over the pages that are read, on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def progress(then: str) -> Iterator[Callable[[Path, int, int], None]]:
    """Gives ``step(pdf, done, all)``; ``then`` is what is done after the last page."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("pages"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as shown:
        bars: dict[Path, TaskID] = {}

        def step(pdf: Path, done: int, count: int) -> None:
            if pdf not in bars:
                bars[pdf] = shown.add_task(pdf.name, total=count)
            shown.update(bars[pdf], completed=done)
            if done == count:
                shown.update(bars[pdf], description=f"{pdf.name}: {then}")

        yield step
