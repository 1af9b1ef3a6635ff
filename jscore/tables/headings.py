"""The headings of a table: which of its rows they are, and what stands over each column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise

from jscore.pdf.grids import Cell
from jscore.tables.forms import title_form
from jscore.tables.terms import LAST_YEAR, MONEY, NAMING, NUMBERS, TOTAL, YEAR, heading_key, heading_words
from jscore.text import numbers
from jscore.text.names import TABLE_LABEL

#: So many numbers of columns in a row are no amounts.
MANY = 5
_DATA = re.compile(
    r"-?\d[\d,]*[.,]\d*$|(?!20\d\d$)\d{3,}$|[一二三四五六七八九十]+、|\(?\d+[)、.．](?!\d)|(?!20\d\d年)\d{3,7}\D|\d\.\d+E[+]?\d+$"
)
#: Headings with nothing but numbers of columns under them.
_LEAF = re.compile(r"(20\d\d年度?)?(本年)?(年初|全年|调整)?(决算数?|预算数|金额)(\(.*\))?")
_PREAMBLE = re.compile(rf"(单位|部门)(名称)?[:：]|{numbers.STATED_UNIT}|^{TABLE_LABEL}$|^\d{{4}}年度?$")


@dataclass(frozen=True)
class Row:
    """A row of a stitched table: ``cells`` start in it, their ``col`` and ``colspan`` on the table's columns."""

    index: int
    fragment: int
    page: int
    cells: tuple[Cell, ...]

    @cached_property
    def texts(self) -> list[str]:
        return [heading_key(cell.text) for cell in self.cells if cell.lines]


@dataclass(frozen=True)
class Headings:
    """Rows of headings; and rows that are headings and a total at once, with the columns whose cells are headings there."""

    rows: frozenset[int]
    over_total: dict[int, frozenset[int]]
    #: The first fragment that has any.
    fragment: int = 0


def find_headings(rows: Sequence[Row]) -> Headings:
    """The rows at the top of the first fragment down to its data, and where they are repeated."""
    fragments = [list(group) for _, group in groupby(rows, key=lambda row: row.fragment)]
    heads, over_total = _first_headings(fragments[0])
    first = [row for row in fragments[0] if row.index in heads or row.index in over_total]
    for fragment in fragments[1:]:
        reached = -1
        for row in fragment:
            again = any(_repeats(row, head) for head in first) or is_heading(row) and len(row.texts) > 1
            if not (again or row.index <= reached and not row.texts or is_preamble(row)):
                break
            heads.add(row.index)
            reached = max(reached, _end(row))
    if not any(heading_words(text) for row in rows if row.index in heads for text in row.texts):
        return Headings(frozenset(), {})
    return Headings(frozenset(heads), over_total, min(rows[i].fragment for i in heads))


def _repeats(row: Row, head: Row) -> bool:
    """Whether a row prints the headings of another again, or but some of them in their columns, or what its height leaves of them."""

    def placed(row: Row) -> dict[tuple[int, int], str]:
        return {cell.span: heading_key(cell.text) for cell in row.cells if cell.lines}

    over, above = placed(row), placed(head)
    if row.texts == head.texts or is_heading(row) and over.items() <= above.items():
        return True
    cut_off = all(len(text) > 1 and above.get(span, "").startswith(text) for span, text in over.items())
    return len(over) > 1 and cut_off


def _first_headings(rows: Sequence[Row]) -> tuple[set[int], dict[int, frozenset[int]]]:
    heads: set[int] = set()
    naming: set[int] = set()
    reached, leaves, begun = -1, False, False
    for row in rows:
        if columns := _heads_over_total(row, naming):
            return heads, {row.index: columns}
        inside = row.index <= reached
        unprinted = not row.texts and (inside or not begun)
        if not (unprinted or is_heading(row) or is_preamble(row) or _may_head(row, begun)):
            break
        begun |= bool(row.texts)
        if leaves and not inside and not _goes_with_leaves(row):
            break
        heads.add(row.index)
        leaves = leaves or any(_LEAF.fullmatch(heading_key(cell.text)) for cell in row.cells if cell.colspan == 1)
        for cell in row.cells:
            if NAMING.search(heading_key(cell.text)):
                naming |= {*range(*cell.span)}
        reached = max(reached, _end(row))
    return heads, {}


def _end(row: Row) -> int:
    """The last row that a cell of ``row`` reaches down to."""
    return max((cell.end_row - 1 for cell in row.cells), default=-1)


def _goes_with_leaves(row: Row) -> bool:
    """Whether a row under the lowest headings is none of data: units, numbers of columns, a title."""
    units = all(map(MONEY.fullmatch, row.texts))
    return is_preamble(row) or row.texts[0] == "栏次" or _counting(row.texts) or units


