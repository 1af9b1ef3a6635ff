"""Ruled tables as grids of cells: camelot finds the cells, pdfium's glyphs fill them."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from jscore.pdf.camelot_functions import taken
from jscore.pdf.columns import undrawn_edges
from jscore.pdf.glyphs import FIGURES, VEILED, Glyphs, Listed
from jscore.pdf.pages import Line, Page
from jscore.pdf.rules import Box
from jscore.text.numbers import APART

#: camelot joins rules that lie this near (points).
TOLERANCE = 2.0
#: No column or row is this narrow: edges nearer to each other are the two lines of a double border (points).
NARROW = 4.0
#: A glyph lies across a border if it reaches beyond it by so much on both sides (points).
ACROSS = 0.5
#: Share of a cell's side that a rule has to cover to close it.
COVERED = 0.6
#: A footnote's mark is smaller than so much of a figure's size, and raised by so much of it.
SMALL, RAISED = 0.82, 0.15
#: Digits further apart, or on lines further apart, than so much of their size are of two figures.
GAP, UNEVEN = 0.45, 0.12
#: A gap between digits that is wider than another of the line by so much of their size parts two figures.
UNLIKE = 0.15
#: Digits that were not drawn one after the other are of one figure only if their lines are this near.
LEVEL = 0.03
#: Digits that lie over each other by so much of their size are of two figures, or one was written over.
OVER, TIGHT = 0.2, 0.25
#: Over so much of it if they were not drawn one after the other.
AGAIN = 0.1
#: The most digits of a footnote's mark.
MARK = 2
#: The gaps between the glyphs of one text are even to so much of their size.
UNEVEN_GAP = 0.06
#: A text this close beside a table may be one of its cells' (points): looked at as a whole, however long.
BESIDE = 12.0
#: White on both sides of a text in its cell (points).
ROOM = 8.0
_DIGITS = frozenset("0123456789")
_POINTS = frozenset(".,")
#: Digits, signs and a point: a figure that stands apart behind one is another.
_SIGNED = _DIGITS | frozenset("-−–—.")
#: A figure with its two decimals, or a percentage.
_WHOLE = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)\.\d\d%?")
#: A function code whose parts stand in columns of their own.
_CODE_IN_PARTS = re.compile(r"(\d{3}\|)?\d\d(\|\d\d)?|\d{3}\|\d\d")
#: Punctuation that may hang over the right border of its cell.
HANGING = frozenset("，。、；：！？）》】」』”’…,.;:!?)%％")


Piece = tuple[float, float, str]


@dataclass(frozen=True)
class Cell:
    """A printed cell; ``lines`` is its text line by line, ``pieces`` the x from, x to and text of each stretch of it."""

    row: int
    col: int
    rowspan: int
    colspan: int
    page: int
    box: Box
    lines: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()

    @cached_property
    def text(self) -> str:
        """The text as printed, its line breaks removed."""
        return "".join(self.lines).strip()


#: Where nothing tells columns, the stretches of a line are numbered: columns of this width (points).
NUMBERED = 20.0


@dataclass(frozen=True)
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
    joined, merged = taken("coalesce_collinear_lines"), taken("merge_close_lines")
    horizontal = joined(horizontal, "horizontal", TOLERANCE)
    vertical = joined(vertical, "vertical", TOLERANCE)
    grids = []
    for box, joints in taken("find_joints_from_lines")(horizontal, vertical).items():
        xs = merged(sorted([x for x, _ in joints] + [box[0], box[2]]), NARROW)
        ys = merged(sorted([y for _, y in joints] + [box[1], box[3]], reverse=True), NARROW)
        if len(xs) > 1 and len(ys) > 1:
            grids.append(_grid(page, np.array(xs), np.array(ys), horizontal, vertical, engine))
    return sorted((g for g in grids if any(cell.lines for cell in g.cells)), key=lambda g: (-g.box[3], g.box[0]))


def _grid(page: Page, xs: np.ndarray, ys: np.ndarray, horizontal: list[Box], vertical: list[Box], engine: str) -> Grid:
    return fill_grid(page, xs, ys, _closed(ys, xs, vertical, axis=0), _closed(xs, ys, horizontal, axis=1), engine)


def fill_grid(page: Page, xs: np.ndarray, ys: np.ndarray, walls: np.ndarray, floors: np.ndarray, engine: str) -> Grid:
    """A grid with the edges ``xs`` (rising) and ``ys`` (falling), filled with the page's glyphs.

    ``walls[x, row]`` and ``floors[y, col]`` say where a rule parts two cells.  Columns that no rule parts are
    parted where their text is.
    """
    grid = _filled(page, xs, ys, walls, floors, engine)
    added = _undrawn(grid) if engine != "text" else {}
    for col in sorted(added, reverse=True):
        for x in reversed(added[col]):
            xs = np.insert(xs, col + 1, x)
            walls = np.insert(walls, col + 1, _parts(grid, col, x), axis=0)
            floors = np.insert(floors, col, floors[:, col], axis=1)
    return _filled(page, xs, ys, walls, floors, engine) if added else grid


def _filled(page: Page, xs: np.ndarray, ys: np.ndarray, walls: np.ndarray, floors: np.ndarray, engine: str) -> Grid:
    owner, spans = _merged(walls, floors, xs, ys)
    widths = [float(xs[col + colspan] - xs[col]) for _, col, _, colspan in spans]
    lines = _fill(page.glyphs, owner, xs, ys, widths)
    at_x, at_y = xs.tolist(), ys.tolist()
    cells = tuple(
        Cell(
            r, c, rs, cs, page.number,
            page.shown((at_x[c], at_y[r + rs], at_x[c + cs], at_y[r])),
            *lines.get(i, ((), ())),
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
            row, col, 1, cols if len(line.pieces) == 1 else 1, line.page,
            line.shown if line.shown not in (None, line.box) else (x0, line.box[1], x1, line.box[3]), (text,), ((x0, x1, text),),
        )
        for row, line in enumerate(lines)
        for col, (x0, x1, text) in enumerate(line.pieces)
    )  # fmt: skip
    left, right = min(line.box[0] for line in lines), max(line.box[2] for line in lines)
    box = (left, lines[-1].box[1], right, lines[0].box[3])
    xs = tuple(NUMBERED * col for col in range(cols + 1))
    return Grid(lines[0].page, box, cells, len(lines), cols, "text", xs)


def _undrawn(grid: Grid) -> dict[int, list[float]]:
    """For the columns that are several: where they part."""
    texts: dict[int, list[Line]] = {}
    for cell in grid.cells:
        if cell.colspan == 1 and cell.pieces:
            texts.setdefault(cell.col, []).append(Line(cell.text, cell.box, cell.page, cell.pieces))
    added = {col: edges for col, rows in texts.items() if (edges := undrawn_edges(rows))}
    if added:
        added |= {col: edges for col, rows in texts.items() if (edges := undrawn_edges(rows, sure=True))}
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


# --- filling ---------------------------------------------------------------------------


def _fill(
    glyphs: Glyphs, owner: np.ndarray, xs: np.ndarray, ys: np.ndarray, widths: list[float]
) -> dict[int, tuple[tuple[str, ...], tuple[Piece, ...]]]:
    """The lines and pieces of text of every cell, by each glyph's own position."""
    level = np.flatnonzero((glyphs.base > ys[-1] - 6) & (glyphs.base < ys[0] + 6))
    if not len(level):
        return {}
    run = _runs(glyphs, level)
    reaching = np.isin(run, run[(glyphs.x[level] > xs[0] - BESIDE) & (glyphs.x[level] < xs[-1] + BESIDE)])
    if not reaching.any():
        return {}
    near, run = level[reaching], np.unique(run[reaching], return_inverse=True)[1]
    middle = (np.bincount(run, weights=glyphs.y[near]) / np.bincount(run))[run]
    col = np.searchsorted(xs, glyphs.x[near], side="right") - 1
    row = np.searchsorted(-ys, -middle, side="right") - 1
    inside = (col >= 0) & (col < owner.shape[1]) & (row >= 0) & (row < owner.shape[0])
    cell = np.full(len(near), -1)
    cell[inside] = owner[row[inside], col[inside]]
    for k in np.flatnonzero((run[1:] == run[:-1]) & _among(glyphs, near[1:], HANGING)) + 1:
        cell[k] = cell[k - 1]  # a closing mark belongs to what it closes, also where it hangs over the border
    chars = _figures_across(glyphs, near, run, cell, xs)
    if len(chars):
        glyphs = replace(glyphs, char=chars)
    for mark, figure in _marks_at_figures(glyphs, near, cell):
        cell[mark] = cell[figure]
    for part in _overflowing(glyphs, near, run, row, owner, xs):
        _to_most(cell, np.split(part, _text_ends(glyphs, near[part], xs)))
    alone = near[_marks_alone(glyphs, near, cell, row)]
    if len(alone):
        chars = glyphs.char.copy()
        chars[alone] += VEILED
        glyphs = replace(glyphs, char=chars)
    return {int(i): _cell_lines(glyphs.listed, near[where].tolist(), widths[i]) for i, where in _groups(cell) if i >= 0}


