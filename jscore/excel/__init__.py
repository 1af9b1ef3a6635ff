"""The Excel workbook of a report: a cover, native charts, the checks, and a sheet for each part of the accounts.

Belongs here: which sheets there are, in which order.  Does not: what a sheet holds (the modules of this package).

Printed figures are values, everything made of them is a formula.  XlsxWriter writes it, as it keeps a formula's value
beside it, so that the workbook shows its figures where nothing computes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from jscore.excel import accounts, charts, cover, dictionary, evaluations, relations
from jscore.excel.cover import Figure, key_figures
from jscore.excel.fields import Placed, of_frame
from jscore.excel.sheets import Book
from jscore.files.whole import whole_file
from jscore.schema import FRAMES, Lang

__all__ = ["Figure", "key_figures", "write_workbook"]

Frames = Mapping[str, pd.DataFrame]
Info = Mapping[str, Any]

#: The sheets of the accounts, by the frame that each holds.
ACCOUNTS: dict[str, Callable[[Book, pd.DataFrame, Info], Placed]] = {
    "revenue": accounts.revenue_sheet,
    "expenditure": accounts.expenditure_sheet,
    "economic": accounts.economic_sheet,
    "sangong": accounts.sangong_sheet,
    "totals": accounts.totals_sheet,
}
#: The frames that the self-evaluations' sheets are made of.
EVALUATIONS = ("projects", "indicators", "overall", "tasks", "indicator_scores", "project_scores")
#: Looked things up in, not read: at the end.
LAST = ("check_figures", "cells")


def write_workbook(frames: Frames, info: Info, path: Path, lang: Lang = "zh") -> None:
    """Write ``frames`` (by name) to ``path`` as an Excel workbook, with a cover from them and ``info``.

    ``info`` is the content of report.json.  Amounts are in 万元.  ``lang`` is the language of headings and of the
    workbook's own words; the report's text stays as printed.  A frame that ``schema`` does not know gets a sheet under its
    own name.  Raises OSError if it cannot be written; a workbook that was there before is then as it was.
    """
    data = BytesIO()
    book = Book.open(data, lang)
    book.name(cover.heading(info, book))
    titles = _titles(frames, book)
    sheets = {key: book.plan(title, key) for key, title in titles.items()}
    placed = _fill(book, frames, info, titles)
    if "charts" in titles:
        charts.charts_sheet(book, frames, placed)
    if "checks" in titles:
        placed["checks"] = relations.checks_sheet(book, frames)
    dictionary.dictionary_sheet(book, [one for title in titles.values() for one in book.described if one[0] == title])
    listed = [
        (key, title, placed[key].rows if key in placed else None) for key, title in titles.items() if key != "cover"
    ]
    cover.cover_sheet(book, sheets["cover"], frames, info, placed, listed)
    book.workbook.close()
    whole_file(path, data.getvalue())


def _fill(book: Book, frames: Frames, info: Info, titles: Mapping[str, str]) -> dict[str, Placed]:
    """Fill the sheets that other sheets refer to."""
    placed = {name: make(book, frames[name], info) for name, make in ACCOUNTS.items() if name in titles}
    if "rule" in titles:
        evaluations.rule_sheet(book)
        placed["indicators"] = evaluations.indicators_sheet(book, frames)
        placed["projects"] = evaluations.projects_sheet(book, frames, placed["indicators"])
        placed["overall"] = evaluations.overall_sheet(book, frames, placed["indicators"])
    for name, title in titles.items():
        if name in frames and name not in placed and name != "checks":
            placed[name] = book.add(title).list(of_frame(name, frames[name], book.lang))
    for row in range(len(frames.get("narrative", ()))):
        book.figures["narrative", row, "value"] = placed["narrative"].cell("value", row)
    return placed


def _titles(frames: Frames, book: Book) -> dict[str, str]:
    """The title of every sheet by its key or frame, in order."""
    scored = all(name in frames for name in EVALUATIONS)
    first = [
        "cover",
        *(["charts"] if ACCOUNTS.keys() <= frames.keys() else []),
        *(["checks"] if "checks" in frames else []),
    ]
    evaluated = ["projects", "indicators", "overall", "rule"] if scored else []
    held = [name for name in frames if not (scored and name in EVALUATIONS) and name != "checks"]
    known = [name for name in (*ACCOUNTS, *FRAMES) if name in held and name not in LAST]
    rest = [name for name in held if name not in FRAMES]
    last = [name for name in LAST if name in held]
    keys = dict.fromkeys([*first, *[n for n in known if n in ACCOUNTS], *evaluated, *known, *rest, *last, "dictionary"])
    titles: dict[str, str] = {}
    for key in keys:
        titles[key] = _unique(_title(key, book), set(titles.values()))
    return titles


def _title(key: str, book: Book) -> str:
    from jscore.excel.words import WORDS

    if key in WORDS:
        return book.say(key)
    return FRAMES[key].heading(book.lang) if key in FRAMES else key


def _unique(title: str, taken: set[str]) -> str:
    """A sheet's name within what Excel allows, unlike those ``taken``."""
    title = re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:28] or "表"
    return next(one for one in (title, *(f"{title}{n}" for n in range(2, 100))) if one not in taken)
