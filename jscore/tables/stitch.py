"""Fragments of a form on following pages, put together as one table: beneath each other, or side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from jscore.language import tr
from jscore.pdf.columns import lines_near
from jscore.pdf.grids import Cell, Grid, grid_of_lines
from jscore.pdf.pages import Line
from jscore.tables.evaluation_terms import begun_form, evaluation_form, forms_apart, plain_label
from jscore.tables.forms import (
    BY_KEY,
    OTHER,
    UNKNOWN,
    Named,
    head_text,
    is_title,
    own_title,
    plain_title,
    recognise,
    title_form,
)
from jscore.tables.side_by_side import sheets
from jscore.tables.terms import LAST_YEAR, MONEY, NAMING, NUMBERS, TOTAL, YEAR, heading_words, plain
from jscore.tables.undivided import WHY, by_line, is_undivided
from jscore.text import numbers
from jscore.text.normal import nfkc

#: Edges of columns that lie this near on two pages are one (points).
SAME_EDGE = 3.5
#: Rows of a sheet whose columns print on two pages have the same heights, nearly (points).
SAME_HEIGHT = 1.5

_DATA = re.compile(
    r"-?\d[\d,]*[.,]\d*$|(?!20\d\d$)\d{3,}$|[一二三四五六七八九十]+、|\(?\d+[)、.．](?!\d)|(?!20\d\d年)\d{3,7}\D"
)
#: Headings with nothing but numbers of columns under them.
_LEAF = re.compile(r"(20\d\d年度?)?(本年)?(年初|全年|调整)?(决算数?|预算数|金额)(\(.*\))?")
_PREAMBLE = re.compile(r"(单位|部门)(名称)?[:：]|^公开[\d-]+表$|^财决\w*表$|^\d{4}年度?$")
_NOISE = re.compile(r"^[-—–\s]*\d+[-—–\s]*$|^第\d+页.*$|^\d+/\d+$|^续表.*|单位[:：]|^公开[\d-]+表$|^共\d+页")


@dataclass(frozen=True)
class Row:
    """A row of a stitched table: ``cells`` start in it, their ``col`` and ``colspan`` on the table's columns."""

    index: int
    fragment: int
    page: int
    cells: tuple[Cell, ...]

    @property
    def texts(self) -> list[str]:
        return [plain(cell.text) for cell in self.cells if cell.lines]


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
        own = [fragment.box for fragment in self.fragments if self.undivided and fragment.page == line.page]
        return any(x0 <= line.box[0] and line.box[2] <= x1 and y0 <= middle <= y1 for x0, y0, x1, y1 in own)

    @property
    def pages(self) -> list[int]:
        return sorted({cell.page for fragment in self.fragments for cell in fragment.cells})

    @cached_property
    def xs(self) -> np.ndarray:
        """The edges of the columns of all fragments together."""
        edges = np.sort(np.concatenate([self._shifted(fragment) for fragment in self.fragments]))
        starts = np.concatenate([[True], np.diff(edges) > SAME_EDGE])
        return np.array([group.mean() for group in np.split(edges, np.flatnonzero(starts)[1:])])

    def _shifted(self, fragment: Grid) -> np.ndarray:
        """A fragment's edges, moved to where they meet the first fragment's best."""
        base, own = np.array(self.fragments[0].xs), np.array(fragment.xs)
        return base if len(own) == len(base) else _moved(own, base)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows, top to bottom, numbered through; repeated headings included."""
        rows: list[Row] = []
        for number, fragment in enumerate(self.fragments):
            edge = np.abs(self.xs[None, :] - self._shifted(fragment)[:, None]).argmin(axis=1).tolist()
            start = len(rows)
            lines: list[list[Cell]] = [[] for _ in range(fragment.rows)]
            for cell in fragment.cells:
                c0, c1 = edge[cell.col], edge[cell.col + cell.colspan]
                if (start, c0, c1) == (0, cell.col, cell.col + cell.colspan):
                    lines[cell.row].append(cell)
                elif c1 > c0:
                    lines[cell.row].append(replace(cell, row=start + cell.row, col=c0, colspan=c1 - c0))
            rows += [Row(start + r, number, fragment.page, tuple(cells)) for r, cells in enumerate(lines)]
        return tuple(rows)

    @cached_property
    def heading_rows(self) -> frozenset[int]:
        """Rows at the top of the first fragment down to its data, and where they are repeated."""
        return self._heads.rows

    @cached_property
    def _heads(self) -> Headings:
        found: set[int] = set()
        both: dict[int, frozenset[int]] = {}
        repeated: list[list[str]] = []
        naming: set[int] = set()
        for number in range(len(self.fragments)):
            reached, ended = -1, False
            for row in (row for row in self.rows if row.fragment == number):
                inside = row.index <= reached and not row.texts
                again = row.texts in repeated or is_heading(row) and (number == 0 or len(row.texts) > 1)
                if number == 0 and (heads := _heads_over_total(row, naming)):
                    both[row.index] = heads
                    repeated.append(row.texts)
                    break
                if not (again or inside or is_preamble(row) or number == 0 and _may_head(row, bool(found))):
                    break
                if (
                    ended
                    and row.index > reached
                    and not (is_preamble(row) or row.texts[0] == "栏次" or _counting(row.texts) or _units(row))
                ):
                    break
                found.add(row.index)
                if number == 0:
                    repeated.append(row.texts)
                    ended = ended or any(_LEAF.fullmatch(plain(c.text)) for c in row.cells if c.colspan == 1)
                    naming |= {
                        c
                        for cell in row.cells
                        if NAMING.search(plain(cell.text))
                        for c in range(cell.col, cell.col + cell.colspan)
                    }
                reached = max([reached, *(cell.row + cell.rowspan - 1 for cell in row.cells)])
        known = any(heading_words(text) for row in self.rows if row.index in found for text in row.texts)
        return Headings(frozenset(found), both) if known else Headings(frozenset(), {})

    @property
    def preamble(self) -> list[str]:
        """What is printed over the headings inside the table: title, department, unit."""
        return [
            cell.text for row in self.rows if row.index in self.heading_rows and is_preamble(row) for cell in row.cells
        ]

    @cached_property
    def head_cells(self) -> list[list[Cell]]:
        """For every column, the cells of headings over it, top to bottom, without column numbers."""
        columns: list[list[Cell]] = [[] for _ in range(len(self.xs) - 1)]
        first = min((self.rows[i].fragment for i in self.heading_rows), default=0)
        for row in self.rows:
            headed = row.index in self.heading_rows and not is_preamble(row)
            if row.fragment != first or not (headed or row.index in self._heads.both):
                continue
            for cell in _parted_heads(row.cells):
                text = plain(cell.text)
                if text and not NUMBERS.fullmatch(text) and (headed or cell.col in self._heads.both[row.index]):
                    for c in range(cell.col, cell.col + cell.colspan):
                        columns[c].append(cell)
        return columns

    @cached_property
    def _printed_stacks(self) -> list[list[str]]:
        glued = self.fragments[min((self.rows[i].fragment for i in self.heading_rows), default=0)].engine == "text"
        stacks: list[list[str]] = []
        for cells in self.head_cells:
            texts = [plain(cell.text) for cell in cells]
            stacks.append([word for text in texts for word in (glued and heading_words(text) or [text])])
        return stacks

    @cached_property
    def stacks(self) -> list[tuple[str, ...]]:
        """For every column, the headings over it, top to bottom, without column numbers, year and unit."""
        return _of_the_year(self._printed_stacks)

    @cached_property
    def column_units(self) -> list[str | None]:
        """For every column, the money unit that its own headings state."""
        units = ([found.group(1) for text in stack if (found := MONEY.search(text))] for stack in self._printed_stacks)
        return [found[-1] if found else None for found in units]

    @cached_property
    def data_rows(self) -> list[Row]:
        """The rows of data; of a row that is headings and a total at once, the total."""
        both = self._heads.both
        return [
            replace(row, cells=tuple(cell for cell in row.cells if cell.col not in both.get(row.index, ())))
            for row in self.rows
            if row.index not in self.heading_rows
        ]


@dataclass(frozen=True)
class Headings:
    """Rows of headings, and rows that are headings and a total at once: there the columns whose cells are headings."""

    rows: frozenset[int]
    both: dict[int, frozenset[int]] = field(default_factory=dict)


def _heads_over_total(row: Row, naming: set[int]) -> frozenset[int] | None:
    """The columns of the cells that are headings in a row that also prints a total with its figures; else None."""
    printed = [(cell, plain(cell.text)) for cell in row.cells if cell.lines]
    label = next((cell for cell, text in printed if TOTAL.fullmatch(text) and cell.col in naming), None)
    heads = [cell for cell, text in printed if cell is not label and heading_words(text)]
    others = [text for cell, text in printed if cell is not label and cell not in heads]
    figures = [text for text in others if numbers.decimal(text) is not None]
    if (
        label is None
        or all(TOTAL.fullmatch(plain(cell.text)) for cell in heads)
        or not figures
        or any(text not in figures and not numbers.is_blank(text) for text in others)
    ):
        return None
    return frozenset(cell.col for cell in heads)


def _parted_heads(cells: Sequence[Cell]) -> Iterator[Cell]:
    """``cells``, with a heading that ran over its rule and into the next parted from it where the next cell is blank."""
    waiting = ""
    for cell, after in zip(cells, (*cells[1:], None), strict=True):
        words = heading_words(plain(cell.text))
        if waiting:
            yield replace(cell, lines=(waiting,))
            waiting = ""
        elif after is not None and not after.lines and after.col == cell.col + cell.colspan and len(words) == 2:
            waiting = words[1]
            yield replace(cell, lines=(words[0],))
        else:
            yield cell


def _of_the_year(stacks: list[list[str]]) -> list[tuple[str, ...]]:
    """Headings without year and unit; a column of another year, or of change, has none."""
    years = [(year.group(1), "预算" in text) for stack in stacks for text in stack if (year := YEAR.match(text))]
    latest = max([year for year, budget in years if not budget] or [year for year, _ in years], default="")

    def kept(stack: list[str]) -> bool:
        old = any((year := YEAR.match(text)) and year.group(1) != latest for text in stack)
        return not old and not any(LAST_YEAR.match(text) for text in stack)

    def bare(stack: list[str]) -> tuple[str, ...]:
        return tuple(text for text in (MONEY.sub("", YEAR.sub("", text)) for text in stack) if text)

    return [bare(stack) if kept(stack) else () for stack in stacks]


def is_heading(row: Row) -> bool:
    """Whether a row holds headings of the nine tables and nothing else."""
    texts = row.texts
    if not texts:
        return False
    if all(NUMBERS.fullmatch(text) for text in texts):
        return len(texts) > 1 and (texts[0] == "栏次" or _counting(texts))
    return all(map(heading_words, texts)) and set(texts) - {"合计", "总计"} != set()


def _may_head(row: Row, begun: bool) -> bool:
    """Whether a row may be headings that are not all known: no data, and one known once the headings have begun."""
    known = any(heading_words(MONEY.sub("", YEAR.sub("", text))) for text in row.texts)
    return bool(row.texts) and not is_data(row) and (known or not begun)


def is_data(row: Row) -> bool:
    """Whether a row holds an amount, a code, an item with its ordinal, or a total: headings end above it."""
    texts = row.texts
    return any(_DATA.match(text) for text in texts) or (bool(texts) and bool(TOTAL.fullmatch(texts[0])))


def is_preamble(row: Row) -> bool:
    """Whether a row holds what is printed over a table: its title, unit, department, year or number."""
    return bool(row.texts) and all(title_form(text) or _PREAMBLE.search(text) for text in row.texts)


def _units(row: Row) -> bool:
    return all(MONEY.fullmatch(text) for text in row.texts)


def _counting(texts: list[str]) -> bool:
    return [text.split("=")[0] for text in texts] == [str(i) for i in range(1, len(texts) + 1)]


def _moved(own: np.ndarray, base: np.ndarray) -> np.ndarray:
    """``own`` edges, moved by nothing or to meet ``base`` at its left or right end, whichever meets it best."""
    shifts = (0.0, base[0] - own[0], base[-1] - own[-1])
    return own + max(shifts, key=lambda dx: _meeting(base, own + dx))


def _meeting(a: np.ndarray, b: np.ndarray) -> int:
    """How many edges of ``b`` meet one of ``a``."""
    return int((np.abs(a[:, None] - b[None, :]).min(axis=0) <= SAME_EDGE).sum())


# --- joining ---------------------------------------------------------------------------


def tables(grids: Sequence[Grid], lines: Sequence[Line]) -> list[Table]:
    """The report's tables, in order, from the grids and the lines outside them of all pages."""
    found: list[Table] = []
    titles_above: list[list[Line]] = []
    counts: dict[int, int] = {}
    furniture = _furniture(lines)
    previous: Grid | None = None
    for grid in [part for whole in sheets([by_line(grid) for grid in grids]) for part in forms_apart(whole)]:
        between = _between(previous, grid, lines)
        above = [line for line in between if line.page == grid.page] if previous else between
        above = above or _bottom_of_page_before(grid, between)
        titles = [line for line in above if _spot(line) not in furniture]
        named = recognise(grid, titles)
        talk = [line for line in between if _spot(line) not in furniture]
        again = found and plain_title(named.title) == plain_title(found[-1].title)
        wider = _widened(found[-1], grid, talk) if found and (again or not named.title) else None
        if wider is not None:
            now = recognise(wider.fragments[0], titles_above[-1])
            found[-1] = replace(wider, form=now.form, why=now.why)
        elif found and previous is not None and _is_next(found[-1], previous, grid, named, talk):
            found[-1] = replace(found[-1], fragments=(*found[-1].fragments, grid))
        else:
            counts[grid.page] = counts.get(grid.page, 0) + 1
            above_texts = tuple(line.text for line in above)
            table_id = f"p{grid.page}-{counts[grid.page]}"
            titles_above.append(titles)
            found.append(Table(table_id, named.form, named.title, (grid,), above_texts, why=named.why))
        previous = grid
    loose = [line for line in lines if _spot(line) not in furniture]
    pages_of_grids = {grid.page for grid in grids}
    whole = [_with_rest(_recognised(table), [x for x in loose if x.page not in pages_of_grids]) for table in found]
    return [
        replace(table, below=tuple(_below(table, grids, lines)), beside=tuple(_beside(table, loose))) for table in whole
    ]


