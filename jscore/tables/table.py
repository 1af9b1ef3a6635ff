"""A form's table, of one or more fragments: its rows and columns numbered through, its headings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from jscore.pdf.grids import Cell, Grid
from jscore.pdf.pages import Line
from jscore.tables.headings import Headings, Row, cells_over, find_headings, is_preamble, of_the_year
from jscore.tables.terms import MONEY, NAMING, completed, heading_key, heading_words

#: Edges of columns that lie this near on two pages are one (points).
SAME_EDGE = 3.5


@dataclass(frozen=True)
class Table:
    """A form's table, of one or more fragments; ``why`` says why a table is none of the forms."""

    table_id: str
    form: str
    title: str
    fragments: tuple[Grid, ...]
    above: tuple[str, ...]
    below: tuple[str, ...] = ()
    why: str = ""
    #: Texts that stand left or right of a fragment, each at the height of one of its rows.
    beside: tuple[tuple[int, Line], ...] = ()
    #: A self-evaluation form whose cells no rules part.
    undivided: bool = False

    def holds(self, line: Line) -> bool:
        """Whether a line is one of those of a form without rules, which ends where prose begins."""
        middle = (line.box[1] + line.box[3]) / 2
        boxes = [fragment.box for fragment in self.fragments if self.undivided and fragment.page == line.page]
        return any(x0 <= line.box[0] and line.box[2] <= x1 and y0 <= middle <= y1 for x0, y0, x1, y1 in boxes)

    @property
    def without_rules(self) -> bool:
        """Whether a fragment was read by its text alone."""
        return any(fragment.engine == "text" for fragment in self.fragments)

    @property
    def pages(self) -> list[int]:
        return sorted({cell.page for fragment in self.fragments for cell in fragment.cells})

    @cached_property
    def xs(self) -> np.ndarray:
        """The edges of the columns of all fragments together."""
        edges = np.sort(np.concatenate([self._shifted(fragment) for fragment in self.fragments]))
        return means(edges, np.diff(edges) > SAME_EDGE)

    def _shifted(self, fragment: Grid) -> np.ndarray:
        """A fragment's edges, moved to where they meet the first fragment's best."""
        base, edges = np.array(self.fragments[0].xs), np.array(fragment.xs)
        return base if len(edges) == len(base) else moved(edges, base)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows, top to bottom, numbered through; repeated headings included."""
        rows: list[Row] = []
        for number, fragment in enumerate(self.fragments):
            edge = np.abs(self.xs[None, :] - self._shifted(fragment)[:, None]).argmin(axis=1).tolist()
            start = len(rows)
            lines: list[list[Cell]] = [[] for _ in range(fragment.rows)]
            for cell in fragment.cells:
                c0, c1 = edge[cell.col], edge[cell.end_col]
                if (start, c0, c1) == (0, cell.col, cell.end_col):
                    lines[cell.row].append(cell)
                elif c1 > c0:
                    lines[cell.row].append(replace(cell, row=start + cell.row, col=c0, colspan=c1 - c0))
            rows += [Row(start + r, number, fragment.page, tuple(cells)) for r, cells in enumerate(lines)]
        return tuple(rows)

    @property
    def cells(self) -> Iterator[Cell]:
        return (cell for row in self.rows for cell in row.cells)

    @cached_property
    def heading_rows(self) -> frozenset[int]:
        """Rows at the top of the first fragment down to its data, and where they are repeated."""
        return self._headings.rows

    @cached_property
    def _headings(self) -> Headings:
        return find_headings(self.rows)

    @property
    def preamble(self) -> list[str]:
        """What is printed over the headings inside the table: title, department, unit."""
        return [
            cell.text for row in self.rows if row.index in self.heading_rows and is_preamble(row) for cell in row.cells
        ]

    @cached_property
    def head_cells(self) -> list[list[Cell]]:
        """For every column, the cells of headings over it, top to bottom, without column numbers."""
        return cells_over(self.rows, self._headings, len(self.xs) - 1)

    @cached_property
    def _printed_stacks(self) -> list[list[str]]:
        glued = self.fragments[self._headings.fragment].engine == "text"
        stacks: list[list[str]] = []
        for cells in self.head_cells:
            texts = [heading_key(cell.text) for cell in cells]
            stacks.append([word for text in texts for word in (glued and heading_words(text) or [text])])
        return self._cut_off_made_whole(stacks)

    def _cut_off_made_whole(self, stacks: list[list[str]]) -> list[list[str]]:
        """``stacks`` with headings that their cell cuts off, where each can be but one that no other column has."""
        whole = [
            stack[:-1] + [completed(stack[-1])] if cells and len(stack) == len(cells) and _is_full(cells[-1]) else stack
            for stack, cells in zip(stacks, self.head_cells, strict=True)
        ]
        return [new if whole.count(new) == 1 else old for old, new in zip(stacks, whole, strict=True)]

    @cached_property
    def stacks(self) -> list[tuple[str, ...]]:
        """For every column, the headings over it, top to bottom, without column numbers, year and unit."""
        return of_the_year(self._printed_stacks)

    @cached_property
    def column_units(self) -> list[str | None]:
        """For every column, the money unit that its own headings state."""
        units = ([match.group(1) for text in stack if (match := MONEY.search(text))] for stack in self._printed_stacks)
        return [stated[-1] if stated else None for stated in units]

    @cached_property
    def data_rows(self) -> list[Row]:
        """The rows of data; of a row that is headings and a total at once, the total."""
        over_total = self._headings.over_total
        return [
            replace(row, cells=tuple(cell for cell in row.cells if cell.col not in over_total.get(row.index, ())))
            for row in self.rows
            if row.index not in self.heading_rows
        ]


def _is_full(cell: Cell) -> bool:
    """Whether the one line of a cell reaches its right side: one more character would not fit in."""
    if len(cell.lines) != 1 or len(cell.pieces) != 1:
        return False
    x0, x1, text = cell.pieces[0]
    return cell.box[2] - x1 < (x1 - x0) / len(text)


def means(edges: np.ndarray, parted: np.ndarray) -> np.ndarray:
    """The mean of each stretch of ``edges`` that nothing of ``parted``, which says it of every two, parts; NaN of none."""
    if not len(edges):
        return np.array([np.nan])
    starts = np.flatnonzero(np.concatenate([[True], parted]))
    means: np.ndarray = np.add.reduceat(edges, starts) / np.diff([*starts, len(edges)])
    return means


def moved(edges: np.ndarray, base: np.ndarray) -> np.ndarray:
    """``edges``, moved by nothing or to meet ``base`` at its left or right end, whichever meets it best."""
    shifts = (0.0, base[0] - edges[0], base[-1] - edges[-1])
    return edges + max(shifts, key=lambda dx: meeting(base, edges + dx))


def meeting(a: np.ndarray, b: np.ndarray) -> int:
    """How many edges of ``b`` meet one of ``a``."""
    return int((np.abs(a[:, None] - b[None, :]).min(axis=0) <= SAME_EDGE).sum())


@lru_cache(maxsize=4)
def alone(grid: Grid) -> Table:
    """A table of one fragment, to see what headings it has by itself."""
    return Table("", "", "", (grid,), ())


def head_words(table: Table) -> set[str]:
    """The headings of a table; over the columns that name its rows, those down to the one that says so."""
    words: set[str] = set()
    for stack in table.stacks:
        naming = [i for i, text in enumerate(stack) if NAMING.search(text)]
        words |= set(stack[: naming[-1] + 1] if naming else stack)
    return words


def other_headings(table: Table, grid: Grid) -> bool:
    """Whether ``grid`` has headings of its own that ``table`` has not: it is no more rows of it."""
    single = alone(grid)
    lowest = [cell for cell in single.rows[max(single.heading_rows, default=0)].cells if cell.lines]
    # the rest of a name that the page cuts stands alone under the headings
    rest = {heading_key(cell.text) for cell in lowest if len(lowest) == cell.colspan == 1 < grid.cols}
    words, known = head_words(single) - rest, head_words(table)
    new = (word for word in words if not any(head.startswith(word) for head in known))  # a cell may cut one off
    return bool(known) and any(map(heading_words, new))
