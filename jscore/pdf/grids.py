"""Ruled tables as grids of cells: camelot finds the cells, pdfium's glyphs fill them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np

from jscore.pdf.camelot_functions import taken
from jscore.pdf.columns import undrawn_edges
from jscore.pdf.glyphs import FIGURES, Glyphs
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
#: Digits that lie over each other by so much of their size are of two figures, or one was written over.
OVER, TIGHT = 0.2, 0.25
#: Over so much of it if they were not drawn one after the other.
AGAIN = 0.1
#: The most digits of a footnote's mark.
MARK = 2
#: The gaps between the glyphs of one text are even to so much of their size.
UNEVEN_GAP = 0.06
#: White on both sides of a text in its cell (points).
ROOM = 8.0
_DIGITS = set("0123456789")
#: Digits, signs and a point: a figure that stands apart behind one is another.
_SIGNED = _DIGITS | set("-−–—.")
#: A figure with its two decimals, or a percentage.
_WHOLE = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)\.\d\d%?")
#: A function code whose parts stand in columns of their own.
_CODE_IN_PARTS = re.compile(r"(\d{3}\|)?\d\d(\|\d\d)?|\d{3}\|\d\d")
#: Punctuation that may hang over the right border of its cell.
HANGING = set("，。、；：！？）》】」』”’…,.;:!?)%％")


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

    @property
    def text(self) -> str:
        """The text as printed, its line breaks removed."""
        return "".join(self.lines).strip()


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
    cells = tuple(
        Cell(
            r, c, rs, cs, page.number,
            page.shown((float(xs[c]), float(ys[r + rs]), float(xs[c + cs]), float(ys[r]))),
            *lines.get(i, ((), ())),
        )
        for i, (r, c, rs, cs) in enumerate(spans)
    )  # fmt: skip
    box = (float(xs[0]), float(ys[-1]), float(xs[-1]), float(ys[0]))
    sides = (frozenset(np.flatnonzero(~walls[side]).tolist()) for side in (0, -1))
    return Grid(page.number, box, cells, len(ys) - 1, len(xs) - 1, engine, tuple(map(float, xs)), *sides)


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
    for rule in rules:
        constant, start, end = rule[axis], rule[1 - axis], rule[3 - axis]
        nearest = int(np.argmin(np.abs(across - constant)))
        if abs(across[nearest] - constant) <= NARROW:
            covered[nearest] += np.clip(np.minimum(high, end) - np.maximum(low, start), 0, None)
    closed: np.ndarray = covered >= COVERED * (high - low)
    return closed


def _merged(
    walls: np.ndarray, floors: np.ndarray, xs: np.ndarray, ys: np.ndarray
) -> tuple[np.ndarray, list[tuple[int, int, int, int]]]:
    """Merge the cells that no rule parts: the owner of every grid square, and each cell's span."""
    rows, cols = len(ys) - 1, len(xs) - 1
    owner = np.full((rows, cols), -1)
    spans: list[tuple[int, int, int, int]] = []
    for r in range(rows):
        for c in range(cols):
            if owner[r, c] >= 0:
                continue
            cs = 1
            while c + cs < cols and not walls[c + cs, r] and owner[r, c + cs] < 0:
                cs += 1
            rs = 1
            while (
                r + rs < rows
                and not floors[r + rs, c : c + cs].any()
                and (owner[r + rs, c : c + cs] < 0).all()
                and not walls[c + 1 : c + cs, r + rs].any()
            ):
                rs += 1
            owner[r : r + rs, c : c + cs] = len(spans)
            spans.append((r, c, rs, cs))
    return owner, spans


# --- filling ---------------------------------------------------------------------------