def _with_rest(table: Table, lines: Sequence[Line]) -> Table:
    """A form without rules with what of it stands at the top of the next page; ``lines`` are of pages without tables."""
    last = table.fragments[-1]
    following = [line for line in lines if line.page == last.page + 1]
    if not table.undivided or not following or is_title(following[0].text):
        return table
    rest = lines_near(following, [Line("", last.box, last.page)])
    if not any(len(line.pieces) > 1 for line in rest):
        return table
    return replace(table, fragments=(*table.fragments, grid_of_lines(rest)))


def _recognised(table: Table) -> Table:
    """A self-evaluation form whose first fragment alone did not show what it is, or whose cells no rules part."""
    if not table.form.isdigit() and is_undivided(table.fragments):
        fragments = tuple(fragment.by_line or fragment for fragment in table.fragments)
        return replace(table, fragments=fragments, form=UNKNOWN, why=tr(WHY), undivided=True)
    form = evaluation_form([row.cells for row in table.rows], table.title) if table.form in (UNKNOWN, OTHER) else ""
    return replace(table, form=form) if form else table


def _widened(table: Table, grid: Grid, talk: list[Line]) -> Table | None:
    """``table`` with ``grid`` to the right of one of its fragments: the last columns of a sheet that is wider than the page.

    The two have rows of the same heights, and ``grid`` begins with headings of its own and names no rows.
    """
    above = (nfkc(line.text) for line in talk if line.page == grid.page)
    if any(
        len(text) > 5 and not _NOISE.search(text) and plain_title(text) != plain_title(table.title) for text in above
    ):
        return None
    words = _head_words(_alone(grid))
    if not _other_headings(table, grid) and not (not words and _figures_only(grid) and len(_widths(table)) > 1):
        return None
    again = any(NAMING.search(text) for text in words)
    fewest = min(fragment.cols for fragment in table.fragments)
    for number, left in enumerate(table.fragments):
        if left.cols == fewest and left.page < grid.page and _same_rows(left, grid, again):
            joined = _side_by_side(left, grid)
            return replace(table, fragments=(*table.fragments[:number], joined, *table.fragments[number + 1 :]))
    return None


