"""Tables wider than their page: columns that print on a later page, put beside the columns that they belong to.

A spreadsheet without a paper set-up cuts a table where the page ends: the rows of the later page are those of the page
before, and no rule closes a cell that the cut goes through.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from jscore.pdf.grids import Cell, Grid
from jscore.tables.evaluation_terms import begun_form, is_label
from jscore.tables.table import Table, alone, head_words, means, other_headings
from jscore.tables.terms import NAMING
from jscore.text import numbers
from jscore.text.normal import nfkc

#: Edges of rows that lie this near on two pages are one, and rows that differ by no more are of one height (points).
SAME_EDGE = 1.5
#: So many rows, and labels of a self-evaluation form, tell that two grids are of one sheet.
FEWEST_ROWS, FEWEST_LABELS = 3, 3
#: So many rows of headings, and no more, stand over the rows of data.
MOST_HEADS = 4
#: Stands where a cut goes through a figure, of which a digit may be lost: so it is read as none.
CUT = "│"


def sheets(grids: Sequence[Grid], title_over: Callable[[int], str]) -> list[Grid]:
    """``grids`` in order, each of a self-evaluation form with its columns on later pages beside its own.

    One with a title of its own, other than that of the form, is no part of it; ``title_over`` gives that above a grid, by its
    place.
    """
    whole_grids: list[Grid] = []
    edges: list[np.ndarray] = []
    parts: list[int] = []
    firsts: list[int] = []
    for number, grid in enumerate(grids):
        grid_edges = _edges(grid)
        of_sheet = [
            i
            for i, left in enumerate(whole_grids)
            if left.page < grid.page
            and _is_beside(left, grid, edges[i], grid_edges)
            and title_over(number) in ("", title_over(firsts[i]))
        ]
        if of_sheet:
            i = min(of_sheet, key=lambda i: parts[i])
            whole_grids[i], parts[i] = _joined(whole_grids[i], grid), parts[i] + 1
            edges[i] = _edges(whole_grids[i])
        else:
            whole_grids.append(grid)
            edges.append(grid_edges)
            parts.append(1)
            firsts.append(number)
    return whole_grids


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
    return means(ys, -np.diff(ys) > SAME_EDGE)


def _even(rows: np.ndarray) -> bool:
    """Whether all rows are of one height, so that those of any page would meet them."""
    heights = -np.diff(rows)
    return bool(heights.max() - heights.min() <= SAME_EDGE)


def _same_texts(left: Grid, right: Grid) -> bool:
    """Whether the labels of both are the same: the form of another project on the same sheet of paper."""
    firsts = [{nfkc(cell.text) for cell in grid.cells if is_label(cell.text)} for grid in (left, right)]
    return bool(firsts[1]) and firsts[0] == firsts[1]


def widened(table: Table, grid: Grid) -> Table | None:
    """``table`` with ``grid``, the last columns of its sheet, to the right of one of its fragments; None if it is no such.

    The two have rows of the same heights, and ``grid`` begins with headings of its own and names no rows; one of them
    may be as high as several of the table's.
    """
    columns = {fragment.cols for fragment in table.fragments}
    before = [
        number
        for number, left in enumerate(table.fragments)
        if left.cols == min(columns) and left.page < grid.page and abs(left.rows - grid.rows) < MOST_HEADS
    ]
    if not before:
        return None
    words = head_words(alone(grid))
    again = len(columns) > 1 and (grid.cols == max(columns) - min(columns) if words else _figures_only(grid))
    if not other_headings(table, grid) and not again and not any(_cut(table.fragments[n], grid) for n in before):
        return None
    named = names_rows(grid)
    number = next((number for number in before if _same_rows(table.fragments[number], grid, named)), None)
    if number is None:
        return None
    fragments = list(table.fragments)
    fragments[number] = _joined(fragments[number], grid)
    return replace(table, fragments=tuple(fragments))


def names_rows(grid: Grid) -> bool:
    """Whether a heading of ``grid`` says that a column of it names the rows."""
    return any(NAMING.search(text) for text in head_words(alone(grid)))


def _cut(left: Grid, right: Grid) -> bool:
    """Whether the page cuts cells of some rows in two: those that no rule closes are the same ones on both."""
    return left.open_right == right.open_left and 0 < len(right.open_left) < right.rows


def _figures_only(grid: Grid) -> bool:
    texts = [nfkc(cell.text) for cell in grid.cells if cell.lines]
    return bool(texts) and all(numbers.decimal(text) is not None or numbers.is_blank(text) for text in texts)


def _same_rows(left: Grid, right: Grid, named: bool) -> bool:
    """Whether two grids have rows of the same heights, and, where both are ``named``, of the same names or of none alike."""
    if left.rows != right.rows:
        few, many = sorted((left, right), key=lambda grid: grid.rows)
        heads = max(1, len(alone(few).heading_rows))
        return not named and few.rows >= FEWEST_ROWS and _within_headings(_edges(many), _edges(few), heads)
    firsts = [[nfkc(cell.text) for cell in grid.cells if cell.col == 0 and cell.lines] for grid in (left, right)]
    apart = np.abs(_heights(left) - _heights(right))
    return (not named or firsts[0] == firsts[1] or firsts[0][:1] != firsts[1][:1]) and bool(
        (apart[~np.isnan(apart)] <= SAME_EDGE).all()
    )


def _within_headings(rows: np.ndarray, others: np.ndarray, heads: int) -> bool:
    """Whether the edges ``rows`` are ``others`` and some more within the first ``heads`` rows of these."""
    beside = np.abs(rows[:, None] - others[None, :]).min(axis=1) > SAME_EDGE
    return bool((rows[beside] > others[heads]).all() and len(rows) - beside.sum() == len(others))


def _heights(grid: Grid) -> np.ndarray:
    single = {cell.row: cell.box[3] - cell.box[1] for cell in grid.cells if cell.rowspan == 1}
    return np.array([single.get(row, np.nan) for row in range(grid.rows)])


def _joined(left: Grid, right: Grid) -> Grid:
    """One grid of the columns of both; a cell that the cut goes through is one, every cell keeps its page and place."""
    if left.rows != right.rows:
        ys = max((_edges(left), _edges(right)), key=len)
        left, right = _on(left, ys), _on(right, ys)
    beside = [replace(cell, col=cell.col + left.cols) for cell in right.cells]
    at_cut = {(cell.row, cell.rowspan): cell for cell in beside if cell.col == left.cols}
    cells: list[Cell] = []
    for cell in left.cells:
        rest = at_cut.get((cell.row, cell.rowspan)) if cell.end_col == left.cols else None
        if rest is not None and {*range(cell.row, cell.end_row)} <= left.open_right & right.open_left:
            beside.remove(rest)
            cell = _joined_cell(cell, rest)
        cells.append(cell)
    shift = left.xs[-1] - right.xs[0]
    return replace(
        left,
        cells=tuple(sorted((*cells, *beside), key=lambda cell: cell.place)),
        cols=left.cols + right.cols,
        xs=(*left.xs, *(x + shift for x in right.xs[1:])),
        open_right=right.open_right,
    )


def _on(grid: Grid, ys: np.ndarray) -> Grid:
    """A grid with its rows on the edges ``ys``."""
    rows = [int(np.argmin(np.abs(ys - cell.box[3]))) for cell in grid.cells]
    ends = [int(np.argmin(np.abs(ys - cell.box[1]))) for cell in grid.cells]
    at = {cell.row: row for cell, row in zip(grid.cells, rows, strict=True)}
    return replace(
        grid,
        cells=tuple(
            replace(cell, row=row, rowspan=max(end - row, 1))
            for cell, row, end in zip(grid.cells, rows, ends, strict=True)
        ),
        rows=len(ys) - 1,
        open_left=frozenset(at[row] for row in grid.open_left if row in at),
        open_right=frozenset(at[row] for row in grid.open_right if row in at),
    )


def _joined_cell(cell: Cell, rest: Cell) -> Cell:
    """The two halves of a cell, line by line; of a character that both show half of, one."""
    lines, others = cell.lines, rest.lines
    cut_right = bool(cell.pieces) and max(x1 for _, x1, _ in cell.pieces) > cell.box[2]
    cut_left = bool(rest.pieces) and min(x0 for x0, _, _ in rest.pieces) < rest.box[0]
    if cut_right and cut_left and lines and others and lines[-1][-1:] == others[-1][:1]:
        lines = (*lines[:-1], lines[-1][:-1])
    through = bool(lines and others) and lines[-1][-1:].isdigit() and others[0][:1].isdigit()
    if len(lines) == len(others):
        whole = tuple(f"{left}{CUT if through else ''}{right}" for left, right in zip(lines, others, strict=True))
    else:
        whole = (*lines, *([CUT] if through else []), *others)
    return replace(cell, colspan=cell.colspan + rest.colspan, lines=whole, pieces=(*cell.pieces, *rest.pieces))
