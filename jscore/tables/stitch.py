"""Fragments of a form on following pages, put together as one table.

Belongs here: which grid goes on with the one before, one set of columns for all
fragments, which rows are headings, where a row of one fragment goes on in the next.
Does not: what the columns mean (``accounts``, ``evaluations``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from jscore.pdf.grids import Cell, Grid
from jscore.pdf.pages import Line
from jscore.tables.evaluation_terms import evaluation_form, forms_apart, plain_label
from jscore.tables.forms import BY_KEY, QUOTES, UNKNOWN, head_text, is_title, recognise, title_form
from jscore.text.normal import nfkc

#: Edges of columns that lie this near on two pages are one (points).
SAME_EDGE = 3.5

#: What stands in the headings of the nine tables, and in no row of data.
HEADING = re.compile(
    r"项目(\(按?(支出)?(功能|性质|经济).*\))?|行次?|金额|(本年)?决算数?|(年初|调整|全年)?预算数?|栏次|收入|支出|支?出?功能分类|"
    r"(本年)?(支出)?(功能|经济)分类(科目)?(编码|代码|名称)?|科目(编码|代码|名称)|编码|名称|类|款|项|小计|合计|本年(收入|支出)(合计|小计)?|"
    r"(一般公共预算|政府性基金(预算)?|国有资本经营(预算)?)(财政拨款)?|财政拨款收入|上级补助收入|事业收入(\(.*\))?|经营收入|附属单位上缴收入|"
    r"其他收入|基本支出|项目支出|上缴上级支出|经营支出|对?附属单位补助支出|年初.{0,8}结[转余].*|年末.{0,8}结[转余].*|人员经费|公用经费|"
    r"(年?度?(一般公共预算)?财政拨款)?三公经费.{0,8}|因公出国.*|公务接待费|公务用车.*|其中:?|备注|上年(决算)?数?|(比上年)?增减.{0,4}|.{0,6}(比重|占比)"
)
_DATA = re.compile(
    r"-?\d[\d,]*[.,]\d*$|(?!20\d\d$)\d{3,}$|[一二三四五六七八九十]+、|\(?\d+[)、.．](?!\d)|(?!20\d\d年)\d{3,7}\D"
)
#: Headings with nothing but numbers of columns under them.
_LEAF = re.compile(r"(20\d\d年度?)?(本年)?(年初|全年|调整)?(决算数?|预算数|金额)(\(.*\))?")
_TOTAL = re.compile("合计|总计|(人员|公用)经费合计|本年(收入|支出)合计")
#: A row of column numbers: 栏次 | 1 | 2 | 3.
_NUMBERS = re.compile(r"栏次|\d{1,2}(=.*)?")
_PREAMBLE = re.compile(r"(单位|部门)(名称)?[:：]|^公开\d+表$|^财决\w*表$|^\d{4}年度?$")
_NOISE = re.compile(r"^[-—–\s]*\d+[-—–\s]*$|^第\d+页.*$|^\d+/\d+$|^续表.*|单位[:：]|^公开\d+表$|^共\d+页")


_QUOTES = str.maketrans("", "", QUOTES)


def plain(text: str) -> str:
    """``text`` for comparing headings: NFKC, without white space and quotes."""
    return nfkc(text).translate(_QUOTES)


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
    """A form's table, of one or more fragments."""

    table_id: str
    form: str
    title: str
    fragments: tuple[Grid, ...]
    above: tuple[str, ...]
    below: tuple[str, ...] = ()

    @property
    def pages(self) -> list[int]:
        return sorted({fragment.page for fragment in self.fragments})

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
            edge = [int(np.argmin(np.abs(self.xs - x))) for x in self._shifted(fragment)]
            start = len(rows)
            lines: list[list[Cell]] = [[] for _ in range(fragment.rows)]
            for cell in fragment.cells:
                c0, c1 = edge[cell.col], edge[cell.col + cell.colspan]
                if c1 > c0:
                    lines[cell.row].append(replace(cell, row=start + cell.row, col=c0, colspan=c1 - c0))
            rows += [Row(start + r, number, fragment.page, tuple(cells)) for r, cells in enumerate(lines)]
        return tuple(rows)

    @cached_property
    def heading_rows(self) -> frozenset[int]:
        """Rows at the top of the first fragment down to its data, and where they are repeated."""
        found: set[int] = set()
        repeated: list[list[str]] = []
        for number in range(len(self.fragments)):
            reached, ended = -1, False
            for row in (row for row in self.rows if row.fragment == number):
                inside = row.index <= reached and not row.texts
                again = is_heading(row) or row.texts in repeated
                if not (again or inside or is_preamble(row) or number == 0 and _may_head(row, bool(found))):
                    break
                if (
                    ended
                    and row.index > reached
                    and not (is_preamble(row) or row.texts[0] == "栏次" or _counting(row.texts))
                ):
                    break
                found.add(row.index)
                if number == 0:
                    repeated.append(row.texts)
                    ended = ended or any(_LEAF.fullmatch(plain(c.text)) for c in row.cells if c.colspan == 1)
                reached = max([reached, *(cell.row + cell.rowspan - 1 for cell in row.cells)])
        known = any(heading_words(text) for row in self.rows if row.index in found for text in row.texts)
        return frozenset(found) if known else frozenset()

    @property
    def preamble(self) -> list[str]:
        """What is printed over the headings inside the table: title, department, unit."""
        return [
            cell.text for row in self.rows if row.index in self.heading_rows and is_preamble(row) for cell in row.cells
        ]

    @cached_property
    def stacks(self) -> list[tuple[str, ...]]:
        """For every column, the headings over it, top to bottom, without column numbers."""
        columns: list[list[str]] = [[] for _ in range(len(self.xs) - 1)]
        first = min((self.rows[i].fragment for i in self.heading_rows), default=0)
        for row in self.rows:
            if row.fragment != first or row.index not in self.heading_rows or is_preamble(row):
                continue
            for cell in row.cells:
                text = plain(cell.text)
                if text and not _NUMBERS.fullmatch(text):
                    glued = self.fragments[first].engine == "text" and heading_words(text)
                    for c in range(cell.col, cell.col + cell.colspan):
                        columns[c] += glued or [text]
        return _of_the_year([tuple(column) for column in columns])

    @property
    def data_rows(self) -> list[Row]:
        return [row for row in self.rows if row.index not in self.heading_rows]