@lru_cache(maxsize=4)
def _alone(grid: Grid) -> Table:
    """A table of one fragment, to see what headings it has by itself."""
    return Table("", "", "", (grid,), ())


def _widths(table: Table) -> set[int]:
    return {fragment.cols for fragment in table.fragments}


def _figures_only(grid: Grid) -> bool:
    texts = [nfkc(cell.text) for cell in grid.cells if cell.lines]
    return bool(texts) and all(numbers.decimal(text) is not None or numbers.is_blank(text) for text in texts)


def _head_words(table: Table) -> set[str]:
    """The headings of a table; over the columns that name its rows, those down to the one that says so."""
    words: set[str] = set()
    for stack in table.stacks:
        naming = [i for i, text in enumerate(stack) if NAMING.search(text)]
        words |= set(stack[: naming[-1] + 1] if naming else stack)
    return words


def _other_headings(table: Table, grid: Grid) -> bool:
    """Whether ``grid`` has headings of its own that ``table`` has not: it is no more rows of it."""
    words, known = _head_words(_alone(grid)), _head_words(table)
    return bool(known) and any(heading_words(word) for word in words - known)


def _heights(grid: Grid) -> np.ndarray:
    single = {cell.row: cell.box[3] - cell.box[1] for cell in grid.cells if cell.rowspan == 1}
    return np.array([single.get(row, np.nan) for row in range(grid.rows)])


