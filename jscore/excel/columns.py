"""Columns that the workbook computes beside the printed ones, and how a sum is held against a printed total.

Belongs here: what is computed in more than one sheet.  Does not: printed columns (``schema``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jscore.excel.fields import Field, Value
from jscore.excel.sheets import Book
from jscore.schema import Column
from jscore.text.numbers import NOISE

SHARE = Column("share", "number", "占比", "part of the whole", "fraction")


@dataclass(frozen=True)
class Sum:
    """A sum to be held against a printed total, row by row: its values, the formulas that give them (None: no sum in this
    row), how many figures are added up, and the formula for that number."""

    name: str
    label: str
    meaning: str
    values: Sequence[float | None]
    formulas: Sequence[str | None]
    counts: Sequence[int]
    counting: Sequence[str]


def against(book: Book, total: str, totals: Sequence[float | None], made: Sum, halves: Sequence[float]) -> list[Field]:
    """Three fields: a sum, the printed ``total`` less it, and whether rounding explains the difference.

    ``halves`` are half of the last printed digit, row by row.
    """
    yes, no = book.say("agrees"), book.say("differs")
    name = made.name
    either = f'OR([{total}]="",[{name}]="")'
    off, flags = Series(), Series()
    for row, (printed, value, formula) in enumerate(zip(totals, made.values, made.formulas, strict=True)):
        difference = None if printed is None or value is None else round(printed - value, 9) + 0.0
        bound = halves[row] * (made.counts[row] + 1) + NOISE
        flag = None if difference is None else yes if abs(difference) <= bound else no
        known = formula is not None
        off.add(difference if known else None, f'IF({either},"",ROUND([{total}]-[{name}],9))' if known else None)
        within = f"ABS([{name}_difference])<={halves[row]:.10g}*({made.counting[row]}+1)+1E-9"
        flags.add(flag if known else None, f'IF({either},"",IF({within},"{yes}","{no}"))' if known else None)
    difference_of = f"printed total less {made.meaning}"
    return [
        Field(Column(name, "number", made.label, made.meaning, "万元"), made.values, made.formulas),
        off.field(Column(f"{name}_difference", "number", f"{made.label}相差", difference_of, "万元")),
        flags.field(Column(f"{name}_agree", "text", f"{made.label}核对", "whether rounding explains the difference")),
    ]


class Series:
    """Values and formulas of a field, gathered row by row."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.formulas: list[str | None] = []

    def add(self, value: Value, formula: str | None) -> None:
        self.values.append(value)
        self.formulas.append(formula)

    def field(self, column: Column) -> Field:
        return Field(column, self.values, self.formulas)


def added(values: Sequence[Value]) -> float | None:
    """The sum of what is there; None if nothing is."""
    found = [value for value in values if value is not None]
    return round(sum(found), 9) if found else None


def ratios(parts: Sequence[float | None], wholes: Sequence[float | None]) -> list[float | None]:
    """Each part of its whole; None where there is no such share."""
    return [
        None if part is None or not whole else part / whole for part, whole in zip(parts, wholes, strict=True)
    ]  # fmt: skip
