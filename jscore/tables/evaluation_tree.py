"""The tree of indicators of a self-evaluation form."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from jscore.pdf.grids import Cell
from jscore.schema import CAUSES
from jscore.tables import evaluation_terms as terms
from jscore.tables.evaluation_reading import Reading, Record, headed
from jscore.tables.evaluation_terms import HEAD, TREE, plain_label, term
from jscore.tables.headings import Row
from jscore.tables.rows import Columns, Entry, entry, joined
from jscore.tables.table import Table
from jscore.text import numbers
from jscore.text.figures import is_figure
from jscore.text.normal import nfkc

_CAUSE = re.compile("|".join(f"(?P<c{i}>{cause.replace('保障', '(条件)?保障')})" for i, cause in enumerate(CAUSES)))
_TICK = re.compile("[√✓✔☑■●vV]")
#: What a whole row of the tree prints, and how it is read; columns that a form lacks do not count.
_MUST: dict[str, Callable[[str], Any]] = {
    "level3": str, "actual": str, "completion": numbers.rate, "weight": numbers.points, "score": numbers.points,
}  # fmt: skip
#: The columns of a row that are points or rates.
FIGURES = ("completion", "weight", "score")
#: Terms of the first two levels, for telling a term cut by a page from two terms (财预〔2020〕10号 and the forms in use).
_LEVELS = frozenset(
    "产出指标 效益指标 满意度指标 成本指标 数量指标 质量指标 时效指标 经济成本指标 社会成本指标 生态环境成本指标 经济效益指标 社会效益指标 "
    "生态效益指标 可持续影响指标 服务对象满意度指标 履职效能 预算执行 管理效率 运行成本 社会效应 可持续性 重点工作履行情况 整体工作完成情况 "
    "基础管理 预算执行效率 预算编制管理 预算管理 财务管理 资产管理 业务管理 成本控制成效 社会效益 服务对象满意度 社会公众满意度 体制机制改革 "
    "项目决策 项目管理 项目过程 项目产出 项目效益 项目目标 投入管理 决策 过程 产出 效益".split()
)
#: Words that are no unit: 万元/人 is one.
_WORDS = re.compile("[\u4e00-\u9fff]{4}")
#: A line of the tree that was never filled in: 指标2：, ……
_PLACEHOLDER = re.compile(r"(指标\d*[:：]?)?[.…·]*")


def tree_columns(reading: Reading) -> tuple[dict[Hashable, tuple[int, int]], int, int]:
    """Columns of the tree, the causes among them as ("cause", term), its first row and the row after its last."""
    rows = reading.table.rows
    top = next((row.index for row in rows if _heads_tree(row.cells)), None)
    if top is None:
        return {}, 0, 0
    levels = [cell for cell in rows[top].cells if term(TREE, cell.text) in ("level1", "level2", "level3")]
    left, depth = min(cell.col for cell in levels), max(cell.end_row for cell in levels)
    covering = [
        cell
        for row in rows[: top + 1]
        for cell in row.cells
        if cell.end_row > top and cell.col >= left and cell.rowspan <= 4
    ]
    named = [cell for cell in covering if term(TREE, cell.text)]
    depth = max([depth, *(cell.end_row for cell in named)])
    while depth < len(rows) and _repeats_heading(rows[depth]):
        depth += 1  # headings that a page cuts
    heads = tuple(covering) + tuple(cell for row in rows[top + 1 : depth] for cell in row.cells if cell.col >= left)
    named_columns = headed(heads, TREE)
    columns: dict[Hashable, tuple[int, int]] = {name: cell.span for name, cell in named_columns.items()}
    for cell in heads:
        cause = _CAUSE.match(nfkc(cell.text))
        if cause and cell.colspan <= 2:
            name = ("cause", CAUSES[int(cause.lastgroup[1:])] if cause.lastgroup else "")
            columns.setdefault(name, cell.span)
    reading.rows |= dict.fromkeys(range(min(cell.row for cell in heads), depth), heads)
    end = _tree_end(reading, columns, depth)
    reading.rows |= dict.fromkeys(range(depth, end), heads)
    reading.labels |= {cell.place for cell in heads}
    return (columns, depth, end) if {"target", "actual", "score"} & set(columns) else ({}, 0, 0)


def _heads_tree(cells: Sequence[Cell]) -> bool:
    names = {term(TREE, cell.text) for cell in cells}
    return "level3" in names and bool({"level1", "level2"} & names)


def _tree_end(reading: Reading, columns: Columns, first: int) -> int:
    """The row after the last of the tree."""
    rows, level3 = reading.table.rows, columns["level3"]
    fragment = rows[first].fragment if first < len(rows) else 0
    for row in rows[first:]:
        printed = [cell for cell in row.cells if cell.lines]
        label = printed[0].text if printed else ""
        foot = terms.is_foot(printed)
        if any(cell.span == level3 for cell in row.cells) and not (terms.is_sum(label) or foot):
            continue
        wide = any(cell.col < level3[0] and cell.end_col >= level3[1] for cell in printed[:1])
        across = any(cell.col <= level3[0] and cell.end_col > level3[1] + 1 for cell in printed)
        if plain_label(label).endswith("小计") and term(HEAD, label) != "indicator_subtotal":
            continue
        below = row.fragment == fragment and (wide or across)
        if below or foot or terms.ends_tree(label) or (wide and terms.is_execution(label)):
            return row.index
    return len(rows)


def indicators_of(
    reading: Reading, columns: Columns, first: int, end: int, scope: str, project_no: int | None
) -> list[Record]:
    """Rows of frame ``indicators``."""
    lines, made_of = _tree_rows(reading, columns, first, end)
    levels = {
        name: _filled(reading, made_of, columns[name]) if name in columns else [""] * len(lines)
        for name in ("level1", "level2")
    }
    kept = [i for i, line in enumerate(lines) if not (_unfilled(line) or _nameless(line))]
    for line in lines:
        if not _nameless(line):
            reading.taken |= line.taken
    texts = ("level3", "operator", "nature", "target", "unit", "actual", "reason", "improvement")
    return [
        {
            "scope": scope, "project_no": project_no, "indicator_no": number,
            **{name: texts_of[i] for name, texts_of in levels.items()},
            **{name: lines[i][name] for name in texts},
            **{name: reading.figure(name, lines[i][name], lines[i].cells.get(name)) for name in FIGURES},
            **_cause(lines[i]), **reading.place(lines[i].row), "at": lines[i].at, "taken": lines[i].taken,
        }
        for number, i in enumerate(kept, 1)
    ]  # fmt: skip


def _unfilled(line: Entry) -> bool:
    rest = (line[name] for name in ("target", "actual", "weight", "score"))
    return bool(_PLACEHOLDER.fullmatch(nfkc(line["level3"]))) and all(map(numbers.is_blank, rest))


def _nameless(line: Entry) -> bool:
    """Whether a row gives points for what it does not name: it may be a total whose label is out of sight."""
    named = any(line[name] for name in ("level3", "target", "actual"))
    return not named and any(not numbers.is_blank(line[name]) for name in FIGURES)


def _tree_rows(reading: Reading, columns: Columns, first: int, end: int) -> tuple[list[Entry], list[list[int]]]:
    """The indicators' rows, whole, and the printed rows that each is made of."""
    flat = {name: span for name, span in columns.items() if name not in ("level1", "level2")}
    lines: list[Entry] = []
    made_of: list[list[int]] = []
    for row in reading.table.rows[first:end]:
        printed = [cell for cell in row.cells if cell.lines]
        if _repeats_heading(row) or printed and plain_label(printed[0].text).endswith("小计"):
            reading.labels |= {cell.place for cell in row.cells if _repeats_heading(row)}
            continue
        line = entry(row, flat, reading.table.xs)
        if lines and lines[-1].fragment != line.fragment and (line.blank or _cut(lines[-1], line)):
            lines[-1] = joined(lines[-1], line)
            made_of[-1].append(row.index)
        elif not line.blank:
            lines.append(line)
            made_of.append([row.index])
    return lines, made_of