def _among(glyphs: Glyphs, which: np.ndarray, chars: Set[str]) -> np.ndarray:
    """Which glyphs are one of ``chars``."""
    return np.fromiter((char in chars for char in glyphs.char[which]), dtype=bool, count=len(which))


def _figures_across(glyphs: Glyphs, near: np.ndarray, run: np.ndarray, cell: np.ndarray, xs: np.ndarray) -> np.ndarray:
    """Bring figures that run over a border into the cell that most of each stands in; ``cell`` is changed.

    What can be one figure or the figures of two cells that touch is parted by APART there, in the characters of all
    glyphs that are given back (none if nothing had to be parted).
    """
    figure = _among(glyphs, near, FIGURES)
    gap = glyphs.x0[near[1:]] - glyphs.x1[near[:-1]]
    size = np.maximum(glyphs.em[near[1:]], glyphs.em[near[:-1]])
    touching = (run[1:] == run[:-1]) & figure[1:] & figure[:-1] & (gap < UNLIKE * size)
    of = np.concatenate([[0], np.cumsum(~touching)])
    chars = np.zeros(0, dtype=object)
    for number in np.unique(of[1:][touching & (cell[1:] != cell[:-1])]):
        part = np.flatnonzero(of == number)
        ends = _text_ends(glyphs, near[part], xs)
        if len(ends):  # their gap tells the figures of two cells apart
            _to_most(cell, np.split(part, ends))
            continue
        text = "".join(glyphs.char[near[part]])
        cuts = np.flatnonzero(np.diff(cell[part])) + 1
        each = ["".join(glyphs.char[near[piece]]) for piece in np.split(part, cuts)]
        if all(_WHOLE.fullmatch(piece) for piece in each) or _CODE_IN_PARTS.fullmatch("|".join(each)):
            continue
        if not _WHOLE.fullmatch(text) and (cell[part] >= 0).all():
            chars = chars if len(chars) else glyphs.char.copy()
            for cut in part[cuts]:
                chars[near[cut]] = APART + chars[near[cut]]
        cell[part] = np.bincount(cell[part][cell[part] >= 0]).argmax()
    return chars


