"""jscore: a department's final accounts (部门决算) from PDF to checked data frames."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from jscore._version import __version__
from jscore.errors import ReadError

if TYPE_CHECKING:
    from jscore.library import years
    from jscore.library.panels import dataset, panel
    from jscore.library.store import load
    from jscore.reading import read
    from jscore.report import Place, Report

__all__ = ["Place", "ReadError", "Report", "__version__", "dataset", "load", "panel", "read", "years"]

#: Public names that need pandas, and their modules: a run with nothing to do does without them.
_LATE = {
    "Place": "jscore.report",
    "Report": "jscore.report",
    "dataset": "jscore.library.panels",
    "load": "jscore.library.store",
    "panel": "jscore.library.panels",
    "read": "jscore.reading",
    "years": "jscore.library.years",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(_LATE[name])
    return module if name == "years" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATE})