def cells_over(rows: Sequence[Row], headings: Headings, columns: int) -> list[list[Cell]]:
    """For every column, the cells of headings over it, top to bottom, without column numbers."""
    over: list[list[Cell]] = [[] for _ in range(columns)]
    for row in (row for row in rows if row.fragment == headings.fragment):
        heads = row.index in headings.rows and not is_preamble(row)
        for cell in parted(row.cells, _two_headings):
            text = heading_key(cell.text)
            head = heads or cell.col in headings.over_total.get(row.index, ())
            if head and text and not NUMBERS.fullmatch(text):
                for c in range(*cell.span):
                    over[c].append(cell)
    return over


def _two_headings(cell: Cell) -> list[str]:
    """The two headings that the text of a cell is, if it runs on from one to the other."""
    words = heading_words(heading_key(cell.text))
    if len(words) != 2 or MONEY.fullmatch(words[1]):
        return []
    apart = any(left[1] < right[0] and heading_key(left[2]) == words[0] for left, right in pairwise(cell.pieces))
    return [] if apart else words


def parted(cells: Sequence[Cell], halves: Callable[[Cell], Sequence[str]], leftwards: bool = False) -> list[Cell]:
    """``cells``, a heading that ran over its rule and into the next parted from it where the next cell is blank.

    ``halves`` gives the two headings that a cell prints as one text.  With ``leftwards`` the blank cell may stand before it, too: in a
    row under other headings it may have nothing to say.
    """
    blanks = {cell.place: i for i, cell in enumerate(cells) if not cell.lines}
    ends = {(cells[i].row, cells[i].col + cells[i].colspan): i for i in blanks.values()} if leftwards else {}
    shared = list(cells)
    for i, cell in enumerate(cells):
        right, left = blanks.get((cell.row, cell.end_col)), ends.get(cell.place)
        beside = left if right is None else right
        if beside is None or not cell.lines or not (both := halves(cell)):
            continue
        for k, text in zip(sorted((i, beside), key=lambda k: cells[k].col), both, strict=True):
            shared[k] = replace(cells[k], lines=(text,))
    return shared


def _heads_over_total(row: Row, naming: set[int]) -> frozenset[int] | None:
    """The columns of the cells that are headings in a row that also prints a total with its figures; else None."""
    printed = [(cell, heading_key(cell.text)) for cell in row.cells if cell.lines]
    label = next((cell for cell, text in printed if TOTAL.fullmatch(text) and cell.col in naming), None)
    heads = [cell for cell, text in printed if cell is not label and heading_words(text)]
    others = [text for cell, text in printed if cell is not label and cell not in heads]
    figures = [text for text in others if numbers.decimal(text) is not None]
    if (
        label is None
        or all(TOTAL.fullmatch(heading_key(cell.text)) for cell in heads)
        or not figures
        or any(text not in figures and not numbers.is_blank(text) for text in others)
    ):
        return None
    return frozenset(cell.col for cell in heads)


def of_the_year(stacks: list[list[str]]) -> list[tuple[str, ...]]:
    """Headings without year and unit; a column of another year, or of change, has none."""
    years = [(year.group(1), "预算" in text) for stack in stacks for text in stack if (year := YEAR.match(text))]
    latest = max([year for year, budget in years if not budget] or [year for year, _ in years], default="")

    def kept(stack: list[str]) -> bool:
        old = any((year := YEAR.match(text)) and year.group(1) != latest for text in stack)
        return not old and not any(LAST_YEAR.match(text) for text in stack)

    def bare(stack: list[str]) -> tuple[str, ...]:
        return tuple(text for text in (MONEY.sub("", YEAR.sub("", text)) for text in stack) if text)

    return [bare(stack) if kept(stack) else () for stack in stacks]


def heads_others(stack: tuple[str, ...], stacks: Sequence[tuple[str, ...]]) -> bool:
    """Whether the lowest heading of a column is over others, too, that have some of their own: this one's is blank."""
    return bool(stack) and any(stack[-1] in other[:-1] for other in stacks)


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
    """Whether a row holds an amount, a code, an item with its ordinal, or a total beside no heading: headings end above it."""
    texts = row.texts
    heads = any(heading_words(text) and not TOTAL.fullmatch(text) for text in texts[1:])
    return any(map(_DATA.match, texts)) or bool(texts) and bool(TOTAL.fullmatch(texts[0])) and not heads


def is_preamble(row: Row) -> bool:
    """Whether a row holds what is printed over a table: its title, unit, department, year or number."""
    return bool(row.texts) and all(title_form(text) or _PREAMBLE.search(text) for text in row.texts)


def _counting(texts: list[str]) -> bool:
    """Whether a row numbers the columns from 1; of many one may not be shown."""
    found = [NUMBERS.fullmatch(text) for text in texts]
    printed = [match["number"] for match in found if match and match["number"]]
    numbered = [*map(chr, range(ord("A"), ord("Z")))] if "A" in printed else [*map(str, range(1, len(texts) + 2))]
    expected = numbered[: len(printed) + 1]
    missing = [number for number in expected if number not in printed]
    all_rise = printed == [number for number in expected if number not in missing]
    return all(found) and all_rise and (missing == expected[-1:] or len(missing) == 1 and len(printed) >= MANY)
