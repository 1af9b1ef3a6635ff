"""jscore: a department's final accounts (部门决算) from PDF to checked data frames."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jscore._version import __version__
from jscore.errors import ReadError
from jscore.panels import panel
from jscore.report import Place, Report
from jscore.store import load

__all__ = ["Place", "ReadError", "Report", "__version__", "load", "panel", "read"]


def read(pdf: str | Path, step: Callable[[int, int], None] | None = None) -> Report:
    """The report in the file ``pdf``.

    ``step(done, all)`` is called after every page.  Raises ReadError, with one line for
    the user, if the file is missing, is no readable PDF or has no text.
    """
    from jscore.reading import frames_and_info, read_content

    path = Path(pdf)
    frames, info = frames_and_info(read_content(path, step))
    return Report(path, frames, info)