def _same_rows(left: Grid, right: Grid, named: bool) -> bool:
    """Whether two grids have rows of the same heights, and, where both are ``named``, of the same names or of none alike."""
    if left.rows != right.rows:
        return False
    firsts = [[nfkc(cell.text) for cell in grid.cells if cell.col == 0 and cell.lines] for grid in (left, right)]
    apart = np.abs(_heights(left) - _heights(right))
    return (not named or firsts[0] == firsts[1] or firsts[0][:1] != firsts[1][:1]) and bool(
        (apart[~np.isnan(apart)] <= SAME_HEIGHT).all()
    )


def _side_by_side(left: Grid, right: Grid) -> Grid:
    """One grid of the columns of both; each cell keeps its page and place."""
    cells = sorted(
        (*left.cells, *(replace(cell, col=cell.col + left.cols) for cell in right.cells)),
        key=lambda cell: (cell.row, cell.col),
    )
    shift = left.xs[-1] - right.xs[0]
    xs = (*left.xs, *(x + shift for x in right.xs[1:]))
    return replace(left, cells=tuple(cells), cols=left.cols + right.cols, xs=xs)


def _spot(line: Line) -> tuple[str, int]:
    """A line's words and height on the page, without its figures."""
    return re.sub(r"[\d一二三四五六七八九十]", "", nfkc(line.text)), round(line.box[1] / 4)