def _fill(
    glyphs: Glyphs, owner: np.ndarray, xs: np.ndarray, ys: np.ndarray, widths: list[float]
) -> dict[int, tuple[tuple[str, ...], tuple[Piece, ...]]]:
    """The lines and pieces of text of every cell, by each glyph's own position."""
    near = np.flatnonzero(
        (glyphs.x > xs[0] - 12) & (glyphs.x < xs[-1] + 12) & (glyphs.base > ys[-1] - 6) & (glyphs.base < ys[0] + 6)
    )
    if not len(near):
        return {}
    run = _runs(glyphs, near)
    middle = (np.bincount(run, weights=glyphs.y[near]) / np.bincount(run))[run]
    col = np.searchsorted(xs, glyphs.x[near], side="right") - 1
    row = np.searchsorted(-ys, -middle, side="right") - 1
    inside = (col >= 0) & (col < owner.shape[1]) & (row >= 0) & (row < owner.shape[0])
    cell = np.full(len(near), -1)
    cell[inside] = owner[row[inside], col[inside]]
    for k in range(1, len(near)):
        # a closing mark belongs to what it closes, also where it hangs over the border
        if run[k] == run[k - 1] and cell[k] != cell[k - 1] and glyphs.char[near[k]] in HANGING:
            cell[k] = cell[k - 1]
    chars = _figures_across(glyphs, near, run, cell, xs)
    if len(chars):
        glyphs = replace(glyphs, char=chars)
    for mark, figure in _marks_at_figures(glyphs, near):
        cell[mark] = cell[figure]
    for part in _overflowing(glyphs, near, run, row, owner, xs):
        for text in np.split(part, _text_ends(glyphs, near[part], xs)):
            cell[text] = np.bincount(cell[text] + 1).argmax() - 1
    return {int(i): cell_lines(glyphs, near[where], widths[i]) for i, where in _groups(cell) if i >= 0}


def _figures_across(glyphs: Glyphs, near: np.ndarray, run: np.ndarray, cell: np.ndarray, xs: np.ndarray) -> np.ndarray:
    """Bring figures that run over a border into the cell that most of each stands in; ``cell`` is changed.

    What can be one figure or the figures of two cells that touch is parted by APART there, in the characters of all
    glyphs that are given back (none if nothing had to be parted).
    """
    figure = np.isin(glyphs.char[near], list(FIGURES))
    gap = glyphs.x0[near[1:]] - glyphs.x1[near[:-1]]
    size = np.maximum(glyphs.em[near[1:]], glyphs.em[near[:-1]])
    touching = (run[1:] == run[:-1]) & figure[1:] & figure[:-1] & (np.abs(gap) < UNLIKE * size)
    of = np.concatenate([[0], np.cumsum(~touching)])
    chars = np.zeros(0, dtype=object)
    for number in np.unique(of[1:][touching & (cell[1:] != cell[:-1])]):
        part = np.flatnonzero(of == number)
        if len(_text_ends(glyphs, near[part], xs)):
            continue  # their gap tells the figures of two cells apart
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


def _marks_at_figures(glyphs: Glyphs, near: np.ndarray) -> list[tuple[int, int]]:
    """Small raised digits and the last glyph of the figure that each is set at: (position in ``near``, position)."""
    x0, x1, base, em = glyphs.x0[near], glyphs.x1[near], glyphs.base[near], glyphs.em[near]
    digit = np.isin(glyphs.char[near], list(_DIGITS))
    wide = x1 - x0
    usual = np.median(wide[digit]) if digit.any() else 0.0
    found = []
    for k in np.flatnonzero(digit & (wide < SMALL * usual)):
        raised = (base[k] - base > RAISED * em) & (base[k] - base < 0.7 * em) & (wide[k] < SMALL * wide)
        at = np.flatnonzero(digit & raised & (np.abs(x0[k] - x1) < GAP * em))
        if len(at):
            found.append((int(k), int(at[np.argmin(np.abs(x0[k] - x1[at]))])))
    return found


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
    digit, point = (np.isin(glyphs.char[run], list(chars)) for chars in (_DIGITS, ".,"))
    in_figure = digit[:-1] & point[1:] | point[:-1] & digit[1:]  # points are set closer, or wider, than digits
    return np.flatnonzero((uneven & ~in_figure | _figure_begins(glyphs, run, xs)) & (border < em)) + 1