def _cut(last: Entry, first: Entry) -> bool:
    """Whether two rows are the halves of one; a whole row goes on with none that has a name and weight already."""
    if _figures_of_two(last, first) or _words_behind_figures(last, first):
        return False
    begun = last["level3"] and numbers.points(last["weight"]) is not None
    return _part(first) or _part(last) and not begun or _part(last) and _blanks(first) > 0


def _figures_of_two(last: Entry, first: Entry) -> bool:
    """Whether two rows print points, shares or a target, each, and none goes on with what is above it."""

    def both(*names: str) -> list[tuple[str, str]]:
        pairs = [(last[name], first[name]) for name in names]
        return [pair for pair in pairs if all(text and all(map(is_figure, text.split())) for text in pair)]

    shares = [pair for pair in both("completion") if nfkc(pair[0]).endswith("%")]
    pairs = both("weight", "score") + shares or both("target")
    return not all(len((above + below).split()) == 1 and numbers.is_rest(above, below) for above, below in pairs)


def _words_behind_figures(last: Entry, first: Entry) -> bool:
    """Whether a row with a name prints words, more than a unit is, below a figure of a whole one."""
    pairs = [(last[name], first[name]) for name in ("target", "actual")]
    below = [words for figure, words in pairs if is_figure(figure) and not is_figure(words)]
    return not _blanks(last) and bool(first["level3"]) and any(map(_WORDS.search, below))