def _to_most(cell: np.ndarray, texts: list[np.ndarray]) -> None:
    """Bring each text into the cell that most of it stands in."""
    for text in texts:
        cell[text] = np.bincount(cell[text] + 1).argmax() - 1


def _marks_at_figures(glyphs: Glyphs, near: np.ndarray, cell: np.ndarray) -> list[tuple[int, int]]:
    """Raised digits and the last glyph of the figure in another cell that each is set at: (position in ``near``, position).

    Small ones are marks of footnotes; others may be, if they stand alone in their cell.
    """
    x0, x1, base, em = glyphs.x0[near], glyphs.x1[near], glyphs.base[near], glyphs.em[near]
    digit = _among(glyphs, near, _DIGITS)
    wide = x1 - x0
    usual = np.median(wide[digit]) if digit.any() else 0.0
    inked = np.bincount(cell[~glyphs.space[near]] + 1, minlength=cell.max() + 2)
    found = []
    for k in np.flatnonzero(digit & ((wide < SMALL * usual) | (inked[cell + 1] <= MARK))):
        by = base[k] - base
        raised = (by > RAISED * em) & (by < 0.7 * em)
        raised &= (wide[k] < SMALL * np.maximum(wide, usual)) | (inked[cell[k] + 1] <= MARK)
        at = np.flatnonzero(digit & raised & (cell != cell[k]) & (np.abs(x0[k] - x1) < GAP * em))
        if len(at):
            found.append((int(k), int(at[np.argmin(np.abs(x0[k] - x1[at]))])))
    return found


