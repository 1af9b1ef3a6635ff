"""Findings as files for other tools: JSON with every figure's place, CSV for a spreadsheet.

A report's text is data: in JSON it is escaped, in CSV a text that a spreadsheet would take for a formula is made one that
it does not.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jscore.findings.choose import Count, clean
from jscore.findings.places import Mark, marks
from jscore.language import Lang, bracketed, sign, tr
from jscore.schema import BOX, FRAMES, records_of

#: What a spreadsheet may take for the beginning of a formula, also in its full-width form.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_REPORT = ("report_id", "department", "year")
_CHECK = tuple(FRAMES["checks"].names)
#: Columns of the CSV: the report's, those of ``checks``, and the printed figures in words.
CSV_COLUMNS = (*_REPORT, *_CHECK, "actual_printed", "expected_printed")


@dataclass(frozen=True)
class Audited:
    """A report that was checked: its ``info``, the rows of ``checks`` to hand over, ``check_figures``, the count, the causes of the findings."""

    info: dict[str, Any]
    checks: pd.DataFrame
    figures: pd.DataFrame
    count: Count
    causes: pd.DataFrame


def as_json(reports: Iterable[Audited], failed: Sequence[str] = ()) -> bytes:
    """The relations of ``reports`` as JSON in UTF-8: an object with ``reports`` and ``failed`` (a line each).

    A report has report_id, department, year, sha256 (of its PDF), version, ``summary``, ``causes`` (the findings by cause, the
    weightiest first, ``check_nos`` the findings of each) and ``findings``; a finding has
    the columns of ``checks``, ``pages`` as a list of numbers, and ``figures``: the columns of ``check_figures``, with
    ``box`` (x0, y0, x1, y1 in points, origin bottom left, as shown) in place of its four edges.
    """
    content = {"reports": [_report(report) for report in reports], "failed": list(failed)}
    # Half of a surrogate pair, which UTF-8 cannot hold, becomes \udxxx: what JSON calls it.
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode(
        "utf-8", "backslashreplace"
    )


def _report(report: Audited) -> dict[str, Any]:
    count = report.count
    figures: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in records_of(_figures_of(report)):
        figures[line["check_no"]].append(_figure(line))
    return {
        **{name: report.info.get(name) for name in (*_REPORT, "sha256", "version")},
        "summary": {"tested": count.tested, "held": count.held, "failed": count.failed, "skipped": count.skipped},
        "causes": [_cause(cause) for cause in records_of(report.causes)],
        "findings": [_finding(check, figures.get(check["check_no"], [])) for check in records_of(report.checks)],
    }


def _cause(cause: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: [int(part) for part in (cause[name] or "").split(", ") if part] for name in ("pages", "check_nos")}
    return {**cause, **numbers}


def _figures_of(report: Audited) -> pd.DataFrame:
    """The figures of the relations that are handed over."""
    return report.figures[report.figures["check_no"].isin(report.checks["check_no"])]


def _finding(check: dict[str, Any], figures: list[dict[str, Any]]) -> dict[str, Any]:
    pages = [int(page) for page in (check["pages"] or "").split(", ") if page]
    return {**check, "pages": pages, "figures": figures}


def _figure(line: dict[str, Any]) -> dict[str, Any]:
    box = [line.pop(edge) for edge in BOX]
    kept = {name: value for name, value in line.items() if name != "check_no"}
    return {**kept, "box": box if all(edge is not None for edge in box) else None}


def as_csv(reports: Iterable[Audited]) -> str:
    """The relations of ``reports`` as CSV, one a line, with the columns ``CSV_COLUMNS``; numbers have no separators."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for report in reports:
        placed = marks(_figures_of(report))
        about = [report.info.get(name) for name in _REPORT]
        for check in records_of(report.checks):
            its_marks = placed.get(check["check_no"], [])
            row = [
                *about,
                *(check[name] for name in _CHECK),
                *(_printed(its_marks, role) for role in ("actual", "expected")),
            ]
            writer.writerow([harmless(value) if isinstance(value, str) else value for value in row])
    return out.getvalue()


def _printed(its_marks: Sequence[Mark], role: str) -> str:
    of_role = [mark for mark in its_marks if mark.role == role]
    told = (tr("第{page}页 {figures}", page=mark.page, figures=sign("、").join(mark.figures)) for mark in of_role)
    return sign("；").join(told)


def harmless(text: str) -> str:
    """``text`` in one line, with an apostrophe before it if a spreadsheet would take it for a formula."""
    cleaned = clean(text)
    return f"'{cleaned}" if cleaned.startswith(_FORMULA) else cleaned


def csv_of(name: str, frame: pd.DataFrame, lang: Lang | None = None) -> bytes:
    """A frame as CSV that Excel reads: a byte order mark, headings with units, text that is no formula."""
    described = {column.name: column for column in FRAMES[name].columns} if name in FRAMES else {}
    headings = []
    for key in map(str, frame.columns):
        column = described.get(key)
        unit = "" if column is None or column.unit in ("", "see unit", "fraction", "points") else column.unit
        heading = column.heading(lang) if column else key
        headings.append(bracketed(heading, unit, lang) if unit else heading)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
        writer.writerow([harmless(value) if isinstance(value, str) else value for value in row])
    return out.getvalue().encode("utf-8-sig", "backslashreplace")
