"""A small report with findings, drawn: a table of revenue whose figures do not all add up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jscore
from tests.drawn import draw
from tests.test_layouts import REVENUE, ROWS

#: 10 more in one figure of 20805: its row does not add up, nor do its items to it, nor it to its class.
WRONG = [["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "事业收入", "其他收入"], *ROWS]
WRONG[3] = [*ROWS[2][:2], "1,010.00", *ROWS[2][3:]]


def wrong(path: Path, rotate: int = 0) -> Path:
    """Its PDF, made at ``path``."""
    return draw(path, [[replace(REVENUE, rows=WRONG)]], rotate=rotate)


def of_tables(path: Path) -> jscore.Report:
    """The report in the PDF ``path`` with the relations within tables alone, so that no other has a say."""
    report = jscore.read(path)
    checks = report.checks[report.checks["group"] == "table"]
    return replace(report, frames={**report.frames, "checks": checks.reset_index(drop=True)})