def _marks_alone(glyphs: Glyphs, near: np.ndarray, cell: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Small digits alone in their cell and raised above the figures of their row: marks whose figure is out of sight."""
    wide, base, em = (glyphs.x1 - glyphs.x0)[near], glyphs.base[near], glyphs.em[near]
    digit = _among(glyphs, near, _DIGITS)
    inked = np.bincount(cell[~glyphs.space[near]] + 1, minlength=cell.max() + 2)
    usual = np.median(wide[digit]) if digit.any() else 0.0
    full = digit & (wide >= SMALL * usual)
    small = digit & ~full & (inked[cell + 1] <= MARK) & (cell >= 0)
    alone = []
    for k in np.flatnonzero(small):
        by = base[k] - base[full & (row == row[k])]
        size = em[full & (row == row[k])]
        if len(by) and ((by > RAISED * size) & (by < 0.7 * size)).all():
            alone.append(k)
    return np.array(alone, dtype=int)


def _overflowing(
    glyphs: Glyphs, near: np.ndarray, run: np.ndarray, row: np.ndarray, owner: np.ndarray, xs: np.ndarray
) -> list[np.ndarray]:
    """Runs of glyphs that lie across the border of their cell, as a spreadsheet prints text too long for it."""
    left = np.searchsorted(xs, glyphs.x0[near] + ACROSS, side="right") - 1
    right = np.searchsorted(xs, glyphs.x1[near] - ACROSS, side="right") - 1
    inside = (left >= 0) & (right < owner.shape[1]) & (row >= 0) & (row < owner.shape[0]) & (left < right)
    across = np.flatnonzero(inside)
    across = across[owner[row[across], left[across]] != owner[row[across], right[across]]]
    return [np.flatnonzero(run == number) for number in np.unique(run[across])]


def _text_ends(glyphs: Glyphs, run: np.ndarray, xs: np.ndarray) -> np.ndarray:
    """Where the texts of two cells that touch meet: at a border, and not as far apart as the glyphs of one text."""
    gap = glyphs.x0[run[1:]] - glyphs.x1[run[:-1]]
    if not len(gap):
        return np.zeros(0, dtype=int)
    em = np.maximum(glyphs.em[run[1:]], glyphs.em[run[:-1]])
    middle = (glyphs.x0[run[1:]] + glyphs.x1[run[:-1]]) / 2
    border = np.abs(middle[:, None] - xs[None, :]).min(axis=1)
    uneven = np.abs(gap - np.median(gap)) > UNEVEN_GAP * em
    digit, point = _among(glyphs, run, _DIGITS), _among(glyphs, run, _POINTS)
    in_figure = digit[:-1] & point[1:] | point[:-1] & digit[1:]  # points are set closer, or wider, than digits
    return np.flatnonzero((uneven & ~in_figure | _figure_begins(glyphs, run, xs)) & (border < em)) + 1


def _figure_begins(glyphs: Glyphs, run: np.ndarray, xs: np.ndarray) -> np.ndarray:
    """Where the figures at the end of a run begin, if that is right of a border that its words reach: the next cell's."""
    figures = _among(glyphs, run, FIGURES)
    first = len(run) - int(np.argmin(figures[::-1])) if not figures.all() else 0
    begins = np.zeros(len(run) - 1, dtype=bool)
    if 0 < first < len(run):
        last = glyphs.x1[run[first - 1]]
        begins[first - 1] = bool(((xs < glyphs.x0[run[first]] + ACROSS) & (xs > last - glyphs.em[run[first]])).any())
    return begins


def _groups(keys: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Positions of every value of ``keys``."""
    order = np.argsort(keys, kind="stable")
    values, starts = np.unique(keys[order], return_index=True)
    return list(zip(values.tolist(), np.split(order, starts[1:]), strict=True))


def _runs(glyphs: Glyphs, which: np.ndarray) -> np.ndarray:
    """A number for every unbroken run of glyphs: drawn one after the other on one baseline."""
    x0, x1, base, em = glyphs.x0[which], glyphs.x1[which], glyphs.base[which], glyphs.em[which]
    size = np.maximum(em[1:], em[:-1])
    gap = x0[1:] - x1[:-1]
    broken = (np.abs(np.diff(base)) > 0.3 * size) | (gap > 0.6 * size) | (gap < -0.6 * size)
    for k in np.flatnonzero(~broken & (np.abs(gap) > 0.1 * size)):
        # a figure set against the end of a word is another text
        broken[k] = glyphs.char[which[k]] not in FIGURES and glyphs.char[which[k + 1]] in _DIGITS
    return np.concatenate([[0], np.cumsum(broken)])


def _cell_lines(
    glyphs: Listed, which: list[int], width: float = float("inf")
) -> tuple[tuple[str, ...], tuple[Piece, ...]]:
    """Glyphs as lines of text, top to bottom, each left to right, and the pieces that wide gaps leave of them.

    Two figures in a cell are two texts: a blank stands between them, so that nobody takes them for one.
    ``width`` is the cell's: a figure goes on in the next line only where there was no room for it.
    """
    base, em = glyphs.base, glyphs.em
    which = sorted(which, key=lambda i: (-base[i], glyphs.x0[i]))
    lines: list[str] = []
    pieces: list[Piece] = []
    start = 0
    before: list[int] = []
    for k in range(1, len(which) + 1):
        first = which[start]
        if k == len(which) or base[first] - base[which[k]] > 0.45 * max(em[first], em[which[k]]):
            line = _one_after_the_other(glyphs, sorted(which[start:k], key=glyphs.x0.__getitem__))
            line = _without_marks(glyphs, line)
            text = _line_text(glyphs, line)
            if text:
                ink = [i for i in line if not glyphs.space[i]]
                if before and _another_figure(glyphs, before, ink, lines[-1], text, width):
                    lines[-1] += APART
                lines.append(text)
                pieces += _pieces(glyphs, ink)
                before = ink
            start = k
    return tuple(lines), tuple(pieces)


def _one_after_the_other(glyphs: Listed, line: list[int]) -> list[int]:
    """A line in which a figure is printed over words, as two texts: else its digits would stand between their letters."""
    x0, x1, em, char = glyphs.x0, glyphs.x1, glyphs.em, glyphs.char
    if not any(
        x1[left] - x0[right] > OVER * em[right]
        and abs(right - left) > 1
        and (char[left] in _DIGITS) != (char[right] in _DIGITS)
        for left, right in zip(line, line[1:], strict=False)
    ):
        return line
    texts: list[list[int]] = []
    for i in sorted(line):
        if texts and abs(x0[i] - x1[texts[-1][-1]]) <= 0.6 * em[i]:
            texts[-1].append(i)
        else:
            texts.append([i])
    return [i for text in sorted(texts, key=lambda text: x0[text[0]]) for i in text]


def _without_marks(glyphs: Listed, line: list[int]) -> list[int]:
    """A line without the small raised marks at a figure: they lead to a footnote and are no digits of it."""
    on = [glyphs.base[i] for i in line]
    if max(on) - min(on) < RAISED * min(glyphs.em[i] for i in line):
        return line
    ink = np.array([not glyphs.space[i] for i in line])
    digits = ink & np.array([glyphs.char[i] in _DIGITS for i in line])
    if ink.sum() < 2 or not digits.any():
        return line
    # fonts differ in how wide and how high their digits are: a mark may be small in either
    base, size = np.array(on), np.array([glyphs.em[i] for i in line])
    wide = np.array([glyphs.x1[i] - glyphs.x0[i] for i in line])
    usual = float(np.median(size[digits]))
    ground = float(np.median(base[digits & (size >= usual)]))
    small = (size < SMALL * usual) | digits & (wide < SMALL * np.median(wide[digits]))
    raised = small & ink & (base > ground + RAISED * usual)
    rest = "".join(glyphs.char[line[k]] for k in np.flatnonzero(ink & ~raised))
    longest = max((len(part) for part in np.split(raised, np.flatnonzero(np.diff(raised)) + 1) if part[0]), default=0)
    if not (0 < longest <= MARK and _is_figure(rest)):
        return line
    return [i for i, mark in zip(line, raised.tolist(), strict=True) if not mark]


def _is_figure(text: str) -> bool:
    return (
        bool(text)
        and all(char in FIGURES or char in "()（）" for char in text)
        and any(char in _DIGITS for char in text)
    )


def _line_text(glyphs: Listed, line: list[int]) -> str:
    """The text of a line; a blank parts two digits that stand far apart, or on different lines, or differ in size."""
    chars = [glyphs.char[i] for i in line]
    x0, x1, base, em = glyphs.x0, glyphs.x1, glyphs.base, glyphs.em
    places = [
        k
        for k in range(1, len(line))
        if chars[k - 1] in FIGURES and chars[k] in FIGURES and not (glyphs.space[line[k - 1]] or glyphs.space[line[k]])
    ]
    pairs = [(line[k - 1], line[k]) for k in places]
    gaps = [_share(x0[right] - x1[left], max(em[left], em[right])) for left, right in pairs]
    even = max(0.0, min(gaps, default=0.0))
    # the boxes of slanted glyphs overlap, all of them
    usual = _median(gaps) if gaps else 0.0
    tight = min(max(usual, -TIGHT), 0.0)
    for k, (left, right), gap in zip(places, pairs, gaps, strict=True):
        size = max(em[left], em[right])
        if chars[k - 1] in _DIGITS and chars[k] in _DIGITS:
            of_two = gap > min(GAP, even + UNLIKE) or abs(base[right] - base[left]) > UNEVEN * size
            of_two |= min(em[left], em[right]) < SMALL * size
            if abs(right - left) > 1:  # not drawn one after the other
                of_two |= abs(gap - usual) > UNEVEN_GAP or abs(base[right] - base[left]) > LEVEL * size
        else:  # a sign is as high, wide and near as its font has it
            of_two = gap > GAP and chars[k - 1] in _SIGNED and chars[k] in _DIGITS
        over = gap < tight - OVER or gap < -AGAIN and abs(right - left) > 1
        if over or of_two:
            chars[k] = APART + chars[k]
    return "".join(chars).strip()


def _share(length: float, size: float) -> float:
    """``length`` in sizes; boundless where there is no size."""
    return length / size if size else np.inf * np.sign(length)


def _median(values: list[float]) -> float:
    """As numpy's, which takes long for a few."""
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _another_figure(glyphs: Listed, above: list[int], below: list[int], upper: str, lower: str, width: float) -> bool:
    """Whether a line of figures under another one is a figure of its own, not the rest that had no room above."""
    if not (_is_figure(upper.replace(APART, "")) and _is_figure(lower.replace(APART, ""))):
        return False
    if upper.endswith((".", ",", "，", "-")) or lower.startswith((".", ",", "，")):
        return False
    used = max(glyphs.x1[i] for i in above) - min(glyphs.x0[i] for i in above)
    digit = _median([glyphs.x1[i] - glyphs.x0[i] for i in above])
    return used + digit + ROOM < width


def _pieces(glyphs: Listed, line: list[int]) -> list[Piece]:
    """The stretches of a line that gaps part: wide ones anywhere, narrow ones between a figure and a word."""
    x0, x1, em, char = glyphs.x0, glyphs.x1, glyphs.em, glyphs.char
    edges, apart = [0], []
    for k in range(1, len(line)):
        left, right = line[k - 1], line[k]
        gap = x0[right] - x1[left]
        if gap > UNLIKE * em[right]:
            apart.append(k)
        parted = gap > 0.8 * em[right] or (char[left] in FIGURES) != (char[right] in FIGURES)
        if parted and gap > 0.1 * em[right]:
            edges.append(k)
    edges.append(len(line))
    pieces = []
    for a, b in zip(edges, edges[1:], strict=False):
        text = "".join([char[i] for i in line[a:b]])
        if any(a < k < b for k in apart) and _is_figure(text):
            text = _line_text(glyphs, line[a:b])  # it may be two
        pieces.append((x0[line[a]], x1[line[b - 1]], text))
    return pieces


def lines_outside(page: Page, grids: list[Grid]) -> list[Line]:
    """The lines of text of a page that stand in none of its grids, top to bottom."""
    glyphs = page.glyphs
    free = np.ones(len(glyphs), dtype=bool)
    for grid in grids:
        left, low, right, top = grid.box
        free &= ~((glyphs.x > left - 3) & (glyphs.x < right + 3) & (glyphs.y > low) & (glyphs.y < top))
    listed = glyphs.listed
    base, em, x0 = listed.base, listed.em, listed.x0
    which = sorted(np.flatnonzero(free).tolist(), key=lambda i: (-base[i], x0[i]))
    lines = []
    start = 0
    for k in range(1, len(which) + 1):
        if k == len(which) or base[which[start]] - base[which[k]] > 0.45 * em[which[start]]:
            line = sorted(which[start:k], key=x0.__getitem__)
            start = k
            ink = [i for i in line if not listed.space[i]]
            if ink:
                lines.append(_line(page, line, ink))
    return lines


def _line(page: Page, line: list[int], ink: list[int]) -> Line:
    glyphs = page.glyphs.listed
    text = "".join([glyphs.char[i] for i in line]).strip()
    base, em = _median([glyphs.base[i] for i in ink]), _median([glyphs.em[i] for i in ink])
    box = (min(glyphs.x0[i] for i in ink), base - 0.2 * em, max(glyphs.x1[i] for i in ink), base + 0.9 * em)
    return Line(text, box, page.number, tuple(_pieces(glyphs, ink)), page.shown(box))
