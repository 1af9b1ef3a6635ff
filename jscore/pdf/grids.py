"""Ruled tables as grids of cells: camelot finds the cells, pdfium's glyphs fill them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from jscore.pdf.boxes import Box
from jscore.pdf.camelot_functions import taken
from jscore.pdf.columns import row_edges, side_by_side, undrawn_edges
from jscore.pdf.filling import ACROSS, cell_texts
from jscore.pdf.lines import Piece, lines_outside
from jscore.pdf.pages import Line, Page
from jscore.text.figures import is_figure
from jscore.text.normal import nfkc

#: camelot joins rules that lie this near (points).
TOLERANCE = 2.0
#: No column or row is this narrow: edges nearer to each other are the two lines of a double border (points).
NARROW = 4.0
#: Share of a cell's side that a rule has to cover to close it.
COVERED = 0.6
#: So many texts in a row that no rule parts are headings of columns, or one for each column.
HEADINGS = 3
#: A row of so many lines, each with figures, is several rows that no rule parts.
FEWEST_LINES = 4
_CODE = re.compile(r"\d{3,7}")
#: Where nothing tells columns, the stretches of a line are numbered: columns of this width (points).
NUMBERED = 20.0


@dataclass(frozen=True)
class Cell:
    """A printed cell; ``lines`` is its text line by line, ``pieces`` the x from, x to and text of each stretch of it.

    ``box`` is on the upright page, as ``pieces`` are, ``shown`` where a viewer shows it, if that is elsewhere.
    """

    row: int
    col: int
    rowspan: int
    colspan: int
    page: int
    box: Box
    lines: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    shown: Box | None = None

    @cached_property
    def text(self) -> str:
        """The text as printed, its line breaks removed."""
        return "".join(self.lines).strip()

    @property
    def place(self) -> tuple[int, int]:
        """Row and column."""
        return self.row, self.col

    @property
    def span(self) -> tuple[int, int]:
        """Its first column and the one after its last."""
        return self.col, self.col + self.colspan

    @property
    def end_row(self) -> int:
        """The row after its last."""
        return self.row + self.rowspan

    @property
    def end_col(self) -> int:
        """The column after its last."""
        return self.col + self.colspan


@dataclass(frozen=True, eq=False)
class Grid:
    """A table on one page; ``open_left`` and ``open_right`` are the rows that no rule closes at its sides."""

    page: int
    box: Box
    cells: tuple[Cell, ...]
    rows: int
    cols: int
    engine: str
    xs: tuple[float, ...] = field(repr=False, default=())
    open_left: frozenset[int] = field(repr=False, default=frozenset())
    open_right: frozenset[int] = field(repr=False, default=frozenset())
    #: Of a table without rules the same text with a row for each line and a cell for each stretch of it.
    by_line: Grid | None = field(repr=False, default=None)


def page_grids(page: Page) -> list[Grid]:
    """The ruled tables of a page, top to bottom, found by camelot's vector engine."""
    return ruled_grids(page, page.horizontal, page.vertical, "vector")


def ruled_grids(page: Page, horizontal: list[Box], vertical: list[Box], engine: str) -> list[Grid]:
    """The tables that camelot finds between rules, top to bottom; ``engine`` names what found the rules."""
    if len(horizontal) < 2 or len(vertical) < 2:
        return []
    joined = taken("coalesce_collinear_lines")
    horizontal = joined(horizontal, "horizontal", TOLERANCE)
    vertical = joined(vertical, "vertical", TOLERANCE)
    grids = []
    for box, joints in taken("find_joints_from_lines")(horizontal, vertical).items():
        xs = _edges(sorted([x for x, _ in joints] + [box[0], box[2]]))
        ys = _edges(sorted([y for _, y in joints] + [box[1], box[3]], reverse=True))
        if len(xs) > 1 and len(ys) > 1:
            grids.append(_grid(page, np.array(xs), np.array(ys), horizontal, vertical, engine))
    return sorted((g for g in grids if any(cell.lines for cell in g.cells)), key=lambda g: (-g.box[3], g.box[0]))


def _edges(places: list[float]) -> list[float]:
    """``places`` in order, those of one border as one between them: as camelot's ``merge_close_lines``, whose module takes long to start."""
    edges = places[:1]
    for place in places[1:]:
        if abs(place - edges[-1]) <= NARROW:
            edges[-1] = (edges[-1] + place) / 2
        else:
            edges.append(place)
    return edges


def _grid(page: Page, xs: np.ndarray, ys: np.ndarray, horizontal: list[Box], vertical: list[Box], engine: str) -> Grid:
    ys = ys[_parting(_closed(xs, ys, horizontal, axis=1))]
    xs = xs[_parting(_closed(ys, xs, vertical, axis=0))]
    return fill_grid(page, xs, ys, _closed(ys, xs, vertical, axis=0), _closed(xs, ys, horizontal, axis=1), engine)


def _parting(closed: np.ndarray) -> np.ndarray:
    """Which edges part any cells: the outer ones do, a line that strikes a figure out and meets a rule does not."""
    at = np.arange(len(closed))
    parting: np.ndarray = np.any(closed, axis=1) | (at == 0) | (at == at[-1])
    return parting


