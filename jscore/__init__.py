"""jscore: a department's final accounts (部门决算) from PDF to checked data frames."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jscore._version import __version__
from jscore.errors import ReadError

if TYPE_CHECKING:
    from jscore.library import years
    from jscore.library.panels import panel
    from jscore.library.store import load
    from jscore.report import Place, Report

__all__ = ["Place", "ReadError", "Report", "__version__", "load", "panel", "read", "years"]

#: Public names that need pandas, and their modules: a run with nothing to do does without them.
_LATE = {
    "Place": "jscore.report",
    "Report": "jscore.report",
    "load": "jscore.library.store",
    "panel": "jscore.library.panels",
    "years": "jscore.library.years",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(_LATE[name])
    return module if name == "years" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATE})


def read(pdf: str | Path, step: Callable[[int, int], None] | None = None, *, password: str | None = None) -> Report:
    """The report in the file ``pdf``.

    ``step(done, all)`` is called after every page.  ``password`` opens an encrypted file;
    without it $JSCORE_PASSWORD is tried.  The file is read in this process, without the
    limits of time and memory that ``jscore run`` sets.  Raises ReadError, with one line for
    the user, if the file is missing, is no readable PDF or has no text.
    """
    from jscore.reading import frames_and_info, read_content
    from jscore.report import Report

    path = Path(pdf)
    frames, info = frames_and_info(read_content(path, step, password))
    return Report(path, frames, info, password)
