"""A self-evaluation form on its way to records: what has a home, how its figures are read, and its headings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from jscore.pdf.grids import Cell
from jscore.tables import evaluation_terms as terms
from jscore.tables.evaluation_terms import plain_label, term
from jscore.tables.headings import parted
from jscore.tables.table import Table
from jscore.text import numbers

Record = dict[str, Any]
Spot = tuple[int, int]

_AMOUNTS = frozenset("revenue_budget expenditure_budget opening_budget budget executed allocated".split())
_RATES = frozenset({"execution_rate", "completion"})
TEXTS = frozenset("project supervisor implementer department goal outcome grade".split())


@dataclass
class Reading:
    """A form on its way to records: the cells that have a home, and those whose figure could not be read."""

    table: Table
    unread: list[Cell]
    taken: set[Spot] = field(default_factory=set)
    #: Labels and headings whose values were taken.
    labels: set[Spot] = field(default_factory=set)
    #: Rows of the money, the tasks and the tree, with the headings over each column.
    rows: dict[int, tuple[Cell, ...]] = field(default_factory=dict)

    def place(self, row: int) -> Record:
        return {"page": self.table.rows[row].page, "table_id": self.table.table_id, "row": row}

    def figure(self, name: str, text: str, cell: Cell | None, unit: str = "万元") -> float | None:
        """``text`` of ``cell`` as the figure of a column; a cell that states something and no figure is unread."""
        value = reader_of(name, unit)(text)
        if value is None and cell is not None and not numbers.is_blank(text):
            self.unread.append(cell)
        return value


def reader_of(name: str, unit: str) -> Callable[[str], float | None]:
    """How the figure of a column is read; amounts are printed in ``unit``."""
    if name in _AMOUNTS:
        return lambda text: numbers.amount(text, unit)
    if name == "weight":
        return lambda text: numbers.points(numbers.before_sign(text, "%"))
    return numbers.rate if name in _RATES else numbers.points


def unit_of(table: Table, value: Cell) -> str:
    """The money unit of a value whose label states none: a row heading's, or the one stated over the form."""
    beside = [cell for row in table.rows[: value.row + 1] for cell in row.cells if cell.end_row > value.row]
    stated = [numbers.bracketed_unit(cell.text) for cell in beside]
    stated += [numbers.stated_unit(cell.text) for row in table.rows[:3] for cell in row.cells]
    stated += [numbers.stated_unit(text) for text in table.above]
    return next((unit for unit in stated if unit), "万元")


def headed(cells: Sequence[Cell], part: str) -> dict[Hashable, Cell]:
    """The cells that head a column each, by term; of two that mean the same the first, of points the first behind the indicator."""
    shared = parted(
        cells, lambda cell: () if term(part, cell.text) else terms.run_together(part, cell.text), leftwards=True
    )
    named = [(cell, name) for cell in shared if (name := term(part, cell.text))]
    # Some forms print points for every level of the tree, each beside it.
    last = max((cell.col for cell, name in named if name == "level3"), default=-1)
    named.sort(key=lambda pair: pair[1] == "weight" and pair[0].col < last)
    heads: dict[Hashable, Cell] = {}
    for cell, name in named:
        if not any(is_over(cell, lower) for lower, _ in named):
            heads.setdefault(name, cell)
    return heads


def side_by_side(cells: Sequence[Cell], part: str) -> list[Cell]:
    """The cells of a row of headings without the heading of the rows to their left, which is taller."""
    named = [(cell, term(part, cell.text)) for cell in cells if term(part, cell.text)]
    if len(named) > 1 and named[0][0].rowspan > max(cell.rowspan for cell, _ in named[1:]):
        first, name = named[0]
        if name in [again for _, again in named[1:]]:
            return [cell for cell in cells if cell.col >= first.end_col]
    return list(cells)


def is_over(upper: Cell, lower: Cell) -> bool:
    """Whether ``lower`` stands under ``upper``, so that ``upper`` heads more than one column."""
    return upper.row < lower.row and upper.col <= lower.col < upper.end_col


def heading_of(reading: Reading, cell: Cell) -> str:
    """The lowest heading over a cell of a block."""
    over = [head for head in reading.rows[cell.row] if head.col <= cell.col < head.end_col and head.lines]
    return plain_label(max(over, key=lambda head: head.row).text) if over else ""
