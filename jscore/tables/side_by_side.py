"""Forms wider than their page: columns that print on a later page, put beside the columns that they belong to.

A spreadsheet without a paper set-up cuts a form where the page ends: all rows of the later page are at the height of rows of
the page before, and no rule closes a cell that the cut goes through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from jscore.pdf.grids import Cell, Grid
from jscore.tables.evaluation_terms import begun_form, is_label
from jscore.text.normal import nfkc

#: Edges of rows that lie this near on two pages are one (points).
SAME_EDGE = 1.5
#: So many rows, and labels of a self-evaluation form, tell that two grids are of one sheet.
FEWEST_ROWS, FEWEST_LABELS = 3, 3
#: Stands where a cut goes through a figure, of which a digit may be lost: so it is read as none.
CUT = "│"


def sheets(grids: Sequence[Grid]) -> list[Grid]:
    """``grids`` in order, each of a self-evaluation form with its columns on later pages beside its own."""
    found: list[Grid] = []
    edges: list[np.ndarray] = []
    parts: list[int] = []
    for grid in grids:
        own = _edges(grid)
        of_sheet = [
            i for i, left in enumerate(found) if left.page < grid.page and _is_beside(left, grid, edges[i], own)
        ]
        if of_sheet:
            i = min(of_sheet, key=lambda i: parts[i])
            found[i], parts[i] = _joined(found[i], grid), parts[i] + 1
            edges[i] = _edges(found[i])
        else:
            found.append(grid)
            edges.append(own)
            parts.append(1)
    return found


def _is_beside(left: Grid, right: Grid, rows: np.ndarray, others: np.ndarray) -> bool:
    """Whether the rows of ``right`` (edges ``others``) are those of ``left`` (``rows``), a self-evaluation form, and it is no form of its own."""
    few, many = sorted((rows, others), key=len)
    if len(few) <= FEWEST_ROWS or max(abs(rows[0] - others[0]), abs(rows[-1] - others[-1])) > SAME_EDGE:
        return False
    if (np.abs(few[:, None] - many[None, :]).min(axis=1) > SAME_EDGE).any() or begun_form(right):
        return False
    if sum(is_label(cell.text) for cell in left.cells if cell.lines) < FEWEST_LABELS:
        return False
    return not (_even(rows) and left.cols == right.cols) and not _same_texts(left, right)


def _edges(grid: Grid) -> np.ndarray:
    """The heights of the edges of rows, top to bottom."""
    ys = np.sort(np.array([y for cell in grid.cells for y in (cell.box[1], cell.box[3])]))[::-1]
    starts = np.concatenate([[True], -np.diff(ys) > SAME_EDGE])
    return np.array([group.mean() for group in np.split(ys, np.flatnonzero(starts)[1:])])


def _even(rows: np.ndarray) -> bool:
    """Whether all rows are of one height, so that those of any page would meet them."""
    heights = -np.diff(rows)
    return bool(heights.max() - heights.min() <= SAME_EDGE)


def _same_texts(left: Grid, right: Grid) -> bool:
    """Whether the labels of both are the same: the form of another project on the same sheet of paper."""
    firsts = [{nfkc(cell.text) for cell in grid.cells if is_label(cell.text)} for grid in (left, right)]
    return bool(firsts[1]) and firsts[0] == firsts[1]


def _joined(left: Grid, right: Grid) -> Grid:
    """One grid of the columns of both; a cell that the cut goes through is one, every cell keeps its page and place."""
    ys = max((_edges(left), _edges(right)), key=len)
    own, beside = ([_on(cell, ys) for cell in grid.cells] for grid in (left, right))
    open_rows = _rows_on(left, left.open_right, ys) & _rows_on(right, right.open_left, ys)
    beside = [replace(cell, col=cell.col + left.cols) for cell in beside]
    at_cut = {(cell.row, cell.rowspan): cell for cell in beside if cell.col == left.cols}
    cells: list[Cell] = []
    for cell in own:
        rest = at_cut.get((cell.row, cell.rowspan)) if cell.col + cell.colspan == left.cols else None
        if rest is not None and set(range(cell.row, cell.row + cell.rowspan)) <= open_rows:
            beside.remove(rest)
            cell = _one(cell, rest)
        cells.append(cell)
    shift = left.xs[-1] - right.xs[0]
    return replace(
        left,
        cells=tuple(sorted((*cells, *beside), key=lambda cell: (cell.row, cell.col))),
        rows=len(ys) - 1,
        cols=left.cols + right.cols,
        xs=(*left.xs, *(x + shift for x in right.xs[1:])),
        open_left=frozenset(_rows_on(left, left.open_left, ys)),
        open_right=frozenset(_rows_on(right, right.open_right, ys)),
    )


def _on(cell: Cell, ys: np.ndarray) -> Cell:
    """A cell with its rows on the edges ``ys``."""
    top, bottom = (int(np.argmin(np.abs(ys - y))) for y in (cell.box[3], cell.box[1]))
    return replace(cell, row=top, rowspan=max(bottom - top, 1))


def _rows_on(grid: Grid, rows: frozenset[int], ys: np.ndarray) -> set[int]:
    """The rows on the edges ``ys`` that ``rows`` of a grid are."""
    return {_on(cell, ys).row for cell in grid.cells if cell.row in rows}


def _one(cell: Cell, rest: Cell) -> Cell:
    """The two halves of a cell, line by line; of a character that both show half of, one."""
    lines, others = cell.lines, rest.lines
    cut_right = bool(cell.pieces) and max(x1 for _, x1, _ in cell.pieces) > cell.box[2]
    cut_left = bool(rest.pieces) and min(x0 for x0, _, _ in rest.pieces) < rest.box[0]
    if cut_right and cut_left and lines and others and lines[-1][-1:] == others[-1][:1]:
        lines = (*lines[:-1], lines[-1][:-1])
    through = bool(lines and others) and lines[-1][-1:].isdigit() and others[0][:1].isdigit()
    if len(lines) == len(others):
        whole = tuple(f"{one}{CUT if through else ''}{other}" for one, other in zip(lines, others, strict=True))
    else:
        whole = (*lines, *([CUT] if through else []), *others)
    return replace(cell, colspan=cell.colspan + rest.colspan, lines=whole, pieces=(*cell.pieces, *rest.pieces))
