"""The Excel workbook of a report: a cover, the findings to be followed up, charts, and a sheet for each part of the accounts.

Printed figures are values; sums, shares, rates and differences are formulas over them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from jscore.excel import accounts, evaluations
from jscore.excel.book import Book
from jscore.excel.charts import charts_sheet
from jscore.excel.cover import Listed, cover_sheet
from jscore.excel.dictionary import dictionary_sheet
from jscore.excel.fields import Placed, of_frame
from jscore.excel.findings import Answer, answers_in, findings_sheet
from jscore.excel.words import TITLES, headed
from jscore.files.whole import whole_file
from jscore.language import Lang, using
from jscore.schema import FRAMES, Frames, Info
from jscore.summary import sentences
from jscore.summary.facts import Summary, summary

__all__ = ["write_workbook"]


#: The sheets of the accounts, by the frame that each holds.
ACCOUNTS: dict[str, Callable[[Book, str, pd.DataFrame, Info], Placed]] = {
    "revenue": accounts.revenue_sheet,
    "expenditure": accounts.expenditure_sheet,
    "economic": accounts.economic_sheet,
    "sangong": accounts.sangong_sheet,
    "totals": accounts.totals_sheet,
}
EVALUATIONS: dict[str, Callable[[Book, str, Frames], Placed]] = {
    "projects": evaluations.projects_sheet,
    "indicators": evaluations.indicators_sheet,
    "overall": evaluations.overall_sheet,
}
#: Frames that have no sheet of their own: they are part of another, or stay in the parquet files.
WITHOUT = {"cells", "checks", "check_figures", "tasks", "indicator_scores", "project_scores"}


def write_workbook(
    frames: Frames,
    info: Info,
    path: Path,
    lang: Lang | None = None,
    answered: Path | None = None,
    facts: Summary | None = None,
) -> None:
    """Write ``frames`` (by name) to ``path`` as an Excel workbook, with a cover from them and ``info``.

    ``info`` is the content of report.json.  Amounts are in 万元.  ``lang`` is the language of headings and of the
    workbook's own words, else the one spoken; the report's text stays as printed.  A frame that is not of the contract gets a sheet under its
    name.  ``facts`` are its ``summary``, where that is known already.  What was filled in on the findings of the workbook ``answered`` (without it, of the one at ``path``) is kept.
    Raises OSError if it cannot be written, ReadError if an older workbook cannot be read; what was there is then as it was.
    """
    answers = answers_in(answered or path)
    with using(lang):
        data = _filled(frames, info, answers, facts or summary(frames, info))
    whole_file(path, data)


def _filled(frames: Frames, info: Info, answers: Mapping[str, Answer], facts: Summary) -> bytes:
    """The bytes of the workbook, in the language that is spoken."""
    book = Book(sentences.title(facts))
    titles = _titles(frames)
    sheets = {key: book.sheet(title) for key, title in titles.items()}
    placed: dict[str, Placed] = {}
    for key, title in titles.items():
        if key in ACCOUNTS:
            placed[key] = ACCOUNTS[key](book, title, frames[key], info)
        elif key in EVALUATIONS:
            placed[key] = EVALUATIONS[key](book, title, frames)
        elif key == "narrative":
            placed[key] = evaluations.narrative_sheet(book, title, frames[key])
        elif key == "findings":
            placed[key] = findings_sheet(book, title, facts.causes, answers)
        elif key in frames:
            placed[key] = book.sheet(title).whole(of_frame(key, frames[key]))
    charts_sheet(book, titles["charts"], facts, placed)
    dictionary_sheet(book, titles["dictionary"])
    listed = [Listed(key, title, placed[key].rows if key in placed else None) for key, title in titles.items()]
    filled = sum(answer.filled[0] is not None for answer in answers.values())
    cover_sheet(sheets["cover"], facts, info, placed, listed[1:], filled)
    return book.data()


def _titles(frames: Frames) -> dict[str, str]:
    """The title of every sheet by its key or frame, in order."""
    known = [name for name in (*ACCOUNTS, *EVALUATIONS, "narrative") if name in frames]
    there = [name for name in frames if name not in WITHOUT and _counts(name, frames[name])]
    first = ["cover", *(["findings"] if "checks" in frames else []), "charts"]
    keys = dict.fromkeys([*first, *known, *there, "dictionary"])
    titles: dict[str, str] = {}
    for key in keys:
        titles[key] = _unique(_title(key), set(titles.values()))
    return titles


def _counts(name: str, frame: pd.DataFrame) -> bool:
    """Whether a frame that is not always there gets a sheet: rows of money, or not of the contract."""
    if name not in FRAMES:
        return True
    return len(frame) > 0 and any(column.unit == "万元" for column in FRAMES[name].columns)


def _title(key: str) -> str:
    if key in TITLES:
        return headed(TITLES[key])
    return FRAMES[key].heading() if key in FRAMES else key


def _unique(title: str, taken: set[str]) -> str:
    """A sheet's name within what Excel allows, unlike those ``taken``."""
    title = re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:28] or "表"
    return next(name for name in (title, *(f"{title}{n}" for n in range(2, 100))) if name not in taken)
