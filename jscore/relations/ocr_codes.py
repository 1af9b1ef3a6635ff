"""Codes of rows read by OCR: one that does not fit its name or its place puts the figures of its row where they do not belong.

A code is vouched for by its name: in the classification, or in another table of the report that has both.  One that
nothing vouches for is in question where it was read unsurely, where its name goes with another code, or where its
table has no place for it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import pandas as pd

from jscore import schema
from jscore.language import tr
from jscore.ocr import SURE
from jscore.text.classification import CLASSES, ECONOMIC, IN_MOST_SECTIONS, plain_name
from jscore.text.normal import nfkc

#: Names so much alike are one name, a character of it misread.
ALIKE = 0.8
#: A table goes by its codes if so many of its rows are in their order.
IN_ORDER = 0.7
#: Frames whose rows codes name, and the columns of code and name.
CODED = {
    "revenue": ("function_code", "function_name"),
    "expenditure": ("function_code", "function_name"),
    "economic": ("economic_code", "economic_name"),
}
STANDARD = {**CLASSES, **ECONOMIC}
_CODE = re.compile(r"[\d\s.·/-]{1,9}[类款项]?")

Place = tuple[str, int, int]
Cell = dict[str, Any]


@dataclass(frozen=True)
class CodedRow:
    """A row and its code: the column of its name, the cells its code was read from, how sure the least sure of them is.

    Where codes stand side by side, a row of the table is one for each.
    """

    table: str
    row: int
    code: str
    name: str
    column: int
    cells: tuple[Place, ...]
    sure: float
    by_ocr: bool


def questionable_codes(frames: Mapping[str, pd.DataFrame]) -> dict[CodedRow, str]:
    """The rows whose code was read by OCR and is in question, each with the reason.

    Takes the frames ``cells`` (with source and confidence), ``revenue``, ``expenditure`` and ``economic``.
    """
    tables: dict[str, list[CodedRow]] = defaultdict(list)
    for row in coded_rows(frames):
        tables[row.table].append(row)
    return {
        row: why
        for table, rows in tables.items()
        if any(row.by_ocr for row in rows)
        for row, why in _in_question(rows, [row for other in tables if other != table for row in tables[other]])
    }


def figures_of(row: CodedRow, frames: Mapping[str, pd.DataFrame]) -> set[Place]:
    """The cells of the amounts that stand in a frame under the code of a row."""
    places: set[Place] = set()
    for name, (code, _) in CODED.items():
        frame = frames[name]
        here = frame[
            frame["table_id"].eq(row.table)
            & frame["row"].eq(row.row)
            & frame[code].eq(row.code)
            & frame["amount"].notna()
        ]
        places |= set(zip(here["table_id"], here["row"], here["col"], strict=True))
    return places


def coded_rows(frames: Mapping[str, pd.DataFrame]) -> Iterator[CodedRow]:
    """The rows of the frames that a code names."""
    cells: dict[tuple[str, int], list[Cell]] = defaultdict(list)
    for cell in schema.rows(frames["cells"]):
        cells[cell["table_id"], cell["row"]].append(
            {**cell, "text": cell["text"] if isinstance(cell["text"], str) else ""}
        )
    for frame, (code, name) in CODED.items():
        columns = ["table_id", "row", code, name]
        rows = frames[frame].dropna(subset=columns)[columns].drop_duplicates()
        for table, row, printed, called in rows.itertuples(index=False):
            code_cells = _code_cells(sorted(cells[table, row], key=lambda cell: cell["col"]), printed, called)
            sure = [cell["confidence"] for cell in code_cells if cell["source"] != "text"]
            yield CodedRow(
                table,
                row,
                printed,
                plain_name(called),
                code_cells[-1]["col"] if code_cells else 0,
                tuple((table, row, cell["col"]) for cell in code_cells),
                min(sure, default=1.0),
                bool(sure),
            )


def _code_cells(cells: Sequence[Cell], code: str, name: str) -> list[Cell]:
    """The cells of a row from which its code was read: left of its name, or that of the name itself."""
    called = plain_name(name)
    at = max((k for k, cell in enumerate(cells) if called and called in plain_name(cell["text"])), default=None)
    if at is None:
        return [cell for cell in cells if nfkc(cell["text"]) == code]
    left, missing = at, sum(map(str.isdigit, code))
    while left and missing > 0 and _CODE.fullmatch(text := nfkc(cells[left - 1]["text"]) or " "):
        left, missing = left - 1, missing - sum(map(str.isdigit, text))  # what is further left is an amount
    return [cell for cell in cells[left:at] if cell["text"]] or [cells[at]]


def _in_question(rows: Sequence[CodedRow], others: Sequence[CodedRow]) -> Iterator[tuple[CodedRow, str]]:
    """The rows of one table whose code is in question; ``others`` are those of the other tables."""
    codes = [row.code for row in rows]
    astray = _out_of_order(rows)
    for row in rows:
        if not row.by_ocr or _vouched(row, others):
            continue
        if row.sure < SURE:
            yield row, tr("可信度为{sure}，其他表没有同名的这一编码", sure=f"{row.sure:.0%}")
        elif not _fits(row) or _named_otherwise(row, codes, others):
            yield row, tr("与名称“{name}”不符", name=row.name)
        elif codes.count(row.code) > 1:
            yield row, tr("在表中出现两次")
        elif len(row.code) > 3 and row.code[:-2] not in codes and any(len(code) == 3 for code in codes):
            yield row, tr("上级编码{code}不在表中", code=row.code[:-2])
        elif row in astray:
            yield row, tr("不合表中编码的次序")


def _vouched(row: CodedRow, others: Sequence[CodedRow]) -> bool:
    if row.name in map(plain_name, STANDARD.get(row.code, ())):
        return True
    return any(other.code == row.code and _alike(other.name, row.name) >= ALIKE for other in others)


def _fits(row: CodedRow) -> bool:
    """Whether a code can have this name: by the classification and its rule that what is called 其他 is a 99."""
    if row.code[0] == "5" or row.code.startswith("229") and len(row.code) > 3:
        return (
            True  # below 229 all are called 其他; codes of the governments' economic classification are not listed here
        )
    if row.code[0] == "3" or len(row.code) == 3:
        of_own = _likest(row.name, {row.code: STANDARD.get(row.code, ())})
        return 0 < of_own >= _likest(row.name, {code: STANDARD[code] for code in STANDARD if code[:1] == row.code[:1]})
    if row.name in IN_MOST_SECTIONS:
        return row.code.endswith(IN_MOST_SECTIONS[row.name])
    other = row.name.startswith("其他")
    return other if row.code.endswith("99") else not other or "99" in (row.code[3:5], row.code[5:])


def _likest(name: str, standard: Mapping[str, Sequence[str]]) -> float:
    return max((_alike(name, plain_name(each)) for names in standard.values() for each in names), default=0.0)


def _alike(name: str, other: str) -> float:
    return 1.0 if name == other else SequenceMatcher(None, name, other, autojunk=False).ratio()


def _named_otherwise(row: CodedRow, codes: Sequence[str], others: Sequence[CodedRow]) -> bool:
    """Whether other tables give a code another name, or a name another code that is missing here."""
    if any(other.code == row.code for other in others):
        return True
    same = {other.code for other in others if other.name == row.name and len(other.code) == len(row.code)}
    return bool(same) and not same & set(codes)


def _out_of_order(rows: Sequence[CodedRow]) -> set[CodedRow]:
    """The rows that break the order of a table which goes by its codes, column by column of codes."""
    astray: set[CodedRow] = set()
    for column in {row.column for row in rows}:
        in_column = sorted((row for row in rows if row.column == column), key=lambda row: row.row)
        kept = _longest_rising([row.code for row in in_column])
        if len(kept) >= IN_ORDER * len(in_column):
            astray |= {row for k, row in enumerate(in_column) if k not in kept}
    return astray


def _longest_rising(codes: Sequence[str]) -> set[int]:
    """The places of the longest run of codes that rise, others left out."""
    ends: list[str] = []
    last: list[int] = []
    before: dict[int, int] = {}
    for k, code in enumerate(codes):
        at = bisect_left(ends, code)
        before[k] = last[at - 1] if at else -1
        ends[at : at + 1], last[at : at + 1] = [code], [k]
    kept: set[int] = set()
    k = last[-1] if last else -1
    while k >= 0:
        kept.add(k)
        k = before[k]
    return kept