def fill_grid(page: Page, xs: np.ndarray, ys: np.ndarray, walls: np.ndarray, floors: np.ndarray, engine: str) -> Grid:
    """A grid with the edges ``xs`` (rising) and ``ys`` (falling), filled with the page's glyphs.

    ``walls[x, row]`` and ``floors[y, col]`` say where a rule parts two cells.  Columns that no rule parts are
    parted where their text is.
    """
    grid = _filled(page, xs, ys, walls, floors, engine)
    for row in sorted(_undrawn_rows(grid) if engine != "text" else (), reverse=True):
        for y in _edges_of_lines(page, xs, ys[row], ys[row + 1])[::-1]:
            ys = np.insert(ys, row + 1, y)
            walls = np.insert(walls, row + 1, walls[:, row], axis=1)
            floors = np.insert(floors, row + 1, True, axis=0)
    if len(ys) > grid.rows + 1:
        grid = _filled(page, xs, ys, walls, floors, engine)
    added = _undrawn(grid) if engine != "text" else {}
    for col in sorted(added, reverse=True):
        for x in reversed(added[col]):
            xs = np.insert(xs, col + 1, x)
            walls = np.insert(walls, col + 1, _parts(grid, col, x), axis=0)
            floors = np.insert(floors, col, floors[:, col], axis=1)
    grid = _filled(page, xs, ys, walls, floors, engine) if added else grid
    across = (
        [(cell, edges) for cell in grid.cells if (edges := _between_headings(cell, grid))] if engine != "text" else []
    )
    for cell, edges in across:
        walls[edges, cell.row : cell.end_row] = True
    return _filled(page, xs, ys, walls, floors, engine) if across else grid


def _between_headings(cell: Cell, grid: Grid) -> list[int]:
    """The edges inside a cell as wide as its table that part the headings it prints, each in the middle of its columns."""
    xs = grid.xs
    texts: list[tuple[float, float]] = []
    for x0, x1, _ in sorted(cell.pieces):  # those over each other are one
        over = bool(texts) and x0 < texts[-1][1]
        texts = [*texts[:-1], (texts[-1][0], max(x1, texts[-1][1]))] if over else [*texts, (x0, x1)]
    if cell.colspan < grid.cols or len(texts) < min(HEADINGS, grid.cols) or ":" in nfkc(cell.text):
        return []
    first = [int(np.searchsorted(xs, x0 + ACROSS)) - 1 for x0, _ in texts]
    last = [int(np.searchsorted(xs, x1 - ACROSS)) for _, x1 in texts]
    if any(end > begin for end, begin in zip(last, first[1:], strict=False)):
        return []
    edges = [0]
    for (x0, x1), begin, end, limit in zip(texts, first, last, [*first[1:], grid.cols], strict=True):
        spans = [(a, b) for a in range(edges[-1], begin + 1) for b in range(end, limit + 1)]
        aside = {(a, b): (round(abs(xs[a] + xs[b] - x0 - x1)), b - a) for a, b in spans}
        begins, ends = min(spans, key=aside.__getitem__)
        edges += [begins, ends]
    inside = {c for a, b in zip(edges[1::2], edges[2::2], strict=True) for c in range(a + 1, b)}
    return [c for c in range(1, grid.cols) if c not in inside]


def _filled(page: Page, xs: np.ndarray, ys: np.ndarray, walls: np.ndarray, floors: np.ndarray, engine: str) -> Grid:
    owner, spans = _merged(walls, floors, xs, ys)
    widths = [float(xs[col + colspan] - xs[col]) for _, col, _, colspan in spans]
    texts = cell_texts(page.glyphs, owner, xs, ys, widths)
    at_x, at_y = xs.tolist(), ys.tolist()
    cells = tuple(
        Cell(
            r, c, rs, cs, page.number,
            at := (at_x[c], at_y[r + rs], at_x[c + cs], at_y[r]),
            *texts.get(i, ((), ())), shown=page.shown(at),
        )
        for i, (r, c, rs, cs) in enumerate(spans)
    )  # fmt: skip
    box = (at_x[0], at_y[-1], at_x[-1], at_y[0])
    left, right = (frozenset(np.flatnonzero(~walls[side]).tolist()) for side in (0, -1))
    return Grid(page.number, box, cells, len(ys) - 1, len(xs) - 1, engine, tuple(at_x), left, right)


def grid_of_lines(lines: Sequence[Line]) -> Grid:
    """Lines of text as a grid: a row for each, a cell for each stretch of it; a line of one stretch is as wide as all."""
    cols = max(len(line.pieces) for line in lines)
    cells = tuple(
        Cell(
            row, col, 1, cols if len(line.pieces) == 1 else 1, line.page, (x0, line.box[1], x1, line.box[3]), (text,),
            ((x0, x1, text),), line.shown if line.shown != line.box else None,
        )
        for row, line in enumerate(lines)
        for col, (x0, x1, text) in enumerate(line.pieces)
    )  # fmt: skip
    left, right = min(line.box[0] for line in lines), max(line.box[2] for line in lines)
    box = (left, lines[-1].box[1], right, lines[0].box[3])
    xs = tuple(NUMBERED * col for col in range(cols + 1))
    return Grid(lines[0].page, box, cells, len(lines), cols, "text", xs)