def _figure_begins(glyphs: Glyphs, run: np.ndarray, xs: np.ndarray) -> np.ndarray:
    """Where the figures at the end of a run begin, if that is right of a border that its words reach: the next cell's."""
    figures = np.isin(glyphs.char[run], list(FIGURES))
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


def cell_lines(glyphs: Glyphs, which: np.ndarray, width: float = np.inf) -> tuple[tuple[str, ...], tuple[Piece, ...]]:
    """Glyphs as lines of text, top to bottom, each left to right, and the pieces that wide gaps leave of them.

    Two figures in a cell are two texts: a blank stands between them, so that nobody takes them for one.
    ``width`` is the cell's: a figure goes on in the next line only where there was no room for it.
    """
    which = which[np.lexsort((glyphs.x0[which], -glyphs.base[which]))]
    base, em = glyphs.base[which].tolist(), glyphs.em[which].tolist()
    lines: list[str] = []
    pieces: list[Piece] = []
    start, before = 0, None
    for k in range(1, len(which) + 1):
        if k == len(which) or base[start] - base[k] > 0.45 * max(em[start], em[k]):
            line = which[start:k]
            line = line[np.argsort(glyphs.x0[line], kind="stable")]
            line = line[~_footnote_marks(glyphs, line)]
            text = _line_text(glyphs, line)
            if text:
                ink = line[~glyphs.space[line]]
                if before is not None and _another_figure(glyphs, before, ink, lines[-1], text, width):
                    lines[-1] += APART
                lines.append(text)
                pieces += _pieces(glyphs, ink)
                before = ink
            start = k
    return tuple(lines), tuple(pieces)


def _footnote_marks(glyphs: Glyphs, line: np.ndarray) -> np.ndarray:
    """Small raised marks at a figure: they lead to a footnote and are no digits of it."""
    marks = np.zeros(len(line), dtype=bool)
    base = glyphs.base[line]
    if base.max() - base.min() < RAISED * glyphs.em[line].min():
        return marks
    ink = ~glyphs.space[line]
    digits = ink & np.isin(glyphs.char[line], list(_DIGITS))
    if ink.sum() < 2 or not digits.any():
        return marks
    # fonts differ in how wide and how high their digits are: a mark may be small in either
    size, wide = glyphs.em[line], (glyphs.x1 - glyphs.x0)[line]
    usual = float(np.median(size[digits]))
    ground = float(np.median(base[digits & (size >= usual)]))
    small = (size < SMALL * usual) | digits & (wide < SMALL * np.median(wide[digits]))
    raised = small & ink & (base > ground + RAISED * usual)
    rest = "".join(glyphs.char[line[ink & ~raised]])
    longest = max((len(part) for part in np.split(raised, np.flatnonzero(np.diff(raised)) + 1) if part[0]), default=0)
    return raised if 0 < longest <= MARK and _is_figure(rest) else marks


def _is_figure(text: str) -> bool:
    return (
        bool(text)
        and all(char in FIGURES or char in "()（）" for char in text)
        and any(char in _DIGITS for char in text)
    )


