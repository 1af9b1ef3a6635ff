"""Rows of a stitched table as texts under named columns, with rows that a page cuts made whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

import numpy as np

from jscore.pdf.grids import Cell
from jscore.tables.headings import Row
from jscore.tables.table import Table
from jscore.tables.terms import PARTS
from jscore.text.numbers import APART

#: Columns of a table, from and up to, under a name.
Columns = Mapping[Hashable, tuple[int, int]]


@dataclass(frozen=True)
class Entry:
    """A row of data: for each named column its cells' text and the first of its cells; ``taken`` are all cells with text."""

    row: int
    page: int
    fragment: int
    texts: dict[Hashable, str]
    cells: dict[Hashable, Cell]
    taken: frozenset[tuple[int, int]] = frozenset()

    def __getitem__(self, name: Hashable) -> str:
        return self.texts.get(name, "")

    @property
    def blank(self) -> bool:
        return not any(self.texts.values())

    @property
    def at(self) -> dict[str, tuple[int, int]]:
        """Row and column of the cell under each heading."""
        return {str(name): cell.place for name, cell in self.cells.items()}


def entry(row: Row, columns: Columns, xs: np.ndarray) -> Entry:
    """``row`` under ``columns``, which part at ``xs``.

    A cell belongs where its middle stands.  One that lies across several of the columns,
    because the fragment draws no rule between them, gives each what is printed there.
    """
    texts: dict[Hashable, str] = {}
    cells: dict[Hashable, Cell] = {}
    taken: set[tuple[int, int]] = set()
    for cell in row.cells:
        first, last = cell.span
        across = [name for name, (start, end) in columns.items() if first <= start and end <= last]
        whole = len(across) < 2 or all(_is_code(name) for name in across)
        # a code may be printed whole across the columns of its parts
        for name in (across[:1] if len(across) > 1 else _under(cell, columns)) if whole else across:
            text = cell.text if whole else _printed_at(cell, xs[columns[name][0]], xs[columns[name][1]])
            if text or name not in cells:
                cells[name] = cells[name] if texts.get(name) else cell
            texts[name] = _together(texts.get(name, ""), text, name)
            taken.add(cell.place)
    return Entry(row.index, row.page, row.fragment, texts, cells, frozenset(taken))


def _is_code(name: Hashable) -> bool:
    return (name[-1] if isinstance(name, tuple) else name) in ("code", *PARTS)


def _together(first: str, second: str, name: Hashable) -> str:
    """Texts of two cells under one heading; two figures are not one, but the parts of a code are, which may have lost a zero."""
    parts = name[-1] if isinstance(name, tuple) else name
    if first[-1:].isdigit() and second[:1].isdigit() and parts != "code":
        return f"{first}¦{second}"
    lost = parts == "code" and len(first) in (3, 5) and len(second) == 1
    return first + (second.zfill(2) if lost else second)


def _under(cell: Cell, columns: Columns) -> list[Hashable]:
    middle = cell.col + (cell.colspan - 0.5) / 2
    return [name for name, (start, end) in columns.items() if start <= middle < end]


def _printed_at(cell: Cell, x0: float, x1: float) -> str:
    """What a cell prints between two edges: figures beside each other are two, one under another may be its rest."""
    text, end = "", x0
    apart = any(line.endswith(APART) for line in cell.lines)
    for left, right, piece in cell.pieces:
        if x0 <= (left + right) / 2 < x1:
            two = re.search(r"[\d.,%]$", text) and re.match(r"[\d.]", piece) and (apart or left > end)
            text, end = text + (APART if two else "") + piece, right
    return text


def joined(first: Entry, second: Entry) -> Entry:
    """The halves of one row that a page cuts, as one entry at the place of the first."""
    names = [*first.texts, *(name for name in second.texts if name not in first.texts)]
    texts = {name: first[name] + second[name] for name in names}
    cells = {
        name: first.cells[name]
        if name in first.cells and (first[name] or name not in second.cells)
        else second.cells[name]
        for name in names
    }
    return Entry(first.row, first.page, second.fragment, texts, cells, first.taken | second.taken)


def entries(table: Table, columns: Columns, cut: Callable[[Entry, Entry], bool]) -> list[Entry]:
    """The table's rows of data that print anything.

    ``cut(last, first)`` says whether the first row of a fragment goes on with the last
    row of the fragment before.  Where columns were taken from the text, every line of it
    is a row and may go on with the one above.
    """
    rows: list[Entry] = []
    for row in table.data_rows:
        new = entry(row, columns, table.xs)
        if new.blank:
            continue
        parted = rows and (rows[-1].fragment != new.fragment or table.fragments[new.fragment].engine == "text")
        if parted and cut(rows[-1], new):
            rows[-1] = joined(rows[-1], new)
        else:
            rows.append(new)
    return rows


def spans(labels: list[Hashable | None], heads: list[list[Cell]]) -> dict[Hashable, tuple[int, int]]:
    """Named runs of columns from a name (or None) for each column; a name that comes again is left out.

    Columns beside each other are one where the same lowest cell of ``heads``, the headings over each, heads both.
    """
    runs: dict[Hashable, tuple[int, int]] = {}
    for c, label in enumerate(labels):
        if label is None:
            continue
        if label in runs and runs[label][1] == c and heads[c][-1:] == heads[c - 1][-1:]:
            runs[label] = (runs[label][0], c + 1)
        elif label not in runs:
            runs[label] = (c, c + 1)
    return runs
