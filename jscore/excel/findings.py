"""The sheet of findings, a row each, with columns for the one who follows them up, kept when the workbook is made again."""

# mypy: allow-untyped-calls
# openpyxl has no types of its own.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from jscore.errors import ReadError
from jscore.excel.book import Book
from jscore.excel.fields import Field, Placed, Value, cell_values, text_of
from jscore.excel.words import TITLES, computed
from jscore.fonts.palette import BAD, DARK, DOUBTFUL, PALE
from jscore.language import LANGS, Lang, tr, using
from jscore.language.words import word
from jscore.schema import FRAMES
from jscore.summary.facts import short_pages

#: The columns to be filled in.
TO_FILL = ("confirmed", "answer", "notes")


@dataclass(frozen=True)
class Answer:
    """What was filled in for a finding, and the finding's words."""

    filled: tuple[str | None, ...]
    message: str | None = None


def findings_sheet(book: Book, title: str, findings: pd.DataFrame, answers: Mapping[str, Answer]) -> Placed:
    """发现: what does not hold, by cause and in order of weight, and what was filled in before."""
    names = [text_of(name) or "" for name in findings["finding"]]
    gone = {name: answer for name, answer in answers.items() if name not in names and any(answer.filled)}
    blank: list[Value] = [None] * len(gone)
    given = [*(answers.get(name, Answer((None,) * len(TO_FILL))) for name in names), *gone.values()]
    described = {column.name: column for column in FRAMES["checks"].columns}
    severities = [word(str(value)) for value in findings["severity"]]
    money = [value or None for value in cell_values(findings["money"])]
    messages = [*cell_values(findings["message"], "text"), *(answer.message for answer in gone.values())]
    fields = [
        Field(described["severity"], [*severities, *[tr("已不再出现")] * len(gone)]),
        Field(described["message"], messages),
        Field(computed("money"), [*money, *blank]),
        Field(computed("instances"), [*cell_values(findings["instances"], "integer"), *blank]),
        Field(described["pages"], [*(short_pages(pages or "", 6) for pages in findings["pages"]), *blank]),
        *(
            Field(computed(name), [answer.filled[place] for answer in given], to_fill=True)
            for place, name in enumerate(TO_FILL)
        ),
        Field(described["title"], [*cell_values(findings["title"], "text"), *blank], aside=True),
        Field(computed("finding"), [*names, *gone], aside=True),
    ]
    sheet = book.sheet(title)
    placed = sheet.whole(fields, across=True)
    colours = {"error": BAD, "warning": DOUBTFUL, "info": (PALE, DARK)}
    sheet.mark(placed, "severity", {word(name): colour for name, colour in colours.items()})
    choices = DataValidation("list", formula1=f'"{tr("是,否,待查")}"', allow_blank=True)
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
        title = next((title for title in map(_title, LANGS) if title in book.sheetnames), None)
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


def _title(lang: Lang) -> str:
    with using(lang):
        return tr(TITLES["findings"])


def _names(headings: tuple[Any, ...]) -> list[str]:
    """The columns that ``headings`` in either language are of."""
    columns = [computed(name) for name in (*TO_FILL, "finding")]
    columns += [column for column in FRAMES["checks"].columns if column.name == "message"]
    known = {column.heading(lang): column.name for column in columns for lang in LANGS}
    return [known.get(str(heading), "") for heading in headings]