def _line_text(glyphs: Glyphs, line: np.ndarray) -> str:
    """The text of a line; a blank parts two digits that stand far apart, or on different lines, or differ in size."""
    chars = glyphs.char[line].tolist()
    inked = [k for k in range(len(line)) if not glyphs.space[line[k]]]
    x0, x1, base, em = glyphs.x0[line], glyphs.x1[line], glyphs.base[line], glyphs.em[line]
    pairs = [
        (left, right)
        for left, right in zip(inked, inked[1:], strict=False)
        if right == left + 1 and chars[left] in FIGURES and chars[right] in FIGURES
    ]
    gaps = [(x0[right] - x1[left]) / max(em[left], em[right]) for left, right in pairs]
    even = max(0.0, min(gaps, default=0.0))
    # the boxes of slanted glyphs overlap, all of them
    tight = float(np.clip(np.median(gaps), -TIGHT, 0)) if gaps else 0.0
    for (left, right), gap in zip(pairs, gaps, strict=True):
        size = max(em[left], em[right])
        if chars[left] in _DIGITS and chars[right] in _DIGITS:
            of_two = gap > min(GAP, even + UNLIKE) or abs(base[right] - base[left]) > UNEVEN * size
            of_two |= min(em[left], em[right]) < SMALL * size
        else:  # a sign is as high, wide and near as its font has it
            of_two = gap > GAP and chars[left] in _SIGNED and chars[right] in _DIGITS
        over = gap < tight - OVER or gap < -AGAIN and abs(line[right] - line[left]) > 1
        if over or of_two:
            chars[right] = APART + chars[right]
    return "".join(chars).strip()


def _another_figure(glyphs: Glyphs, above: np.ndarray, below: np.ndarray, upper: str, lower: str, width: float) -> bool:
    """Whether a line of figures under another one is a figure of its own, not the rest that had no room above."""
    if not (_is_figure(upper.replace(APART, "")) and _is_figure(lower.replace(APART, ""))):
        return False
    if upper.endswith((".", ",", "，", "-")) or lower.startswith((".", ",", "，")):
        return False
    used = glyphs.x1[above].max() - glyphs.x0[above].min()
    digit = float(np.median(glyphs.x1[above] - glyphs.x0[above]))
    return bool(used + digit + ROOM < width)


def _pieces(glyphs: Glyphs, line: np.ndarray) -> list[Piece]:
    """The stretches of a line that gaps part: wide ones anywhere, narrow ones between a figure and a word."""
    x0, x1, em = glyphs.x0[line], glyphs.x1[line], glyphs.em[line]
    char = glyphs.char[line]
    gap = x0[1:] - x1[:-1]
    apart = gap > 0.1 * em[1:]
    if not apart.any():
        return [(float(x0[0]), float(x1[-1]), "".join(char))]
    parted = gap > 0.8 * em[1:]
    for k in np.flatnonzero(apart & ~parted):
        parted[k] = (char[k] in FIGURES) != (char[k + 1] in FIGURES)
    edges = [0, *(np.flatnonzero(parted) + 1).tolist(), len(line)]
    return [(float(x0[a]), float(x1[b - 1]), "".join(char[a:b])) for a, b in zip(edges, edges[1:], strict=False)]


def lines_outside(page: Page, grids: list[Grid]) -> list[Line]:
    """The lines of text of a page that stand in none of its grids, top to bottom."""
    glyphs = page.glyphs
    free = np.ones(len(glyphs), dtype=bool)
    for grid in grids:
        x0, y0, x1, y1 = grid.box
        free &= ~((glyphs.x > x0 - 3) & (glyphs.x < x1 + 3) & (glyphs.y > y0) & (glyphs.y < y1))
    which = np.flatnonzero(free)
    which = which[np.lexsort((glyphs.x0[which], -glyphs.base[which]))]
    lines = []
    start = 0
    for k in range(1, len(which) + 1):
        if k == len(which) or glyphs.base[which[start]] - glyphs.base[which[k]] > 0.45 * glyphs.em[which[start]]:
            line = which[start:k]
            line = line[np.argsort(glyphs.x0[line], kind="stable")]
            start = k
            ink = line[~glyphs.space[line]]
            if len(ink):
                lines.append(_line(page, line, ink))
    return lines


def _line(page: Page, line: np.ndarray, ink: np.ndarray) -> Line:
    glyphs = page.glyphs
    text = "".join(glyphs.char[line]).strip()
    base, em = float(np.median(glyphs.base[ink])), float(np.median(glyphs.em[ink]))
    box = (float(glyphs.x0[ink].min()), base - 0.2 * em, float(glyphs.x1[ink].max()), base + 0.9 * em)
    return Line(text, box, page.number, tuple(_pieces(glyphs, ink)), page.shown(box))
