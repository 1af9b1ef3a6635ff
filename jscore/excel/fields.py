"""Columns of a table before they are written: values, formulas over them, and where they come to stand.

Belongs here: what a field is, references between fields, values as a sheet can hold them.  Does not: how a cell looks
(``sheets``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jscore import schema
from jscore.excel.words import VALUES
from jscore.schema import Column, Lang

#: Characters that a cell holds.
LONGEST = 32_767
#: What XML cannot hold: control characters, lone surrogates, non-characters.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: ``[name]`` this row's cell, ``[name:]`` the whole column, ``[name@3]`` the cell of row 3.
_REFERENCE = re.compile(r"\[([^\]:@]+)(:|@\d+)?\]")

Value = Any


@dataclass(frozen=True)
class Formula:
    """A formula, without its ``=``, and the value that the package makes of it (None: an empty text)."""

    text: str
    value: Value = None


@dataclass(frozen=True)
class Link:
    """A text that leads to a sheet."""

    text: str
    sheet: str


@dataclass(frozen=True)
class Field:
    """A column of a table: what it is, its values, and the formulas that make them.

    ``formulas`` is one for all rows or one a row, None where a row has none; its references are to fields of the same
    table (see ``_REFERENCE``).  ``units`` are the values' own, where they change from row to row.
    """

    column: Column
    values: Sequence[Value]
    formulas: str | Sequence[str | None] | None = None
    units: Sequence[str] | None = None

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def computed(self) -> bool:
        return isinstance(self.formulas, str) or any(self.formulas or ())

    def formula(self, row: int) -> str | None:
        return self.formulas if isinstance(self.formulas, str) or self.formulas is None else self.formulas[row]


@dataclass(frozen=True)
class Placed:
    """A table in the workbook: where its columns and rows are."""

    title: str
    top: int
    places: Mapping[str, int]
    rows: int

    def cell(self, name: str, row: int, outside: bool = True) -> str:
        """The address of a cell, with the sheet's name where it is wanted from ``outside``."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        address = str(xl_rowcol_to_cell(self.top + 1 + row, self.places[name], row_abs=True, col_abs=True))
        return f"{quoted(self.title)}!{address}" if outside else address

    def beside(self, name: str, row: int) -> str:
        """The address of a cell for a formula in its own row."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        return str(xl_rowcol_to_cell(self.top + 1 + row, self.places[name], col_abs=True))

    def whole(self, name: str, outside: bool = True) -> str:
        """The address of a column's cells."""
        from xlsxwriter.utility import xl_range_abs

        place = self.places[name]
        address = str(xl_range_abs(self.top + 1, place, self.top + max(self.rows, 1), place))
        return f"{quoted(self.title)}!{address}" if outside else address

    def filled(self, template: str, row: int) -> str:
        """``template`` with its references turned into addresses."""

        def address(found: re.Match[str]) -> str:
            name, which = found.groups()
            if which == ":":
                return self.whole(name, outside=False)
            return self.cell(name, int(which[1:]), outside=False) if which else self.beside(name, row)

        return _REFERENCE.sub(address, template)


def quoted(title: str) -> str:
    """A sheet's name as formulas have it."""
    return "'" + title.replace("'", "''") + "'"


def text_of(value: Value) -> str | None:
    """``value`` as text that a sheet can hold; None for what is missing."""
    if pd.api.types.is_list_like(value):
        value = "、".join(map(str, value))
    if pd.isna(value):
        return None
    return _ILLEGAL.sub("", str(value))[:LONGEST] or None


def plain(values: Iterable[Value], kind: schema.Kind = "number") -> list[Value]:
    """``values`` as a sheet can hold them; None for what is missing."""
    if kind == "text":
        return [text_of(value) for value in values]
    convert = int if kind == "integer" else float
    return [None if pd.isna(value) or math.isinf(value) else convert(value) for value in values]


def of_frame(name: str, frame: pd.DataFrame, lang: Lang = "zh") -> list[Field]:
    """A field for each column of ``frame``, as ``schema`` describes frame ``name``; the rest by their types.

    Values that are words of the package, not of the report, are put into ``lang``.
    """
    known = schema.FRAMES.get(name)
    described = {column.name: column for column in known.columns} if known else {}
    fields = []
    for place, key in enumerate(map(str, frame.columns)):
        values = frame.iloc[:, place]
        column = described.get(key) or _guess(key, values)
        units = list(frame["unit"].fillna("")) if column.unit == "see unit" and "unit" in frame else None
        held = plain(values, column.kind)
        if column.values:
            held = [VALUES[value][lang == "en"] if value in VALUES else value for value in held]
        fields.append(Field(column, held, units=units))
    return fields


def _guess(name: str, values: pd.Series) -> Column:
    kind: schema.Kind = "text"
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        kind = "integer" if pd.api.types.is_integer_dtype(values) else "number"
    return Column(name, kind, name, "")