def _furniture(lines: Sequence[Line]) -> set[tuple[str, int]]:
    """Running headers and footers: the same words at the same height on three pages or more, and no title."""
    pages: dict[tuple[str, int], set[int]] = {}
    for line in lines:
        pages.setdefault(_spot(line), set()).add(line.page)
    return {spot for spot, on in pages.items() if len(on) >= 3 and title_form(spot[0]) is None}


def _position(page: int, y: float) -> tuple[int, float]:
    return page, -y


def _between(previous: Grid | None, grid: Grid, lines: Sequence[Line]) -> list[Line]:
    """Lines after ``previous`` (or from the top of the page) down to ``grid``."""
    start = _position(previous.page, previous.box[1]) if previous else (grid.page, -1e9)
    end = _position(grid.page, grid.box[3] - 1)
    return [line for line in lines if start <= _position(line.page, (line.box[1] + line.box[3]) / 2) <= end]


def _bottom_of_page_before(grid: Grid, between: list[Line]) -> list[Line]:
    """The last lines of the page before, where a title may stand alone; not those of a list of tables."""
    last = [line for line in between if line.page == grid.page - 1][-3:]
    return last if sum(line.text.rstrip().endswith("表") for line in last) == 1 else []


def _below(table: Table, grids: Sequence[Grid], lines: Sequence[Line]) -> list[str]:
    """Up to eight lines under a table on its last page, above the next grid."""
    last = table.fragments[-1]
    floor = max((g.box[3] for g in grids if g.page == last.page and g.box[3] <= last.box[1] + 1), default=-1e9)
    return [line.text for line in lines if line.page == last.page and floor < line.box[1] < last.box[1]][:8]