_YEAR = re.compile(r"^(20\d\d)年度?")
_MONEY = re.compile(r"\((亿|百万|万|千|百)?元\)$")
_LAST_YEAR = re.compile("上年|比上年|较上年|同比|增减")


def _of_the_year(stacks: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Headings without year and unit; a column of another year, or of change, has none."""
    years = [(year.group(1), "预算" in text) for stack in stacks for text in stack if (year := _YEAR.match(text))]
    latest = max([year for year, budget in years if not budget] or [year for year, _ in years], default="")

    def kept(stack: tuple[str, ...]) -> bool:
        old = any((year := _YEAR.match(text)) and year.group(1) != latest for text in stack)
        return not old and not any(_LAST_YEAR.match(text) for text in stack)

    return [tuple(_MONEY.sub("", _YEAR.sub("", text)) for text in stack) if kept(stack) else () for stack in stacks]


def is_heading(row: Row) -> bool:
    """Whether a row holds headings of the nine tables and nothing else."""
    texts = row.texts
    if not texts:
        return False
    if all(_NUMBERS.fullmatch(text) for text in texts):
        return len(texts) > 1 and (texts[0] == "栏次" or _counting(texts))
    return all(map(heading_words, texts)) and set(texts) - {"合计", "总计"} != set()


def _may_head(row: Row, begun: bool) -> bool:
    """Whether a row may be headings that are not all known: no data, and one known once the headings have begun."""
    known = any(heading_words(_MONEY.sub("", _YEAR.sub("", text))) for text in row.texts)
    return bool(row.texts) and not is_data(row) and (known or not begun)


def is_data(row: Row) -> bool:
    """Whether a row holds an amount, a code, an item with its ordinal, or a total: headings end above it."""
    texts = row.texts
    return any(_DATA.match(text) for text in texts) or (bool(texts) and bool(_TOTAL.fullmatch(texts[0])))


def is_preamble(row: Row) -> bool:
    """Whether a row holds what is printed over a table: its title, unit, department, year or number."""
    return bool(row.texts) and all(title_form(text) or _PREAMBLE.search(text) for text in row.texts)


def heading_words(text: str) -> list[str]:
    """``text`` as headings: one, or those of several lines that stand too close to be rows; none if it is no heading."""
    if HEADING.fullmatch(text):
        return [text]
    for end in range(len(text) - 1, 0, -1):
        if HEADING.fullmatch(text[:end]):
            rest = heading_words(text[end:])
            if rest:
                return [text[:end], *rest]
    return []


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
    counts: dict[int, int] = {}
    furniture = _furniture(lines)
    previous: Grid | None = None
    for grid in [part for whole in grids for part in forms_apart(whole)]:
        between = _between(previous, grid, lines)
        above = [line for line in between if line.page == grid.page] if previous else between
        above = above or _bottom_of_page_before(grid, between)
        key, title = recognise(grid, above)
        if (
            found
            and previous is not None
            and _goes_on(
                found[-1], previous, grid, key, title, [line for line in between if _spot(line) not in furniture]
            )
        ):
            found[-1] = replace(found[-1], fragments=(*found[-1].fragments, grid))
        else:
            counts[grid.page] = counts.get(grid.page, 0) + 1
            found.append(
                Table(f"p{grid.page}-{counts[grid.page]}", key, title, (grid,), tuple(line.text for line in above))
            )
        previous = grid
    return [replace(_recognised(table), below=tuple(_below(table, grids, lines))) for table in found]


def _recognised(table: Table) -> Table:
    """A self-evaluation form whose first fragment alone did not show what it is."""
    form = evaluation_form([row.cells for row in table.rows], table.title) if table.form == UNKNOWN else ""
    return replace(table, form=form) if form else table


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


def _goes_on(table: Table, previous: Grid, grid: Grid, key: str, title: str, between: list[Line]) -> bool:
    """Whether ``grid`` is the next fragment of ``table``, whose last fragment is ``previous``."""
    form = BY_KEY.get(table.form)
    if form is not None and form.starts is not None:
        first = plain_label(next((cell.text for cell in grid.cells if cell.lines), ""))
        if form.starts.search(first) or (title and key != table.form) or key in ("project", "overall"):
            return False
    elif title:
        return key == table.form and grid.page <= previous.page + 1 and not _starts_over(table, grid)
    elif key not in (UNKNOWN, table.form) and _has_headings(grid) and not _alike(key, table.form, head_text(grid)):
        return False
    if any(is_title(line.text) and title_form(line.text) is None for line in between if line.page == grid.page):
        return False
    talk = [line for line in between if not _NOISE.search(nfkc(line.text)) and len(nfkc(line.text)) > 5]
    if len(talk) > 1 or any(nfkc(line.text).startswith(("注", "备注", "说明")) for line in talk):
        return False
    base, own = np.array(table.fragments[0].xs), np.array(grid.xs)
    met = _meeting(base, _moved(own, base))
    return met >= max(2, 0.7 * min(len(base), len(own))) or _same_headings(table.fragments[0], grid)


def _has_headings(grid: Grid) -> bool:
    return bool(Table("", "", "", (grid,), ()).heading_rows)


def _same_headings(one: Grid, other: Grid) -> bool:
    """Whether two grids of as many columns begin with the same two rows of headings."""
    rows = [head_text(grid, 2) for grid in (one, other)]
    return one.cols == other.cols and rows[0] == rows[1] != ""


def _alike(key: str, other: str, head: str) -> bool:
    """Whether headings that sign form ``key`` also fit form ``other``."""
    return other in BY_KEY and key in BY_KEY and BY_KEY[other].marks.match(head) is not None


def _starts_over(table: Table, grid: Grid) -> bool:
    """Whether a grid repeats a row of ``table``: another unit's table of the same form."""
    again = Table("", table.form, "", (grid,), ())
    firsts = [[row.texts[0] for row in rows if row.texts] for rows in (table.data_rows, again.data_rows)]
    codes = [{text for text in texts if re.fullmatch(r"\d{5}|\d{7}", text)} for texts in firsts]
    return bool(codes[0] & codes[1]) or bool(firsts[0]) and firsts[0][:1] == firsts[1][:1]
