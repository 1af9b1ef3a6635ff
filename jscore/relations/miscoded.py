"""Rows of the nine tables whose code is misprinted: the others list the same name with the same amount under another code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, replace

from jscore.relations.source import FORM_OF, Source
from jscore.text.classification import plain_name


@dataclass(frozen=True)
class Miscoded:
    """The row of table ``form`` that begins at row ``index`` of ``frame``: ``code`` should be ``right``, as ``where`` print it."""

    form: str
    frame: str
    index: Hashable
    code: str
    name: str
    right: str
    where: tuple[str, ...]


@dataclass(frozen=True)
class _Row:
    frame: str
    index: Hashable
    code: str
    name: str
    amount: float


def miscoded(source: Source) -> list[Miscoded]:
    """The rows whose name and amount stand under one other code in other tables, which their own lacks."""
    return source.derived(_miscoded)


def _miscoded(source: Source) -> list[Miscoded]:
    tables = _rows(source)
    named: dict[tuple[int, str], list[tuple[str, _Row]]] = defaultdict(list)
    for form, rows in tables.items():
        for row in rows:
            named[len(row.code), plain_name(row.name)].append((form, row))
    codes = {form: {row.code for row in rows} for form, rows in tables.items()}
    misprints = []
    for form, row in (line for lines in named.values() for line in lines):
        others = [(other, line) for other, line in named[len(row.code), plain_name(row.name)] if other != form]
        right: dict[str, list[str]] = defaultdict(list)
        for other, line in others:
            if line.code not in codes[form] and row.amount and line.amount == row.amount:
                right[line.code].append(other)
        if len(right) == 1 and not any(line.code == row.code for _, line in others):
            ((code, where),) = right.items()
            misprints.append(Miscoded(form, row.frame, row.index, row.code, row.name, code, tuple(where)))
    # of two tables that differ each lacks the code of the other: the one that more tables, or the wider one, prints is right
    return [m for m in misprints if not any(_mirrors(m, other) and _weight(m) < _weight(other) for other in misprints)]


def _mirrors(first: Miscoded, other: Miscoded) -> bool:
    return (first.code, first.right) == (other.right, other.code)


def _weight(misprint: Miscoded) -> tuple[int, str]:
    return len(misprint.where), misprint.form


def _rows(source: Source) -> dict[str, list[_Row]]:
    """The rows with a code and a total of each table."""
    tables: dict[str, list[_Row]] = defaultdict(list)
    for frame, column, whole in (("revenue", "source", "本年收入合计"), ("expenditure", "component", "合计")):
        for index, line in source.rows_of(frame).items():
            code, name, amount = line["function_code"], line["function_name"], line["amount"]
            if line[column] == whole and isinstance(code, str) and isinstance(name, str) and amount == amount:
                tables[str(line.get("form", FORM_OF.get(frame)))].append(_Row(frame, index, code, name, amount))
    return tables


def corrected(source: Source, misprint: Miscoded) -> Source:
    """The report as it would be with the right code."""
    frame = source.frames[misprint.frame].copy()
    row = source.rows_of(misprint.frame)[misprint.index]
    of_row = frame["table_id"].eq(row["table_id"]) & frame["row"].eq(row["row"])
    frame.loc[of_row, "function_code"] = misprint.right
    return replace(source, frames={**source.frames, misprint.frame: frame})