def _beside(table: Table, lines: Sequence[Line]) -> Iterator[tuple[int, Line]]:
    """Lines at the height of a row of ``table``, outside its rules, each with the row."""
    first = 0
    for fragment in table.fragments:
        x0, y0, x1, y1 = fragment.box
        for line in lines:
            middle = (line.box[1] + line.box[3]) / 2
            if line.page == fragment.page and y0 < middle < y1 and (line.box[2] < x0 + 1 or line.box[0] > x1 - 1):
                at = (cell.row for cell in fragment.cells if cell.box[1] <= middle <= cell.box[3])
                yield first + next(at, 0), line
        first += fragment.rows


def _is_next(table: Table, previous: Grid, grid: Grid, named: Named, between: list[Line]) -> bool:
    """Whether ``grid`` is the next fragment of ``table``, whose last fragment is ``previous``."""
    if previous.engine != "text" or not is_undivided(table.fragments):
        return _goes_on(table, previous, grid, named, between)
    # the columns of a form without rules tell nothing
    titled = any(is_title(line.text) for line in between if line.page == grid.page)
    follows = grid.engine == "text" and grid.page == previous.page + 1
    return follows and named.form in (UNKNOWN, OTHER) and not titled and not begun_form(grid)


def _goes_on(table: Table, previous: Grid, grid: Grid, named: Named, between: list[Line]) -> bool:
    """Whether ``grid`` is the next fragment of a ruled table, by its title, its headings and its columns."""
    form = BY_KEY.get(table.form) or BY_KEY.get(begun_form(table.fragments[0]))
    above = [line for line in between if line.page == grid.page]
    title = own_title(grid, above)
    again = bool(title) and plain_title(title) == plain_title(table.title)
    if form is not None and form.starts is not None:
        first = plain_label(next((cell.text for cell in grid.cells if cell.lines), ""))
        if (
            form.starts.search(first)
            or (named.title and named.form != table.form)
            or named.form in ("project", "overall")
        ):
            return False
    elif named.title:
        return not _other_headings(table, grid) and (
            (named.form == table.form not in (OTHER, UNKNOWN) or again)
            and grid.page <= previous.page + 1
            and not _starts_over(table, grid)
        )
    elif named.form not in (UNKNOWN, OTHER, table.form) and _has_headings(grid) and not _alike(named.form, table, grid):
        return False
    if any(is_title(line.text) and title_form(line.text) is None for line in above) and not again:
        return False
    if (form is None or form.starts is None) and _other_headings(table, grid):
        return False
    talk = [line for line in between if not _NOISE.search(nfkc(line.text)) and len(nfkc(line.text)) > 5]
    if len(talk) > 1 or any(nfkc(line.text).startswith(("注", "备注", "说明")) for line in talk):
        return False
    base, own = np.array(table.fragments[0].xs), np.array(grid.xs)
    met = _meeting(base, _moved(own, base))
    return met >= max(2, 0.7 * min(len(base), len(own))) or _same_headings(table.fragments[0], grid)


def _has_headings(grid: Grid) -> bool:
    return bool(_alone(grid).heading_rows)


def _same_headings(one: Grid, other: Grid) -> bool:
    """Whether two grids of as many columns begin with the same two rows of headings."""
    rows = [head_text(grid, 2) for grid in (one, other)]
    return one.cols == other.cols and rows[0] == rows[1] != ""


def _alike(key: str, table: Table, grid: Grid) -> bool:
    """Whether a grid whose headings sign form ``key`` may be another fragment of ``table``, whose headings they also fit."""
    head = head_text(grid)
    return table.form in BY_KEY and key in BY_KEY and BY_KEY[table.form].marks.match(head) is not None


def _starts_over(table: Table, grid: Grid) -> bool:
    """Whether a grid repeats a row of ``table``: another unit's table of the same form."""
    again = Table("", table.form, "", (grid,), ())
    firsts = [[row.texts[0] for row in rows if row.texts] for rows in (table.data_rows, again.data_rows)]
    codes = [{text for text in texts if re.fullmatch(r"\d{5}|\d{7}", text)} for texts in firsts]
    return bool(codes[0] & codes[1]) or bool(firsts[0]) and firsts[0][:1] == firsts[1][:1]
