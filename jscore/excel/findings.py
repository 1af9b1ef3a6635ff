"""The sheet of findings, a row each, with columns for the one who follows them up, kept when the workbook is made again."""

# mypy: allow-untyped-calls
# openpyxl has no types of its own.

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from jscore.errors import ReadError
from jscore.excel.book import Book
from jscore.excel.fields import Field, Placed, of_frame, text_of
from jscore.excel.words import WORDS, computed, value_word
from jscore.findings.choose import Choice, chosen
from jscore.fonts.palette import BAD, DARK, DOUBTFUL, PALE
from jscore.schema import FRAMES
from jscore.summary.facts import short_pages

#: The columns to be filled in.
TO_FILL = ("confirmed", "answer", "notes")


@dataclass(frozen=True)
class Answer:
    """What was filled in for a finding, and the finding's words."""

    filled: tuple[str | None, ...]
    message: str | None = None


def names_of(findings: pd.DataFrame) -> list[str]:
    """A name for each finding that stays the same when the report is read again: relation and subject."""
    seen: Counter[str] = Counter()
    names = []
    for check_id, subject in zip(findings["check_id"], findings["subject"], strict=True):
        name = f"{check_id}" if pd.isna(subject) else f"{check_id}: {subject}"
        seen[name] += 1
        names.append(text_of(name if seen[name] == 1 else f"{name} ({seen[name]})") or "")
    return names


def findings_sheet(book: Book, title: str, checks: pd.DataFrame, answers: Mapping[str, Answer]) -> Placed:
    """发现: what does not hold, most severe first, with the two figures, pages and what was ``answered`` before."""
    findings = chosen(checks, Choice())
    names = names_of(findings)
    gone = {name: answer for name, answer in answers.items() if name not in names and any(answer.filled)}
    printed = {
        one.name: one
        for one in of_frame(
            "checks", findings, ("severity", "group", "message", "actual", "expected", "difference", "pages")
        )
    }
    group = {"narrative": "narrative group"}
    worded = {
        "severity": [value_word(str(value), book.lang) for value in findings["severity"]],
        "group": [value_word(group.get(value, value), book.lang) for value in findings["group"]],
    }
    after: dict[str, list[Any]] = {name: [None] * len(gone) for name in printed}
    after["severity"] = [book.say("gone")] * len(gone)
    after["message"] = [answer.message for answer in gone.values()]
    worded["pages"] = [short_pages(pages or "", 6) for pages in printed["pages"].values]
    units = [*findings["unit"].fillna(""), *[""] * len(gone)]
    fields = [
        replace(one, values=[*worded.get(name, one.values), *after[name]], units=units if one.units else None)
        for name, one in printed.items()
    ]
    given = [*(answers.get(name, Answer((None,) * 3)) for name in names), *gone.values()]
    fields += [
        Field(computed(name), [answer.filled[place] for answer in given], to_fill=True)
        for place, name in enumerate(TO_FILL)
    ]
    fields.append(Field(computed("finding"), [*names, *gone], aside=True))
    sheet = book.sheet(title)
    placed = sheet.whole(fields)
    colours = {"error": BAD, "warning": DOUBTFUL, "info": (PALE, DARK)}
    sheet.mark(placed, "severity", {book.say(name): colour for name, colour in colours.items()})
    choices = DataValidation(
        "list", formula1='"是,否,待查"' if book.lang == "zh" else '"yes,no,open"', allow_blank=True
    )
    choices.showErrorMessage = False
    choices.add(placed.whole("confirmed", outside=False).replace("$", ""))
    sheet.page.add_data_validation(choices)
    return placed


def answers_in(path: Path) -> dict[str, Answer]:
    """What was filled in on the sheet of findings of an older workbook, by the findings' names; nothing without one.

    Raises ReadError where there is a file that cannot be read: what may be written in it is not to be lost.
    """
    if not path.is_file():
        return {}
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        title = next((title for title in WORDS["findings"] if title in book.sheetnames), None)
        rows = list(book[title].iter_rows(values_only=True)) if title else []
        book.close()
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        reason = f"{path}: an older workbook that cannot be read ({error}), and answers may be in it; move it away"
        raise ReadError(reason) from error
    answers = {}
    for row in rows[1:]:
        line = dict(zip(_names(rows[0]), row, strict=False))
        if line.get("finding"):
            filled = tuple(text_of(line.get(name)) for name in TO_FILL)
            answers[str(line["finding"])] = Answer(filled, text_of(line.get("message")))
    return answers


def _names(headings: tuple[Any, ...]) -> list[str]:
    """The columns that ``headings`` in either language are of."""
    columns = [computed(name) for name in (*TO_FILL, "finding")]
    columns += [column for column in FRAMES["checks"].columns if column.name == "message"]
    known = {column.heading(lang): column.name for column in columns for lang in ("zh", "en")}
    return [known.get(str(heading), "") for heading in headings]
