"""Where the reports are that tests read in place, and skip where they are absent."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import jscore

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data" / "raw" / "shenyang-hrss-2024.pdf"
SHARED = ROOT.parent / "shared"
REPORTS = SHARED / "reports"

needs_shared = pytest.mark.skipif(not REPORTS.is_dir(), reason=f"no {REPORTS}")


@cache
def report(path: Path) -> jscore.Report:
    """A report, read once for all tests."""
    return jscore.read(path)