def _undrawn_rows(grid: Grid) -> list[int]:
    """The rows that are several: most lines of the table stand in them, and each of some columns is a list of figures."""
    lines = [max((len(cell.lines) for cell in grid.cells if cell.row == row), default=0) for row in range(grid.rows)]
    rows = []
    for row in (row for row, number in enumerate(lines) if number > 1):
        cells = [cell for cell in grid.cells if cell.row == row and cell.rowspan == cell.colspan == 1]
        figures = [sum(is_figure(line.strip()) for line in cell.lines) for cell in cells[1:]]
        names = [line.strip() for line in cells[0].lines] if cells and cells[0].col == 0 else []
        codes = all(map(_CODE.fullmatch, names))
        fewest = 2 if codes else FEWEST_LINES
        if (codes or 2 * lines[row] > sum(lines)) and len(names) >= fewest and max(figures, default=0) >= fewest:
            rows.append(row)
    return rows


def _edges_of_lines(page: Page, xs: np.ndarray, top: float, bottom: float) -> np.ndarray:
    """Where the rows part, falling, that no rule parts between two heights: by their lines of text."""
    lines = [
        line
        for line in lines_outside(page, [])
        if bottom < (line.box[1] + line.box[3]) / 2 < top and xs[0] < line.box[0] and line.box[2] < xs[-1]
    ]
    return row_edges(lines, [], xs)[1:-1]


def _undrawn(grid: Grid) -> dict[int, list[float]]:
    """For the columns that are several: where they part."""
    texts: dict[int, list[Line]] = {}
    for cell in grid.cells:
        if cell.colspan == 1 and cell.pieces:
            texts.setdefault(cell.col, []).append(Line(cell.text, cell.box, cell.page, side_by_side(cell.pieces)))
    added = {col: edges for col, rows in texts.items() if (edges := undrawn_edges(rows))}
    if added:
        widths = [np.diff([grid.xs[col], *edges, grid.xs[col + 1]]) for col, edges in added.items()]
        pitch = float(np.median(np.concatenate(widths)))
        added |= {col: edges for col, rows in texts.items() if (edges := undrawn_edges(rows, pitch))}
    return added


def _parts(grid: Grid, col: int, x: float) -> np.ndarray:
    """In which rows an edge at ``x`` in column ``col`` parts cells: where no text of a cell lies across it."""
    parts = np.ones(grid.rows, dtype=bool)
    for cell in grid.cells:
        if cell.col <= col < cell.col + cell.colspan:
            whole = cell.colspan > 1 or any(x0 + ACROSS < x < x1 - ACROSS for x0, x1, _ in cell.pieces)
            parts[cell.row : cell.row + cell.rowspan] = not whole
    return parts


def _closed(along: np.ndarray, across: np.ndarray, rules: list[Box], axis: int) -> np.ndarray:
    """Which cell sides a rule covers: [position on ``across``, interval of ``along``].

    ``axis`` 0 takes vertical rules (constant x), 1 horizontal ones (constant y).
    """
    low, high = np.minimum(along[:-1], along[1:]), np.maximum(along[:-1], along[1:])
    covered = np.zeros((len(across), len(low)))
    of = np.array(rules).reshape(-1, 4)
    constant, start, end = of[:, axis], of[:, [1 - axis]], of[:, [3 - axis]]
    far = np.abs(across[None, :] - constant[:, None])
    nearest = far.argmin(axis=1)
    near = far.min(axis=1) <= NARROW
    lengths = np.clip(np.minimum(high, end) - np.maximum(low, start), 0, None)
    np.add.at(covered, nearest[near], lengths[near])
    closed: np.ndarray = covered >= COVERED * (high - low)
    return closed


def _merged(
    walls: np.ndarray, floors: np.ndarray, xs: np.ndarray, ys: np.ndarray
) -> tuple[np.ndarray, list[tuple[int, int, int, int]]]:
    """Merge the cells that no rule parts: the owner of every grid square, and each cell's span."""
    rows, cols = len(ys) - 1, len(xs) - 1
    owner = [[-1] * cols for _ in range(rows)]
    wall, floor = walls.T.tolist(), floors.tolist()
    spans: list[tuple[int, int, int, int]] = []
    for r in range(rows):
        for c in range(cols):
            if owner[r][c] >= 0:
                continue
            cs = 1
            while c + cs < cols and not wall[r][c + cs] and owner[r][c + cs] < 0:
                cs += 1
            rs = 1
            while (
                r + rs < rows
                and not any(floor[r + rs][c : c + cs])
                and max(owner[r + rs][c : c + cs]) < 0
                and not any(wall[r + rs][c + 1 : c + cs])
            ):
                rs += 1
            for row in owner[r : r + rs]:
                row[c : c + cs] = [len(spans)] * cs
            spans.append((r, c, rs, cs))
    return np.array(owner).reshape(rows, cols), spans
