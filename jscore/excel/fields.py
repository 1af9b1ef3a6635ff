"""Columns of a table before they are written: values, formulas over them, and where they come to stand."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from openpyxl.utils.cell import get_column_letter

from jscore import schema
from jscore.schema import Column

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
class Noted:
    """A figure that is not simply printed, and the note that says where it comes from."""

    value: Value
    note: str


@dataclass(frozen=True)
class Field:
    """A column of a table: what it is, its values, and the formulas that make them.

    ``formulas`` is one for all rows or one a row, None where a row has none; its references are to fields of the same
    table (see ``_REFERENCE``).  ``units`` are the values' own, where they change from row to row.  A field that is
    ``aside`` stands right of what is printed, each value in one line.  One ``to_fill`` is for whoever works with the sheet.
    Text is wrapped at ``wide`` columns, where that is given.
    """

    column: Column
    values: Sequence[Value]
    formulas: str | Sequence[str | None] | None = None
    units: Sequence[str] | None = None
    aside: bool = False
    to_fill: bool = False
    wide: int = 0

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
    """A table in the workbook: where its columns (from 1) and rows are, the headings in row ``top``."""

    title: str
    top: int
    places: Mapping[str, int]
    rows: int

    def cell(self, name: str, row: int) -> str:
        """The address of a cell, for a formula on another sheet."""
        return f"{quoted(self.title)}!${get_column_letter(self.places[name])}${self.top + 1 + row}"

    def whole(self, name: str, outside: bool = True) -> str:
        """The address of a column's cells, with the sheet's name where it is wanted from ``outside``."""
        letter = get_column_letter(self.places[name])
        address = f"${letter}${self.top + 1}:${letter}${self.top + max(self.rows, 1)}"
        return f"{quoted(self.title)}!{address}" if outside else address

    def filled(self, template: str, row: int) -> str:
        """``template`` with its references turned into addresses on the same sheet."""

        def address(reference: re.Match[str]) -> str:
            name, which = reference.groups()
            if which == ":":
                return self.whole(name, outside=False)
            letter = get_column_letter(self.places[name])
            return f"${letter}${self.top + 1 + int(which[1:])}" if which else f"${letter}{self.top + 1 + row}"

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


def cell_values(values: Iterable[Value], kind: schema.Kind = "number") -> list[Value]:
    """``values`` as a sheet can hold them; None for what is missing."""
    if kind == "text":
        return [text_of(value) for value in values]
    convert = int if kind == "integer" else float
    return [None if pd.isna(value) or math.isinf(value) else convert(value) for value in values]


def of_frame(
    name: str, frame: pd.DataFrame, columns: Iterable[str] = (), aside: Iterable[str] = (), wide: int = 0
) -> list[Field]:
    """A field for each of ``columns`` of ``frame`` (all without any), as ``schema`` describes frame ``name``."""
    known = schema.FRAMES.get(name)
    described = {column.name: column for column in known.columns} if known else {}
    aside = set(aside)
    fields = []
    for key in columns or map(str, frame.columns):
        values = frame[key]
        column = described.get(key) or _guess(key, values)
        units = list(frame["unit"].fillna("")) if column.unit == "see unit" and "unit" in frame else None
        fields.append(Field(column, cell_values(values, column.kind), units=units, aside=key in aside, wide=wide))
    return fields


def _guess(name: str, values: pd.Series) -> Column:
    kind: schema.Kind = "text"
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        kind = "integer" if pd.api.types.is_integer_dtype(values) else "number"
    return Column(name, kind, name, "")