def _blanks(line: Entry) -> int:
    return sum(reader(line[name]) in (None, "") for name, reader in _MUST.items() if name in line.cells)


def _part(line: Entry) -> bool:
    """Whether a row is one half of a row that a page cuts: what every row prints is missing or no figure."""
    must = sum(name in line.cells for name in _MUST)
    return _blanks(line) >= min(2, max(must - 1, 1))


def _repeats_heading(row: Row) -> bool:
    printed = [cell for cell in row.cells if cell.lines]
    known = sum(bool(term(TREE, cell.text) or _CAUSE.match(nfkc(cell.text))) for cell in printed)
    return known >= 2 and known * 2 > len(printed)


def _filled(reading: Reading, made_of: list[list[int]], span: tuple[int, int]) -> list[str]:
    """A level of the tree for every indicator: the text of the merged cell beside it.

    A merged cell that a page break cuts is two cells; its text may stand in either, or part in both.
    """
    table = reading.table
    parts: list[list[Cell]] = []
    belongs: list[int] = []
    for rows in made_of:
        beside = [cell for index in rows if (cell := _owner(table, index, span)) is not None]
        reading.taken |= {cell.place for cell in beside}
        first = beside[0] if beside else None
        if parts and first is not None and first not in parts[-1] and _goes_on(table, parts[-1], first):
            parts[-1].append(first)
        elif first is not None and (not parts or first not in parts[-1]):
            parts.append([first])
        parts[-1:] = [[*parts[-1], *(cell for cell in beside[1:] if cell not in parts[-1])]] if parts else []
        belongs.append(len(parts) - 1)
    texts = ["".join(cell.text for cell in group) for group in parts]
    return [texts[i] if i >= 0 else "" for i in belongs]


def _owner(table: Table, index: int, span: tuple[int, int]) -> Cell | None:
    """The cell that covers a column in a row; it may start rows above, in the same fragment."""
    fragment = table.rows[index].fragment
    for i in range(index, -1, -1):
        if table.rows[i].fragment != fragment:
            return None
        for cell in table.rows[i].cells:
            if cell.end_row > index and span[0] <= cell.col + (cell.colspan - 0.5) / 2 < span[1]:
                return cell
    return None


def _goes_on(table: Table, group: list[Cell], cell: Cell) -> bool:
    """Whether a cell at the top of a fragment is the rest of a merged cell that ends the fragment before."""
    before, here = table.rows[group[-1].row].fragment, table.rows[cell.row].fragment
    if here == before:
        return False
    above = nfkc("".join(part.text for part in group))
    whole = plain_label(above) in _LEVELS
    return not cell.lines or not above or not whole and plain_label(above + nfkc(cell.text)) in _LEVELS


def _cause(line: Entry) -> Record:
    """The ticked causes; where a form has the explanation itself under a cause, that is the reason, and a number neither."""
    ticked, explained = [], []
    number = ""
    for name, text in line.texts.items():
        if isinstance(name, tuple) and numbers.decimal(text) is not None:
            number = text
        elif isinstance(name, tuple) and text and not numbers.is_blank(text):
            ticked.append(name[1])
            if not _TICK.fullmatch(nfkc(text)):
                explained.append(text)
    record: Record = {"cause": "、".join(dict.fromkeys(ticked)), "among_causes": number}
    if explained and not line["reason"]:
        record["reason"] = "；".join(explained)
    return record
