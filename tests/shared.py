"""Where the reports are that tests read in place, and skip where they are absent."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import pytest
from filelock import FileLock

import jscore
from jscore.excel import write_workbook
from jscore.language import Lang, using

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data" / "raw" / "shenyang-hrss-2024.pdf"
SHARED = ROOT.parent / "shared"
REPORTS = SHARED / "reports"

T = TypeVar("T")

needs_shared = pytest.mark.skipif(not REPORTS.is_dir(), reason=f"no {REPORTS}")


def kept() -> Path | None:
    """The folder of what the workers of one run of the tests have in common; None where there is one process alone."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    return Path(tempfile.gettempdir()) / f"jscore-tests-{run}" if run else None


def forget() -> None:
    """Remove what the workers had in common."""
    if folder := kept():
        shutil.rmtree(folder, ignore_errors=True)


def once(name: str, make: Callable[[], T]) -> T:
    """What ``make`` makes under ``name``, made once for all workers."""
    if (folder := kept()) is None:
        return make()
    folder.mkdir(exist_ok=True)
    copy = folder / sha256(name.encode()).hexdigest()
    with FileLock(f"{copy}.lock"):
        if not copy.exists():
            copy.write_bytes(pickle.dumps(make()))
    return pickle.loads(copy.read_bytes())  # type: ignore[no-any-return]


@cache
def report(path: Path) -> jscore.Report:
    """A report, read once for all tests, in whichever worker they are, and in Chinese whichever test reads it first."""
    with using("zh"):
        return once(str(path), lambda: jscore.read(path))


@cache
def workbook(path: Path, lang: Lang = "zh") -> bytes:
    """The workbook of a report, written once for all tests."""

    def written() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            write_workbook(report(path).frames, report(path).info, Path(folder) / "book.xlsx", lang)
            return (Path(folder) / "book.xlsx").read_bytes()

    return once(f"{path} {lang}.xlsx", written)
